/// A judge's answer to one question, or why there is none.
public struct Judgment: Sendable, Equatable, Codable {
  /// What became of a question. Only `verdict` counts as an answer; the others are reported, and
  /// never taken for a tie.
  public enum State: String, Sendable, Codable, CaseIterable {
    case verdict
    /// There is a reply, but no allowed verdict at its place, or more than one.
    case unparsable
    /// Not all labels are among the likeliest tokens, and those that are have too little probability
    /// together to decide.
    case unresolved
    /// The judge declined to answer.
    case refused
    /// The reply reached its longest length before the verdict.
    case truncated
    /// The reply ended by something that is no end of a whole one: an error, a call of a tool, a
    /// reason that nobody knows.
    case unfinished
    /// The reply has no text.
    case empty
    /// The judge could not be asked.
    case failed
  }

  /// Why a judgment has parts.
  public enum Combination: String, Sendable, Codable {
    /// The two orders of the candidates: as asked, then swapped.
    case orders
    /// The same question several times.
    case repetitions
    /// Several judges.
    case jury
    /// The two candidates rated one by one.
    case ratings
  }

  public var state: State
  /// Present exactly where `state` is `verdict`.
  public var verdict: Verdict?
  /// Why there is no verdict, in a few words.
  public var reason: String?
  /// What the judge wrote, at most 64 kB, without secrets.
  public var reply: String?
  public var usage: TokenUsage?
  /// In US dollars, at the price when it was asked; nil without a price.
  public var cost: Double?
  /// The model as the server names it.
  public var model: String?
  /// Requests that were made for it; more than 1 where some failed.
  public var attempts: Int?
  /// Places in the question's texts that were changed because they looked like a verdict or a
  /// delimiter; nil where nothing was inserted into a template.
  public var neutralized: Int?
  public var combination: Combination?
  /// The judgments that this one combines, in the order of `combination`.
  public var parts: [Judgment]?

  public init(verdict: Verdict) {
    state = .verdict
    self.verdict = verdict
  }

  public init(_ state: State, reason: String) {
    precondition(state != .verdict, "a judgment without a verdict has another state")
    self.state = state
    self.reason = reason
  }

  /// Preference for the first candidate; nil where there is none.
  public var preference: Double? { verdict?.preference }

  /// The judgments of single requests that this one rests on, in order.
  public var leaves: [Judgment] { parts.map { $0.flatMap(\.leaves) } ?? [self] }
}
