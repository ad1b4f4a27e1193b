import Command
import Report
import Runs
import Statistics

/// What `--require` asks of a comparison: `exo: reward > 1`, `exo - dpo: difference > 0`,
/// `exo - dpo: win_rate > 0.5`.
struct CompareGate {
  let requirements: [Requirement]
  let comparisons: [Comparison]

  /// Refuses what no comparison of these runs will have, before anything is computed.
  static func check(_ requirements: [Requirement], _ inputs: [ReportInput]) throws(CommandError) {
    guard !requirements.isEmpty else { return }
    let names = inputs.filter(\.hasRewards).flatMap { input in
      let prefix = inputs.count > 1 ? "\(input.name)/" : ""
      return
        (Comparison.groups(of: input, prefix: prefix)
        + Comparison.checkpoints(of: input, prefix: prefix))
        .map(\.name)
    }.distinctTexts
    for one in requirements {
      func wants(_ expected: String) -> CommandError {
        .badValue(option: "--require", value: one.words, expected: expected)
      }
      guard !names.isEmpty else {
        throw wants(
          "runs with a reward; of judges and examinations, plumb run holds what is required")
      }
      guard let subject = one.subject else {
        throw wants("whose number: '\(names[0]): reward > X', 'A - B: \(one.quantity) > X'")
      }
      if one.quantity == "reward" {
        guard names.contains(subject) else {
          throw wants("a name of \(NearestName.offer(names, for: subject))")
        }
        continue
      }
      let isPair = names.contains { first in
        subject.hasPrefix("\(first) - ") && names.contains { "\(first) - \($0)" == subject }
      }
      guard isPair else {
        throw wants(
          "'A - B: \(one.quantity) > X' of \(NearestName.offer(names, for: subject))")
      }
      guard !names.contains(where: { "\($0) - \($0)" == subject }) else {
        throw wants("two names that differ: nothing differs from itself")
      }
    }
  }

  /// Holds each; what is not compared for a reason that only the numbers tell decides nothing.
  func held() -> Gate {
    var gate = Gate()
    for requirement in requirements {
      guard let (estimate, isShare) = number(requirement) else {
        gate.hold(requirement, against: "was not compared", low: nil, high: nil)
        continue
      }
      let shown = PrintedEstimate(estimate, isShare: isShare)
      gate.hold(
        requirement, against: shown.phrase + (shown.interval == nil ? ", no interval" : ""),
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
