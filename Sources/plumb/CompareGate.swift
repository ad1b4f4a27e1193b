import Command
import Report
import Runs
import Statistics

/// What `--require` asks of a comparison: `exo: reward > 1`, `exo - dpo: difference > 0`,
/// `exo - dpo: win_rate > 0.5`.
struct CompareGate {
  let requirements: [Requirement]
  let comparisons: [Comparison]

  func held() throws(CommandError) -> Gate {
    var gate = Gate()
    for requirement in requirements {
      guard let (estimate, isShare) = number(requirement) else {
        let names = comparisons.flatMap { $0.standings.map(\.name) }.distinctTexts
        throw .badValue(
          option: "--require", value: requirement.words,
          expected: "'A: reward > X', 'A - B: difference > X' or 'A - B: win_rate > X' of "
            + names.joined(separator: ", "))
      }
      let shown = PrintedEstimate(estimate, isShare: isShare)
      gate.hold(
        requirement, against: shown.value + (shown.interval.map { " \($0)" } ?? ", no interval"),
        low: estimate.interval?.low, high: estimate.interval?.high)
    }
    return gate
  }

  private func number(_ requirement: Requirement) -> (Estimate, isShare: Bool)? {
    guard let subject = requirement.subject else { return nil }
    for comparison in comparisons {
      switch requirement.quantity {
      case "reward":
        if let found = comparison.standings.first(where: { $0.name == subject }) {
          return (found.reward, comparison.yardstick.isShare)
        }
      default:
        for contrast in comparison.contrasts {
          let isTurned = "\(contrast.second) - \(contrast.first)" == subject
          guard isTurned || "\(contrast.first) - \(contrast.second)" == subject else { continue }
          let isDifference = requirement.quantity == "difference"
          if !isDifference, comparison.yardstick.isShare { return nil }
          var found = isDifference ? contrast.difference : contrast.winRate
          if isTurned {
            let whole = isDifference ? 0.0 : 1
            found.value = whole - found.value
            found.interval = found.interval.map { Interval(whole - $0.high, whole - $0.low) }
          }
          return (found, isDifference ? comparison.yardstick.isShare : true)
        }
      }
    }
    return nil
  }
}
