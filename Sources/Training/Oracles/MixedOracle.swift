import Corpus
import Foundation
import Runs
import Torch

/// Several oracles, each of which answers a share of the questions: labellers who do not agree.
///
/// Every question goes to one member, drawn by its weight from the seed, the prompt and the two
/// completions, whatever their order: it is asked of that member alone, costs one question, and has
/// that member's answer whenever it is asked.
public struct MixedOracle: PreferenceOracle {
  public struct Member {
    public var name: String
    /// Above 0; what the weights add up to does not matter.
    public var weight: Double
    public var oracle: any PreferenceOracle

    public init(name: String, weight: Double, oracle: any PreferenceOracle) {
      self.name = name
      self.weight = weight
      self.oracle = oracle
    }
  }

  /// At least one.
  public let members: [Member]
  public let seed: UInt64

  public init(_ members: [Member], seed: UInt64) {
    precondition(!members.isEmpty, "a mixture has members")
    self.members = members
    self.seed = seed
  }

  public var name: String {
    let parts = members.map { "\($0.weight) \($0.oracle.name)" }
    return "mixture of \(parts.joined(separator: " + ")), seed \(seed)"
  }

  public func preferences(_ questions: [PreferenceQuestion]) throws -> [Double?] {
    let chosen = questions.map(member)
    var answers = [Double?](repeating: nil, count: questions.count)
    for (place, member) in members.enumerated() {
      let own = questions.indices.filter { chosen[$0] == place }
      guard !own.isEmpty else { continue }
      let found = try member.oracle.preferences(own.map { questions[$0] })
      guard found.count == own.count else {
        throw TrainingError.unusable(
          "\(member.oracle.name) gave no probability for each of \(own.count) comparisons")
      }
      for (index, answer) in zip(own, found) { answers[index] = answer }
    }
    return answers
  }

  public func note(on question: PreferenceQuestion) -> String? {
    let member = members[member(question)]
    return [member.name, member.oracle.note(on: question)].compactMap(\.self)
      .joined(separator: ", ")
  }

  /// Of the first member that says one.
  public func mainReason() throws -> String? {
    for member in members { if let reason = try member.oracle.mainReason() { return reason } }
    return nil
  }

  /// The place of the member that a question is drawn to.
  private func member(_ question: PreferenceQuestion) -> Int {
    let total = members.reduce(0) { $0 + $1.weight }
    var left = question.uniform(seed: seed, "member") * total
    for (place, member) in members.enumerated() {
      left -= member.weight
      if left < 0 { return place }
    }
    return members.count - 1
  }
}
