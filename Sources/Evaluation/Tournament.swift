import Runs

/// A final checkpoint with what was found of it.
struct Contender {
  let policy: EvaluatedPolicy
  let findings: [Finding]
  /// `[prompt][completion]`.
  let rewards: [[Double]]
}

/// Final checkpoints against each other, and groups of seeds as wholes.
struct Tournament {
  /// Final checkpoints of one stage with different seeds.
  private struct Group {
    let id: String
    let members: [Int]
  }

  let settings: EvaluationSettings
  let contenders: [Contender]
  let rewardName: String
  /// Ids that are those of policies: a group of the same name gets no measurements of its own.
  let taken: Set<String>

  var measurements: [Measurement] {
    // Each pair once; the mirrored rate is 1 minus it.
    var rates: [Int: [Int: Finding]] = [:]
    var found: [Measurement] = []
    for first in contenders.indices {
      for second in contenders.indices where first < second {
        let rate = rate(first, second)
        rates[first, default: [:]][second] = rate
        found.append(rate.measurement(of: contenders[first].policy.id))
      }
    }
    let groups = groups
    for group in groups {
      let seeds = SeedMeasures(
        settings: settings, seeds: group.members.map { contenders[$0].findings })
      found += seeds.all.map { $0.measurement(of: group.id) }
    }
    for (index, group) in groups.enumerated() {
      for other in groups.dropFirst(index + 1) {
        let table = group.members.map { first in
          other.members.map { second in
            rates[first]?[second] ?? rate(first, second)
          }
        }
        if let rate = SeedMeasures.winRate(table, against: other.id, settings: settings) {
          found.append(rate.measurement(of: group.id))
        }
      }
    }
    return found
  }

  private func rate(_ first: Int, _ second: Int) -> Finding {
    Findings(settings: settings).winRate(
      contenders[first].rewards, contenders[second].rewards,
      against: contenders[second].policy.id, areCoupled: true, "wins by '\(rewardName)'")
  }

  /// Groups of several seeds, in the order of their first member.
  private var groups: [Group] {
    var order: [String] = []
    var members: [String: [Int]] = [:]
    for (index, contender) in contenders.enumerated() {
      let group = contender.policy.group
      if members[group] == nil { order.append(group) }
      members[group, default: []].append(index)
    }
    return order.compactMap { id in
      guard let found = members[id], found.count > 1, !taken.contains(id) else { return nil }
      return Group(id: id, members: found)
    }
  }
}
