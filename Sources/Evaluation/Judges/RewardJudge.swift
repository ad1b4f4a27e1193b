import Foundation
import Judging
import Policy
import Runs
import Torch

/// A reward as a judge: the candidate with the higher reward is preferred, equal rewards are a tie.
///
/// A text is the prompt and the candidate, one behind the other, as rewards get it in training.
public final class RewardJudge: BatchJudge {
  public let identity: JudgeIdentity
  private let make: () throws -> any Reward
  private var made: (any Reward)?

  /// The reward of Plumb's own review generator.
  public static var synthetic: RewardJudge {
    RewardJudge(
      JudgeIdentity(name: "synthetic", facts: ["kind": "reward", "reward": "synthetic 1"])
    ) { SyntheticReward() }
  }

  /// A model with a reward head of one output.
  public convenience init(_ folder: JudgeFolder) {
    let own = ["kind": "reward", "reading": "2"]
    let identity = JudgeIdentity(
      name: folder.title, facts: folder.facts.merging(own) { $1 })
    self.init(identity) {
      let model = try folder.model()
      guard model.decoder.configuration.labels == 1 else {
        throw PolicyError.input(
          "\(folder.name) has no reward head with one output; a language model judges with "
            + "model:\(folder.name)")
      }
      return try ModelReward(name: folder.name, model: model)
    }
  }

  /// - Parameter make: gives the reward when it is first asked.
  public init(_ identity: JudgeIdentity, _ make: @escaping () throws -> any Reward) {
    self.identity = identity
    self.make = make
  }

  private func reward() throws -> any Reward {
    if let made { return made }
    let reward = try make()
    made = reward
    return reward
  }

  public func objection(to question: JudgeQuestion) throws -> Judgment? {
    guard let reward = try reward() as? ModelReward else { return nil }
    let limit = reward.model.decoder.configuration.positions
    // A reward of the end of a text is none of the text.
    for exchange in Self.exchanges(question) {
      let count = try reward.whole(exchange).count
      guard count > limit else { continue }
      return Judgment(
        .failed,
        reason: "\(MissingReason.tooLong): prompt and output have \(count) tokens, and the "
          + "context of \(identity.name) holds \(limit)")
    }
    return nil
  }

  public func tokens(for question: JudgeQuestion) throws -> TokenUsage? {
    guard try objection(to: question) == nil else { return nil }
    guard let reward = try reward() as? ModelReward else { return TokenUsage(input: 0, output: 0) }
    let counts = try Self.exchanges(question).map { try reward.whole($0).count }
    return TokenUsage(input: counts.reduce(0, +), output: 0)
  }

  private static func exchanges(_ question: JudgeQuestion) -> [Exchange] {
    question.candidates.map { Exchange(question.prompt, $0) }
  }

  public func judgments(of questions: [JudgeQuestion]) throws -> [Judgment] {
    let objections = try questions.map(objection)
    let open = zip(questions, objections).filter { $1 == nil }.map(\.0)
    var rewards =
      try open.isEmpty
      ? [] : reward().rewards(of: open.map(\.candidates), after: open.map(\.prompt))
    rewards.reverse()
    return objections.map { objection in
      if let objection { return objection }
      let values = rewards.popLast() ?? []
      guard values.allSatisfy(\.isFinite) else {
        return Judgment(.failed, reason: "a reward is not finite")
      }
      return Judgment(choosing: values)
    }
  }
}
