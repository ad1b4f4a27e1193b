import Runs

/// One prompt with the outputs of both files.
public struct JudgingPair: Sendable, Equatable {
  /// Rows of one prompt share it.
  public var id: String
  public var prompt: Dialogue
  public var first: String
  public var second: String
  public var reference: String?
  /// What to look at, a line for each point.
  public var checklist: String?

  public init(
    id: String, prompt: Dialogue, first: String, second: String, reference: String? = nil,
    checklist: String? = nil
  ) {
    self.checklist = checklist
    self.id = id
    self.prompt = prompt
    self.first = first
    self.second = second
    self.reference = reference
  }
}
