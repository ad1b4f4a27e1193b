import Foundation

/// The tokens that `tokenizer_config.json` or `special_tokens_map.json` give a role.
struct NamedTokens {
  private var sources: [ComponentReader] = []

  init(files: [String: Data], folder: String?) throws(CorpusError) {
    for name in ["tokenizer_config.json", "special_tokens_map.json"] {
      guard let data = files[name] else { continue }
      let file = folder.map { "\($0)/\(name)" } ?? name
      sources.append(
        try ComponentReader(file: file, path: "", value: Tokenizer.parse(data, file)))
    }
  }

  /// The id of a role such as `eos_token`, written as a text or as an object with `content`.
  func id(_ role: String, _ lookUp: (String) -> Int?) throws(CorpusError) -> Int? {
    for source in sources {
      let content: String
      switch source.object[role] {
      case nil, .null: continue
      case .string(let text): content = text
      case let value?:
        let reader = try ComponentReader(file: source.file, path: role, value: value)
        content = try reader.string("content")
      }
      guard let id = lookUp(content) else {
        throw source.failure("\(role) \(Shown.text(content)) is not in tokenizer.json")
      }
      return id
    }
    return nil
  }
}
