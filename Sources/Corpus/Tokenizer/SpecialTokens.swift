/// What becomes of the markup of special tokens, such as `<|im_end|>`, in a text.
public enum SpecialTokens: String, CaseIterable, Sendable {
  /// It is text like any other: what users and data say must not be able to forge markup.
  case plain
  /// It becomes the special tokens that it names: the text was rendered by a template.
  case parse
}
