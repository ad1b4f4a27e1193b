import Command
import Report
import Runs

/// What `--require` asks of a judging, held against its numbers.
public struct JudgeGate {
  let requirements: [Requirement]

  public init(requirements: [Requirement]) { self.requirements = requirements }

  /// Agreement with people is known before anybody is asked.
  ///
  /// - Parameter origin: where the requirements are written.
  public func before(_ calibration: CalibrationRecord?, of origin: String = "--require") -> Gate {
    var gate = Gate(of: origin)
    guard let calibration else { return gate }
    for requirement in requirements {
      switch requirement.quantity {
      case "agreement":
        hold(requirement, calibration.agreement, Percent.text(calibration.agreement), &gate)
      case "kappa":
        hold(requirement, calibration.kappa, Self.words(calibration.kappa), &gate)
      default: break
      }
    }
    return gate
  }

  func after(_ summary: JudgingSummary) -> Gate {
    var gate = Gate()
    for requirement in requirements where JudgeRequest.quantities.contains(requirement.quantity) {
      let share = Self.number(requirement.quantity, of: summary)
      hold(requirement, share, share == nil ? "it has no value" : Percent.text(share), &gate)
    }
    return gate
  }

  /// The number of a judging that a requirement calls by a name; nil where it has none.
  public static func number(_ quantity: String, of summary: JudgingSummary) -> JudgedShare? {
    switch quantity {
    case "win_rate": summary.corrected?.rate ?? summary.shownResult?.winRate
    case "judge_win_rate": summary.shownResult?.winRate
    case "flip_rate": summary.order?.flipRate
    case "first_place": summary.order?.firstSlot
    case "longer_wins": summary.shownLongerWins
    default: nil
    }
  }

  /// A coefficient of agreement, which can be below 0: `0.613 [0.482, 0.741]`.
  public static func words(_ coefficient: JudgedShare?) -> String {
    guard let coefficient else { return "not known" }
    let ends = [coefficient.low, coefficient.high].compactMap(\.self).map {
      Numeral.fixed($0, decimals: 3)
    }
    let value = Numeral.fixed(coefficient.value, decimals: 3)
    return ends.isEmpty ? value : "\(value) [\(ends.joined(separator: ", "))]"
  }

  private func hold(
    _ requirement: Requirement, _ share: JudgedShare?, _ words: String, _ gate: inout Gate
  ) {
    gate.hold(requirement, against: words, low: share?.low, high: share?.high)
  }
}
