import Runs

/// What a judge is asked: a prompt with one candidate to rate, or two to choose from.
public struct JudgeQuestion: Sendable, Equatable {
  /// Of the prompt, for messages; no judge sees it.
  public var id: String
  public var prompt: Dialogue
  /// One or two, in the order in which the judge sees them.
  public var candidates: [String]
  /// A good answer to hold candidates against.
  public var reference: String?
  /// What to look at, a line for each point.
  public var checklist: String?
  /// 0 for the first time that this is asked; a judge that samples draws anew for each.
  public var repetition: Int

  public init(
    id: String, prompt: Dialogue, candidates: [String], reference: String? = nil,
    checklist: String? = nil, repetition: Int = 0
  ) {
    self.checklist = checklist
    self.id = id
    self.prompt = prompt
    self.candidates = candidates
    self.reference = reference
    self.repetition = repetition
  }

  /// The same with the candidates in the other order.
  public var swapped: JudgeQuestion {
    var other = self
    other.candidates.reverse()
    return other
  }
}
