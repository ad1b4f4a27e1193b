import Command
import Report
import Runs

/// What `--require` asks of a judging, held against its numbers.
struct JudgeGate {
  let requirements: [Requirement]

  /// Agreement with people is known before anybody is asked.
  func before(_ calibration: CalibrationRecord?) -> Gate {
    var gate = Gate()
    guard let calibration else { return gate }
    for requirement in requirements {
      switch requirement.quantity {
      case "agreement":
        hold(requirement, calibration.agreement, Percent.text(calibration.agreement), &gate)
      case "kappa":
        let value = calibration.kappa.map { Numeral.fixed($0.value, decimals: 3) } ?? "not known"
        hold(requirement, calibration.kappa, value, &gate)
      default: break
      }
    }
    return gate
  }

  func after(_ summary: JudgingSummary) -> Gate {
    var gate = Gate()
    for requirement in requirements {
      let share: JudgedShare?
      switch requirement.quantity {
      case "win_rate": share = summary.corrected?.rate ?? summary.shownResult?.winRate
      case "judge_win_rate": share = summary.shownResult?.winRate
      case "flip_rate": share = summary.order?.flipRate
      case "first_place": share = summary.order?.firstSlot
      case "longer_wins": share = summary.shownLongerWins
      default: continue
      }
      hold(requirement, share, share == nil ? "it has no value" : Percent.text(share), &gate)
    }
    return gate
  }

  private func hold(
    _ requirement: Requirement, _ share: JudgedShare?, _ words: String, _ gate: inout Gate
  ) {
    gate.hold(requirement, against: words, low: share?.low, high: share?.high)
  }
}
