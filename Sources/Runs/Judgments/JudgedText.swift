/// A text that a judgment is about, under its hash: a line of `texts.jsonl`, each text once.
///
/// Judgments name prompts and answers by their hashes, so that a record without texts still says what
/// was compared.
public struct JudgedText: Sendable, Equatable, Codable {
  /// Of the text's bytes.
  public var sha256: String
  public var text: String

  public init(_ text: String) {
    sha256 = SHA256.hex(of: text)
    self.text = text
  }
}
