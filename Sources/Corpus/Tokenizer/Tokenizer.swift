import Foundation
import Runs

/// A tokenizer as `tokenizer.json` describes it: text to ids and back.
///
/// The order of work is that of Hugging Face tokenizers: added tokens are found first, the text
/// between them is normalised, cut into pieces, and a ``PieceModel`` turns each into tokens. No token is added that
/// the text does not contain: callers place begin and end themselves.
public struct Tokenizer: Sendable {
  let rawTokens: AddedTokens
  let normalizedTokens: AddedTokens
  let normalizer: Normalizer?
  let preTokenizer: PreTokenizer?
  let model: any PieceModel
  let decoder: TokenDecoder?
  /// Token texts by id; nil where an id is not used.
  let tokens: [String?]
  let specialTokens: Set<Int>
  /// What normalised added tokens decode to, where that is not their text.
  let normalizedTexts: [Int: String]
  /// The files it was read from, or those it is written to: name and bytes.
  let files: [String: Data]
  let cache = PieceCache()

  /// The number of rows an embedding needs: the largest id and one.
  public var vocabularySize: Int { tokens.count }
  /// The ids that the post-processor's template puts in front of a text; none without one.
  ///
  /// ``encode(_:parsingSpecialTokens:)`` never adds them: who builds a sequence decides.
  public let leadingTokens: [Int]
  /// The id that begins a text, if the tokenizer names one.
  public let beginToken: Int?
  /// The id that ends a text, if the tokenizer names one.
  public let endToken: Int?
  /// The id that fills short rows, if the tokenizer names one.
  public let padToken: Int?
  /// Identifies the tokenizer: SHA-256, in hexadecimal, over `tokenizer.json` and the ids above.
  public let hash: String

  /// The ids of a text; no begin or end token is added.
  ///
  /// - Parameter parsingSpecialTokens: whether `<|endoftext|>` and the like in the text become
  ///   the special tokens they name. False by default: text of users and data must not be able
  ///   to forge markup.
  public func encode(_ text: String, parsingSpecialTokens: Bool = false) -> [Int] {
    encodeCountingLosses(text, parsingSpecialTokens: parsingSpecialTokens).ids
  }

  /// The ids of a text, and how many of its characters (bytes, in a byte-level model) have
  /// neither a token nor an unknown token and so leave nothing. Some published vocabularies lack
  /// control characters; most lack nothing.
  public func encodeCountingLosses(
    _ text: String, parsingSpecialTokens: Bool = false
  ) -> (ids: [Int], lost: Int) {
    let bytes = Array(text.utf8)
    return cache.use { storage in
      var encoder = PieceEncoder(model: model)
      var ids: [Int] = []
      ids.reserveCapacity(bytes.count / 3 + 8)
      for part in rawTokens.parts(of: bytes, includingSpecial: parsingSpecialTokens) {
        switch part {
        case .token(let id): ids.append(Int(id))
        case .text(let range):
          let segment = normalizer?.apply(Array(bytes[range])) ?? Array(bytes[range])
          let inner = normalizedTokens.parts(of: segment, includingSpecial: parsingSpecialTokens)
          for part in inner {
            switch part {
            case .token(let id): ids.append(Int(id))
            case .text(let inside):
              var list = PieceList(
                Array(segment[inside]),
                beginsInput: range.lowerBound == 0 && inside.lowerBound == 0)
              preTokenizer?.apply(to: &list)
              encoder.encode(list, &storage, into: &ids)
            }
          }
        }
      }
      return (ids, encoder.lost)
    }
  }

  /// The text of ids; bytes that are not UTF-8 become U+FFFD, unknown ids nothing.
  ///
  /// - Parameter skippingSpecialTokens: whether special tokens leave no text.
  public func decode(_ ids: [Int], skippingSpecialTokens: Bool = true) -> String {
    let texts = ids.compactMap { id -> String? in
      if skippingSpecialTokens && specialTokens.contains(id) { return nil }
      return normalizedTexts[id] ?? token(id)
    }
    guard let decoder else { return texts.joined(separator: " ") }
    return decoder.apply(texts).joined()
  }

  /// A token as the vocabulary writes it, or nil for an id without a token.
  public func token(_ id: Int) -> String? {
    tokens.indices.contains(id) ? tokens[id] : nil
  }

  /// Whether an id is markup rather than text.
  public func isSpecial(_ id: Int) -> Bool { specialTokens.contains(id) }

  /// Writes the tokenizer's files into a folder: the bytes it was loaded from, or, for a trained
  /// one, `tokenizer.json` and `tokenizer_config.json` as `transformers` reads them.
  ///
  /// - Throws: `RunError` when a file cannot be written.
  public func save(to directory: URL) throws {
    for (name, data) in files.sorted(by: { $0.key < $1.key }) {
      try AtomicFile.write(data, to: directory.appending(path: name))
    }
  }
}
