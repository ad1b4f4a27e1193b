/// What decides whether numbers of two evaluations may stand in one table, by content and not by name.
public struct EvaluationIdentity: Codable, Sendable, Hashable {
  /// Where nothing ranks completions.
  public static let noReward = "none"

  /// Of the reward: the hash of its model's folder, the version of a reward that is a program, or
  /// ``noReward``.
  public var reward: String
  public var heldOutReward: String?
  /// Of the reference policy, which divergences are taken from.
  public var reference: String
  /// Of the prompts, with what stands beside them as chosen.
  public var prompts: String

  public init(reward: String, heldOutReward: String?, reference: String, prompts: String) {
    self.reward = reward
    self.heldOutReward = heldOutReward
    self.reference = reference
    self.prompts = prompts
  }
}

extension EvaluationRecord {
  /// Runs whose rewards may be ranked together: one reward, by content, on one set of prompts.
  ///
  /// - Returns: places in `records`, in the order in which they first occur.
  public static func comparable(_ records: [EvaluationRecord]) -> [[Int]] {
    var groups: [(key: [String], members: [Int])] = []
    for (place, record) in records.enumerated() {
      let key = record.yardstick
      if let known = groups.firstIndex(where: { $0.key == key }) {
        groups[known].members.append(place)
      } else {
        groups.append((key, [place]))
      }
    }
    return groups.map(\.members)
  }

  /// Reward and prompts; of a record without identity, what it says of them in words.
  private var yardstick: [String] {
    if let identity { return [identity.reward, identity.prompts] }
    return ["reward", "prompt set"].map { name in
      "noted: " + (protocolNotes.first { $0.name == name }?.value ?? "")
    }
  }
}
