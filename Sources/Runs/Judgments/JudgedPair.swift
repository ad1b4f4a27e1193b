/// One comparison of a judging with its judgment: a line of `judgments.jsonl`.
public struct JudgedPair: Sendable, Equatable, Codable {
  /// Of the prompt.
  public var id: String
  /// SHA-256 of the prompt's text, by which other records of the same prompt are found; nil in
  /// records of older versions.
  public var prompt: String?
  /// SHA-256 of both candidates' texts, and of the reference's where the judge was given one; nil in
  /// records of older versions. The texts lie in `texts.jsonl`, unless they were left out.
  public var answers: [String]?
  public var reference: String?
  public var checklist: String?
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
    case prompt = "promptSha256"
    case answers = "answersSha256"
    case reference = "referenceSha256"
    case checklist = "checklistSha256"
  }

  public init(
    id: String, prompt: String? = nil, answers: [String]? = nil, reference: String? = nil,
    checklist: String? = nil, canary: CanaryKind? = nil, lengths: [Int], judgment: Judgment,
    look: Int? = nil
  ) {
    self.checklist = checklist
    self.id = id
    self.prompt = prompt
    self.answers = answers
    self.reference = reference
    self.canary = canary
    self.lengths = lengths
    self.judgment = judgment
    self.look = look
  }
}

extension JudgedPair {
  /// Prompt and both answers by their hashes: what a comparison is about, whatever it is called; nil in
  /// records of older versions.
  public var content: String? {
    guard let prompt, let answers, answers.count == 2 else { return nil }
    return ([prompt] + answers).joined(separator: ":")
  }

  /// The content of the same comparison with the answers exchanged.
  public static func turned(_ content: String) -> String? {
    let parts = content.split(separator: ":")
    return parts.count == 3 ? "\(parts[0]):\(parts[2]):\(parts[1])" : nil
  }
}
