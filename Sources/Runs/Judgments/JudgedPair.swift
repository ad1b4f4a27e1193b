/// One comparison of a judging with its judgment: a line of `judgments.jsonl`.
public struct JudgedPair: Sendable, Equatable, Codable {
  /// Of the prompt.
  public var id: String
  /// SHA-256 of the prompt's text, by which other records of the same prompt are found; nil in
  /// records of older versions.
  public var prompt: String?
  /// Nil for a comparison of the two files; else the kind of canary that stands in the first place.
  public var canary: CanaryKind?
  /// Of both candidates, in Unicode scalars.
  public var lengths: [Int]
  public var judgment: Judgment
  /// Where judging was to stop once it is decided: the how-manieth prompt this was, in the random
  /// order in which they were asked, from 1. Nil where all were to be judged.
  public var look: Int?

  private enum CodingKeys: String, CodingKey {
    case id, canary, lengths, judgment, look
    case prompt = "prompt_sha256"
  }

  public init(
    id: String, prompt: String? = nil, canary: CanaryKind? = nil, lengths: [Int],
    judgment: Judgment, look: Int? = nil
  ) {
    self.id = id
    self.prompt = prompt
    self.canary = canary
    self.lengths = lengths
    self.judgment = judgment
    self.look = look
  }
}
