import Foundation
import Runs

/// What a tokenizer is made of, whichever kind of file says so.
struct TokenizerParts {
  /// Token texts by id; nil where an id is not used.
  var tokens: [String?]
  var model: any PieceModel
  var normalizer: Normalizer?
  var preTokenizer: PreTokenizer?
  var decoder: TokenDecoder?
  var added: [AddedTokens.Token] = []
  /// The tokens that decoding may skip.
  var markup: Set<Int32> = []
  var leading: [Int] = []
  /// The tokens that begin, end and fill texts.
  var begin: Int?
  var end: Int?
  var pad: Int?
}

extension Tokenizer {
  /// - Parameters:
  ///   - files: what ``save(to:)`` writes.
  ///   - identity: the bytes that tell this tokenizer from others.
  ///   - normalizesAdded: whether added tokens that are looked for in normalised text are
  ///     normalised themselves.
  init(
    _ parts: TokenizerParts, files: [String: Data], identity: Data, normalizesAdded: Bool = true
  ) {
    self.files = files
    tokens = parts.tokens
    model = parts.model
    normalizer = parts.normalizer
    decoder = parts.decoder
    let marker = SentencePieceNormalizer.marker
    if parts.preTokenizer?.keepsWhole ?? true, model.isIndependent(before: marker) {
      preTokenizer = .sequence(
        [parts.preTokenizer, .boundaries(marker: marker)].compactMap { $0 })
    } else {
      preTokenizer = parts.preTokenizer
    }
    leadingTokens = parts.leading
    specialTokens = Set(parts.markup.map(Int.init))
    let raw = parts.added.filter { !$0.isNormalized }
    let normalized = parts.added.filter(\.isNormalized)
    rawTokens = AddedTokens(raw, contents: raw.map { Array($0.content.utf8) })
    let contents = normalized.map { token in
      let content = Array(token.content.utf8)
      return normalizesAdded ? parts.normalizer?.apply(content) ?? content : content
    }
    normalizedTokens = AddedTokens(normalized, contents: contents)
    var texts: [Int: String] = [:]
    for (token, content) in zip(normalized, contents) where content != Array(token.content.utf8) {
      texts[Int(token.id)] = String(decoding: content, as: UTF8.self)
    }
    normalizedTexts = texts
    (beginToken, endToken, padToken) = (parts.begin, parts.end, parts.pad)
    let ids = [beginToken, endToken, padToken].map { $0.map(String.init) ?? "-" }
    hash = SHA256.hex(of: identity + Data(ids.joined(separator: " ").utf8))
  }
}
