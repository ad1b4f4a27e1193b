/// Reads the vocabulary, the merges and the added tokens of `tokenizer.json`.
struct VocabularyReader {
  /// More added tokens than any tokenizer has; each costs time when texts are searched for them.
  static let addedTokenLimit = 100_000

  private let file: String
  /// Token texts by id.
  private(set) var tokens: [String?] = []
  private var ids = ByteTable()

  init(file: String) {
    self.file = file
  }

  func id(_ token: String) -> Int? { ids.value(Array(token.utf8)).map(Int.init) }

  /// What a model has beside its vocabulary.
  enum Model {
    case merges(PairTable)
    /// With the log-probability of each token.
    case unigram([Double])
    case wordPieces
    case words

    /// Whether bytes of a byte-level step need not become text in front of it.
    var mayReadBytes: Bool { if case .merges = self { true } else { false } }
  }

  /// Reads `model`; fills the vocabulary.
  mutating func readModel(_ reader: ComponentReader) throws(CorpusError) -> Model {
    switch reader.type {
    case nil, "BPE": return .merges(try readMergeModel(reader))
    case "Unigram": return .unigram(try readScores(reader))
    case "WordPiece":
      try readVocabulary(reader, longestToken: WordPieceModel.longestToken)
      return .wordPieces
    case "WordLevel":
      try readVocabulary(reader)
      return .words
    default: throw reader.unsupported("model", supported: "BPE, Unigram, WordPiece, WordLevel")
    }
  }

  private mutating func readMergeModel(
    _ reader: ComponentReader
  ) throws(CorpusError) -> PairTable {
    for key in ["continuing_subword_prefix", "end_of_word_suffix"] {
      if let text = try reader.optionalString(key), !text.isEmpty {
        throw reader.failure("\(key) \(Shown.text(text)) is not supported")
      }
    }
    try readVocabulary(reader)
    return try readMerges(reader)
  }

  private mutating func readVocabulary(
    _ reader: ComponentReader, longestToken: Int = .max
  ) throws(CorpusError) {
    guard let vocabulary = try reader.child("vocab") else { throw reader.failure("no vocab") }
    let members = vocabulary.object.members
    ids = ByteTable(capacity: members.count)
    for member in members {
      guard let id = member.value.integer else {
        throw vocabulary.failure("the id of \(Shown.text(member.key)) is \(member.value.kind)")
      }
      guard member.key.utf8.count <= longestToken else {
        throw vocabulary.failure(
          "\(Shown.text(member.key)) is longer than \(longestToken) bytes")
      }
      try place(member.key, id, limit: members.count + 65_536, vocabulary)
    }
  }

  /// Reads a list of tokens and log-probabilities; the ids are the places.
  private mutating func readScores(_ reader: ComponentReader) throws(CorpusError) -> [Double] {
    let list = try reader.array("vocab")
    ids = ByteTable(capacity: list.count)
    var scores: [Double] = []
    scores.reserveCapacity(list.count)
    for (id, value) in list.enumerated() {
      guard let pair = value.array, pair.count == 2, let token = pair[0].string,
        let score = pair[1].number
      else { throw reader.failure("vocab[\(id)] must be a token and its log-probability") }
      guard token.utf8.count <= UnigramModel.longestToken else {
        throw reader.failure(
          "\(Shown.text(token)) is longer than \(UnigramModel.longestToken) bytes")
      }
      if let known = self.id(token) {
        throw reader.failure("\(Shown.text(token)) has the ids \(known) and \(id)")
      }
      try place(token, id, limit: list.count, reader)
      scores.append(score)
    }
    return scores
  }

  private func readMerges(_ reader: ComponentReader) throws(CorpusError) -> PairTable {
    let list = try reader.array("merges")
    var merges = PairTable(capacity: list.count)
    for (rank, value) in list.enumerated() {
      let parts: [String]
      switch value {
      case .string(let text):
        parts = text.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
      case .array(let values): parts = values.compactMap(\.string)
      default: parts = []
      }
      guard parts.count == 2 else {
        throw reader.failure("merges[\(rank)] must be two tokens, as \"a b\" or [\"a\", \"b\"]")
      }
      guard let left = id(parts[0]), let right = id(parts[1]), let whole = id(parts[0] + parts[1])
      else {
        throw reader.failure(
          "merges[\(rank)] joins \(Shown.text(parts[0])) and \(Shown.text(parts[1])), "
            + "which or whose whole is not in the vocabulary")
      }
      merges.insert(
        Int32(left), Int32(right), PairTable.Merge(rank: Int32(rank), id: Int32(whole)))
    }
    return merges
  }

  /// Reads `added_tokens`; tokens beyond the model's vocabulary extend it.
  mutating func readAdded(_ reader: ComponentReader) throws(CorpusError) -> [AddedTokens.Token] {
    guard let values = reader.object["added_tokens"], values != .null else { return [] }
    guard let list = values.array else { throw reader.failure("added_tokens must be a list") }
    guard list.count <= Self.addedTokenLimit else {
      throw reader.failure(
        "\(list.count) added tokens; more than \(Self.addedTokenLimit) are refused")
    }
    let limit = tokens.count + list.count + 65_536
    var result: [AddedTokens.Token] = []
    for (index, value) in list.enumerated() {
      let entry = try ComponentReader(file: file, path: "added_tokens[\(index)]", value: value)
      let content = try entry.string("content")
      guard let id = entry.object["id"]?.integer else {
        throw entry.failure("id must be a whole number")
      }
      if let known = self.id(content) {
        guard known == id else {
          throw entry.failure("\(Shown.text(content)) has id \(id) here and \(known) elsewhere")
        }
      } else {
        try place(content, id, limit: limit, entry)
      }
      result.append(try AddedTokens.Token(id: Int32(id), from: entry))
    }
    return result
  }

  /// The table of token texts, for the model.
  var table: ByteTable { ids }

  private mutating func place(
    _ token: String, _ id: Int, limit: Int, _ reader: ComponentReader
  ) throws(CorpusError) {
    guard (0..<limit).contains(id) else {
      throw reader.failure("id \(id) of \(Shown.text(token)) is outside the vocabulary")
    }
    if id >= tokens.count {
      tokens += [String?](repeating: nil, count: id + 1 - tokens.count)
    }
    if let other = tokens[id] {
      throw reader.failure("\(Shown.text(other)) and \(Shown.text(token)) share id \(id)")
    }
    tokens[id] = token
    _ = ids.insert(Array(token.utf8), Int32(id))
  }
}
