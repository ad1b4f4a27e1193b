extension ComponentReader {
  /// - Parameters:
  ///   - content: what was read beside the vocabulary.
  ///   - table: the vocabulary, without added tokens.
  ///   - special: ids that only markup may give.
  ///   - readsBytes: whether the pieces are raw bytes of a byte-level model.
  func model(
    _ content: VocabularyReader.Model, table: ByteTable, special: Set<Int32>, readsBytes: Bool
  ) throws(CorpusError) -> any PieceModel {
    switch content {
    case .merges(let merges):
      let bytes = ByteAlphabet.encoded.map { table.value($0) ?? -1 }
      return MergeModel(
        vocabulary: table, merges: merges,
        ignoresMerges: try bool("ignore_merges", default: false), unknown: try unknown(table),
        fusesUnknown: try bool("fuse_unk", default: false), fallback: try fallback(table),
        byteSymbols: readsBytes ? bytes : [], special: special)
    case .unigram(let scores):
      var unknown: Int32?
      if object["unk_id"] ?? .null != .null {
        let id = try count("unk_id")
        guard id < scores.count else {
          throw failure("unk_id \(id) is outside the vocabulary of \(scores.count)")
        }
        unknown = Int32(id)
      }
      return UnigramModel(
        trie: table.trie, scores: scores,
        unknownScore: (scores.min() ?? 0) - UnigramModel.unknownPenalty, unknown: unknown,
        fallback: try fallback(table), roundsSums: false,
        isSpecial: Self.flags(special, count: scores.count), vocabulary: table)
    case .wordPieces:
      return WordPieceModel(
        trie: table.trie,
        prefix: Array((try optionalString("continuing_subword_prefix") ?? "##").utf8),
        unknown: try requiredUnknown("[UNK]", table),
        longestWord: object["max_input_chars_per_word"] == nil
          ? 100 : try count("max_input_chars_per_word"),
        isSpecial: Self.flags(special, count: Int(table.values.max() ?? -1) + 1))
    case .words:
      return WordModel(
        vocabulary: table, unknown: try requiredUnknown("<unk>", table), special: special)
    }
  }

  private static func flags(_ special: Set<Int32>, count: Int) -> [Bool] {
    special.isEmpty ? [] : (0..<count).map { special.contains(Int32($0)) }
  }

  private func unknown(_ table: ByteTable) throws(CorpusError) -> Int32? {
    guard let token = try optionalString("unk_token") else { return nil }
    guard let id = table.value(Array(token.utf8)) else {
      throw failure("unk_token \(Shown.text(token)) is not in the vocabulary")
    }
    return id
  }

  private func requiredUnknown(
    _ usual: String, _ table: ByteTable
  ) throws(CorpusError) -> Int32 {
    if let id = try unknown(table) ?? table.value(Array(usual.utf8)) { return id }
    throw failure("unk_token \(Shown.text(usual)) is not in the vocabulary")
  }

  /// The ids of `<0x00>` to `<0xFF>`, where characters fall back to bytes; else none.
  private func fallback(_ table: ByteTable) throws(CorpusError) -> [Int32] {
    guard try bool("byte_fallback", default: false) else { return [] }
    let ids = TokenDecoder.byteTokens.compactMap { table.value(Array($0.utf8)) }
    guard ids.count == 256 else {
      throw failure("byte_fallback needs all of <0x00> to <0xFF> in the vocabulary")
    }
    return ids
  }
}

extension ByteTable {
  /// The keys and values as a tree.
  var trie: ByteTrie { ByteTrie((0..<count).map { (Array(key($0)), values[$0]) }) }
}
