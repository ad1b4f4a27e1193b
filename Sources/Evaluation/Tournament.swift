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
    let members: [Contender]
  }

  let settings: EvaluationSettings
  let contenders: [Contender]
  /// Nil where nothing ranks completions, and nobody wins.
  let rewardName: String?
  /// Ids that are those of policies: a group of the same name gets no measurements of its own.
  let taken: Set<String>

  var measurements: [Measurement] {
    // Each pair once; the mirrored rate is 1 minus it.
    var found: [Measurement] = []
    let compares =
      rewardName != nil && Set(contenders.map(\.policy.group)).count <= settings.mostContenders
    for (place, first) in contenders.enumerated() where compares {
      for second in contenders.dropFirst(place + 1) {
        found.append(
          rate([first], [second], against: second.policy.id).measurement(of: first.policy.id))
      }
    }
    let groups = groups
    for group in groups {
      let seeds = SeedMeasures(settings: settings, seeds: group.members.map(\.findings))
      found += seeds.all.map { $0.measurement(of: group.id) }
    }
    for (place, group) in groups.enumerated() where compares {
      for other in groups.dropFirst(place + 1) {
        var rate = rate(group.members, other.members, against: other.id)
        rate.what += ", mean over \(group.members.count) × \(other.members.count) seeds"
        found.append(rate.measurement(of: group.id))
      }
    }
    return found
  }

  private func rate(
    _ first: [Contender], _ second: [Contender], against reference: String
  ) -> Finding {
    Findings(settings: settings).winRate(
      first.map(\.rewards), second.map(\.rewards), against: reference, areCoupled: true,
      "wins by '\(rewardName ?? "")'")
  }

  /// Groups of several seeds, in the order of their first member.
  private var groups: [Group] {
    var order: [String] = []
    var members: [String: [Contender]] = [:]
    for contender in contenders {
      let group = contender.policy.group
      if members[group] == nil { order.append(group) }
      members[group, default: []].append(contender)
    }
    return order.compactMap { id in
      guard let found = members[id], found.count > 1, !taken.contains(id) else { return nil }
      return Group(id: id, members: found)
    }
  }
}
