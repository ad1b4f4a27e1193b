import Foundation

/// Makes a tokenizer of a SentencePiece model: `tokenizer.model`.
///
/// Source: SentencePiece 0.2.3, `unigram_model.cc` and `bpe_model.cc`.
/// Differs: a piece of merges counts only where all its characters are pieces, and text never
/// becomes a control symbol.
struct SentencePieceReader {
  /// More pairs than any model has: as many as a file could have would fill the memory.
  static let pairLimit = 4_000_000

  private let file: String
  private let model: SentencePieceModel
  private let map: CharacterMap?
  /// The pieces that text may become.
  private var texts = ByteTable()
  /// The pieces that it may not: unknown, control, bytes.
  private var others = ByteTable()
  private var unknown: Int32 = -1

  init(_ data: Data, file: String) throws(CorpusError) {
    self.file = file
    let bytes = Array(data)
    let read = bytes.withUnsafeBufferPointer { buffer -> Result<SentencePieceModel, CorpusError> in
      do throws(SentencePieceError) {
        return .success(try SentencePieceModel(buffer))
      } catch {
        return .failure(.tokenizer(file: file, problem: error.problem))
      }
    }
    model = try read.get()
    if let range = model.characters {
      do {
        map = try CharacterMap(Array(bytes[range]))
      } catch {
        throw CorpusError.tokenizer(file: file, problem: "precompiled_charsmap \(error.problem)")
      }
    } else {
      map = nil
    }
    try number()
    try check()
  }

  private func failure(_ problem: String) -> CorpusError {
    .tokenizer(file: file, problem: problem)
  }

  private mutating func number() throws(CorpusError) {
    texts = ByteTable(capacity: model.pieces.count)
    for (id, piece) in model.pieces.enumerated() {
      let key = Array(piece.text.utf8)
      let isNew: Bool
      if piece.kind.isText {
        isNew = texts.insert(key, Int32(id)).inserted
      } else {
        isNew = others.insert(key, Int32(id)).inserted
      }
      guard isNew else { throw failure("piece \(id) \(Shown.text(piece.text)) is there already") }
      if piece.kind == .unknown {
        guard unknown < 0 else { throw failure("pieces \(unknown) and \(id) are both unknown") }
        unknown = Int32(id)
      }
    }
  }

  private func check() throws(CorpusError) {
    guard unknown >= 0 else { throw failure("no piece stands for unknown characters") }
    guard model.algorithm == .unigram || model.algorithm == .merges else {
      throw failure(
        "models of \(model.algorithm) are not supported; supported are unigram and BPE")
    }
    guard !model.hasDenormalizer else { throw failure("a denormalizer is not supported") }
    if model.algorithm == .merges, model.pieces.contains(where: { $0.kind == .unused }) {
      throw failure("unused pieces of a BPE model are not supported")
    }
    for piece in model.pieces where piece.kind == .byte {
      guard model.fallsBackToBytes, TokenDecoder.byte(piece.text) != nil else {
        throw failure("the byte piece \(Shown.text(piece.text)) is none or is not asked for")
      }
    }
    if model.fallsBackToBytes { _ = try fallback() }
  }

  private func fallback() throws(CorpusError) -> [Int32] {
    guard model.fallsBackToBytes else { return [] }
    let ids = TokenDecoder.byteTokens.compactMap { others.value(Array($0.utf8)) }
      .filter { model.pieces[Int($0)].kind == .byte }
    guard ids.count == 256 else {
      throw failure("byte_fallback needs all of <0x00> to <0xFF> among the pieces")
    }
    return ids
  }

  /// - Parameter names: what the files beside the model say of its tokens.
  func parts(_ names: NamedTokens) throws(CorpusError) -> TokenizerParts {
    let userDefined = model.pieces.enumerated().filter { $1.kind == .userDefined }
      .map { (key: Array($1.text.utf8), value: Int32($0)) }
    var parts = TokenizerParts(
      tokens: model.pieces.map(\.text),
      model: model.algorithm == .merges ? try merges() : try unigram())
    parts.normalizer = .sentencePiece(
      SentencePieceNormalizer(
        characters: map, userDefined: ByteTrie(userDefined), addsBlank: model.addsBlank,
        addsBlankEverywhere: try names.isLegacy(), blankFollows: model.blankFollows,
        removesBlanks: model.removesBlanks,
        marksBlanks: model.marksBlanks))
    parts.decoder = .sentencePiece(
      SentencePieceDecoder(
        unknown: (model.pieces[Int(unknown)].text, model.unknownSurface),
        readsBytes: model.fallsBackToBytes, dropsBlank: model.addsBlank || model.removesBlanks,
        dropsAllBlanks: model.removesBlanks))
    parts.markup = Set(
      model.pieces.indices.lazy.filter { model.pieces[$0].kind == .control }
        .map(Int32.init))
    parts.added = model.pieces.enumerated().compactMap { id, piece in
      switch piece.kind {
      case .control, .unknown:
        AddedTokens.Token(
          id: Int32(id), content: piece.text, isSingleWord: false, stripsLeft: false,
          stripsRight: false, isNormalized: false, isSpecial: true)
      case .userDefined where model.algorithm == .merges:
        AddedTokens.Token(
          id: Int32(id), content: piece.text, isSingleWord: false, stripsLeft: false,
          stripsRight: false, isNormalized: true, isSpecial: false)
      default: nil
      }
    }
    try addConfigured(names, to: &parts)
    try name(names, &parts)
    return parts
  }

  /// Adds the tokens that the configuration puts behind those of the model.
  private func addConfigured(
    _ names: NamedTokens, to parts: inout TokenizerParts
  ) throws(CorpusError) {
    for token in try names.added() {
      let id = Int(token.id)
      if id < model.pieces.count {
        guard Array(model.pieces[id].text.utf8) == Array(token.content.utf8) else {
          throw failure(
            "token \(id) is \(Shown.text(model.pieces[id].text)) here and "
              + "\(Shown.text(token.content)) in tokenizer_config.json")
        }
        continue
      }
      guard id < model.pieces.count + VocabularyReader.addedTokenLimit else {
        throw failure("id \(id) of tokenizer_config.json is far outside the vocabulary")
      }
      if id >= parts.tokens.count {
        parts.tokens += [String?](repeating: nil, count: id + 1 - parts.tokens.count)
      }
      parts.tokens[id] = token.content
      parts.added.append(token)
      if token.isSpecial { parts.markup.insert(token.id) }
    }
  }

  /// The tokens that begin, end and fill: those of the configuration, or else of the model.
  private func name(
    _ names: NamedTokens, _ parts: inout TokenizerParts
  ) throws(CorpusError) {
    let extra = parts.added.filter { Int($0.id) >= model.pieces.count }
    func lookUp(_ token: String) -> Int? {
      let key = Array(token.utf8)
      if let id = others.value(key) ?? texts.value(key) { return Int(id) }
      return extra.first { Array($0.content.utf8) == key }.map { Int($0.id) }
    }
    func own(_ id: Int32) -> Int? {
      model.pieces.indices.contains(Int(id)) && model.pieces[Int(id)].kind == .control
        ? Int(id) : nil
    }
    let main = "tokenizer.model"
    parts.begin = try names.id("bos_token", in: main, lookUp) ?? own(model.begin)
    parts.end = try names.id("eos_token", in: main, lookUp) ?? own(model.end)
    parts.pad = try names.id("pad_token", in: main, lookUp) ?? own(model.pad)
    if let begin = parts.begin, try names.addsBegin() ?? true { parts.leading = [begin] }
  }

  private func unigram() throws(CorpusError) -> UnigramModel {
    let normal = model.pieces.lazy.filter { $0.kind == .normal }.map(\.score)
    let least = normal.min() ?? .greatestFiniteMagnitude
    // What the user defines is almost certain, and the longer the likelier.
    let scores = model.pieces.map { piece in
      piece.kind == .userDefined
        ? 0.1 * Double(piece.text.utf8.count - 1) : Double(piece.score)
    }
    let entries = model.pieces.enumerated().filter { $1.kind.isText && $1.kind != .unused }
      .map { (key: Array($1.text.utf8), value: Int32($0)) }
    return UnigramModel(
      trie: ByteTrie(entries), scores: scores,
      unknownScore: Double(least - Float(UnigramModel.unknownPenalty)), unknown: unknown,
      fallback: try fallback(), roundsSums: true, isSpecial: [], vocabulary: nil)
  }

  /// The merges of all pairs of pieces that make a piece: the highest score first.
  private func merges() throws(CorpusError) -> MergeModel {
    let ranks = Dictionary(
      Set(model.pieces.map(\.score)).sorted(by: >).enumerated().map { ($1, Int32($0)) },
      uniquingKeysWith: { first, _ in first })
    var pairs: [(left: Int32, right: Int32, merge: PairTable.Merge)] = []
    for (id, piece) in model.pieces.enumerated() where piece.kind == .normal {
      guard pairs.count <= Self.pairLimit else { break }
      let text = Array(piece.text.utf8)
      text.withUnsafeBufferPointer { bytes in
        for cut in bytes.indices.dropFirst() where bytes[cut] & 0xC0 != 0x80 {
          guard let left = texts.value(UnsafeBufferPointer(rebasing: bytes[..<cut])),
            let right = texts.value(UnsafeBufferPointer(rebasing: bytes[cut...])),
            let rank = ranks[piece.score]
          else { continue }
          pairs.append((left, right, PairTable.Merge(rank: rank, id: Int32(id))))
        }
      }
    }
    guard pairs.count <= Self.pairLimit else {
      throw failure("more than \(Self.pairLimit) pairs of pieces make a piece")
    }
    var table = PairTable(capacity: pairs.count)
    for pair in pairs { table.insert(pair.left, pair.right, pair.merge) }
    return MergeModel(
      vocabulary: texts, merges: table, ignoresMerges: false, unknown: unknown,
      fusesUnknown: true, fallback: try fallback(), byteSymbols: [], special: [])
  }
}
