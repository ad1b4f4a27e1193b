import Runs

extension DataSource {
  /// A text of this source as what a completion follows.
  public func prompt(_ text: String) -> Dialogue {
    specialTokens == .parse ? .markup(text) : .text(text)
  }

  /// A whole text of this source, or one behind another.
  public func prompt(_ text: String, _ completion: String) -> Exchange {
    Exchange(prompt(text), completion)
  }

  /// A line for whoever does not know that prompts are texts which the model's chat template does not
  /// touch; nil where none is, or the model has no template.
  public func plainRemark(of prompts: some Sequence<Dialogue>, _ tokenizer: Tokenizer) -> String? {
    guard tokenizer.chatTemplate != nil, cut == nil else { return nil }
    let isPlain = prompts.contains {
      if case .text(let text) = $0 { !text.isEmpty } else { false }
    }
    guard isPlain else { return nil }
    return "prompts are plain texts, which the model's chat template does not touch; conversation: "
      + "true in their data makes each a user's turn"
  }

  /// A line for whoever does not know that texts hold the markup of special tokens, which is read as
  /// text; nil where none does, or where it is to be read as these tokens.
  public func markupRemark(in texts: some Sequence<String>, _ tokenizer: Tokenizer) -> String? {
    guard specialTokens == .plain else { return nil }
    let found = texts.lazy.compactMap { tokenizer.markup(in: $0) }
    var count = 0
    var first: String?
    for token in found {
      count += 1
      first = first ?? token
    }
    guard let first else { return nil }
    return
      "\(count) \(count == 1 ? "text holds" : "texts hold") the markup of special tokens, such as "
      + "\(Shown.plain(first)), which is read as plain text; special_tokens: parse in the data reads it "
      + "as these tokens"
  }
}
