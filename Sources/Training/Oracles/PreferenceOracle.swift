import Runs

/// Says which of two completions of a prompt is the better one, with what probability.
///
/// A judge is one that ``OracleMaker`` gives: it gets questions in batches, may answer them in any
/// manner, and never sees a tensor. Answers are recorded, so that none is asked twice.
public protocol PreferenceOracle {
  /// Names it in records.
  var name: String { get }

  /// P(first ≻ second) of each question, in [0, 1]; nil where it has no answer, which leaves the
  /// comparison out and is counted.
  ///
  /// P(second ≻ first) is 1 minus it, and a completion against itself gives ½.
  func preferences(_ questions: [PreferenceQuestion]) throws -> [Double?]

  /// What the answer came of beyond the question, for its record: that it was flipped, who of several
  /// gave it; nil for nothing.
  func note(on question: PreferenceQuestion) -> String?

  /// Why most answers are missing that this process asked for; nil where none is, or nobody says.
  func mainReason() throws -> String?
}

extension PreferenceOracle {
  public func note(on question: PreferenceQuestion) -> String? { nil }

  public func mainReason() throws -> String? { nil }
}

/// Two completions of one prompt.
public struct PreferenceQuestion: Equatable, Hashable, Sendable {
  public var prompt: Dialogue
  public var first: String
  public var second: String

  public init(prompt: Dialogue, first: String, second: String) {
    self.prompt = prompt
    self.first = first
    self.second = second
  }
}
