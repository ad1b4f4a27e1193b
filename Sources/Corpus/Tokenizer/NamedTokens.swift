import Foundation

/// The tokens that `tokenizer_config.json` or `special_tokens_map.json` give a role.
struct NamedTokens {
  private var sources: [ComponentReader] = []
  /// The bytes that the tokens of ``added()`` were read from.
  private(set) var identity = Data()

  init(files: [String: Data], folder: String?) throws(CorpusError) {
    for name in ["tokenizer_config.json", "special_tokens_map.json"] {
      guard let data = files[name] else { continue }
      let file = folder.map { "\($0)/\(name)" } ?? name
      sources.append(
        try ComponentReader(file: file, path: "", value: Tokenizer.parse(data, file)))
      if name == "tokenizer_config.json" { identity = data }
    }
  }

  /// The id of a role such as `eos_token`, written as a text or as an object with `content`.
  func id(
    _ role: String, in main: String = "tokenizer.json", _ lookUp: (String) -> Int?
  ) throws(CorpusError) -> Int? {
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
        throw source.failure("\(role) \(Shown.text(content)) is not in \(main)")
      }
      return id
    }
    return nil
  }

  /// Whether the configuration says that texts begin with the token that begins them; nil where it
  /// says nothing.
  func addsBegin() throws(CorpusError) -> Bool? {
    guard let source = sources.first, source.object["add_bos_token"] != nil else { return nil }
    return try source.bool("add_bos_token", default: true)
  }

  /// Whether the configuration asks for the blank that SentencePiece puts before a text behind
  /// special tokens too, as versions of `transformers` before 4.31 put it.
  func isLegacy() throws(CorpusError) -> Bool {
    try sources.first?.bool("legacy", default: false) ?? false
  }

  /// The tokens that the configuration adds to a model, by id.
  func added() throws(CorpusError) -> [AddedTokens.Token] {
    guard let list = try sources.first?.child("added_tokens_decoder") else { return [] }
    guard list.object.members.count <= VocabularyReader.addedTokenLimit else {
      throw list.failure("more than \(VocabularyReader.addedTokenLimit) tokens are refused")
    }
    var tokens: [AddedTokens.Token] = []
    for member in list.object.members {
      guard let id = Int32(member.key), id >= 0 else {
        throw list.failure("\(Shown.text(member.key)) is not an id")
      }
      let entry = try ComponentReader(
        file: list.file, path: "\(list.path).\(id)", value: member.value)
      tokens.append(try AddedTokens.Token(id: id, from: entry))
    }
    return tokens.sorted { $0.id < $1.id }
  }
}
