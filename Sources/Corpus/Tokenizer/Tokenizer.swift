import Foundation
import Runs

/// A tokenizer as `tokenizer.json` or a SentencePiece model describes it: text to ids and back.
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
  var files: [String: Data]
  /// How conversations are written; nil where the folder does not say.
  public internal(set) var chatTemplate: ChatTemplate?
  /// What is known of pieces of plain text, and of texts whose markup is parsed.
  let caches = (plain: PieceCache(), parsed: PieceCache())

  /// The number of rows an embedding needs: the largest id and one.
  public var vocabularySize: Int { tokens.count }
  /// The ids that the post-processor's template puts in front of a text; none without one.
  ///
  /// ``encode(_:specialTokens:)`` never adds them: who builds a sequence decides.
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
  /// - Parameter specialTokens: whether `<|endoftext|>` and the like in the text become the
  ///   special tokens they name.
  public func encode(_ text: String, specialTokens: SpecialTokens = .plain) -> [Int] {
    encodeCountingLosses(text, specialTokens: specialTokens).ids
  }

  /// The first special token whose markup a text holds; nil where it holds none.
  public func markup(in text: String) -> String? {
    func special(_ part: AddedTokens.Part) -> String? {
      guard case .token(let id) = part, specialTokens.contains(Int(id)) else { return nil }
      return token(Int(id))
    }
    let bytes = Array(text.utf8)
    for part in rawTokens.parts(of: bytes, includingSpecial: true) {
      if let found = special(part) { return found }
      guard case .text(let range) = part, normalizedTokens.hasSpecial else { continue }
      let segment = normalize(Array(bytes[range]), isBeginning: range.lowerBound == 0).bytes
      for part in normalizedTokens.parts(of: segment, includingSpecial: true) {
        if let found = special(part) { return found }
      }
    }
    return nil
  }

  /// The ids of a text, and how many of its characters (bytes, in a byte-level model) have
  /// neither a token nor an unknown token and so leave nothing. Some published vocabularies lack
  /// control characters; most lack nothing.
  public func encodeCountingLosses(
    _ text: String, specialTokens: SpecialTokens = .plain
  ) -> (ids: [Int], lost: Int) {
    encodeCountingLosses(text, specialTokens: specialTokens, shield: nil)
  }

  /// - Parameter shield: gives back, between special tokens, what only looks like them.
  func encodeCountingLosses(
    _ text: String, specialTokens: SpecialTokens, shield: MarkupShield?
  ) -> (ids: [Int], lost: Int) {
    let shield = shield.flatMap { $0.isEmpty ? nil : $0 }
    let bytes = Array(text.utf8)
    let isParsed = specialTokens == .parse
    return (isParsed ? caches.parsed : caches.plain).use { storage in
      var encoder = PieceEncoder(model: model, specialTokens)
      var ids: [Int] = []
      ids.reserveCapacity(bytes.count / 3 + 8)
      for part in rawTokens.parts(of: bytes, includingSpecial: isParsed) {
        switch part {
        case .token(let id): ids.append(Int(id))
        case .text(let range):
          let written = Array(bytes[range])
          let plain = shield?.restored(written) ?? written
          let (segment, isStart) = normalize(plain, isBeginning: range.lowerBound == 0)
          let inner = normalizedTokens.parts(
            of: segment, includingSpecial: isParsed && plain.count == written.count)
          for part in inner {
            switch part {
            case .token(let id): ids.append(Int(id))
            case .text(let inside):
              var list = PieceList(
                Array(segment[inside]),
                beginsInput: isStart && inside.lowerBound == 0)
              preTokenizer?.apply(to: &list)
              encoder.encode(list, &storage, into: &ids)
            }
          }
        }
      }
      return (ids, encoder.lost)
    }
  }

  /// - Returns: the normalised text, and whether its first character is the first of all.
  private func normalize(
    _ bytes: [UInt8], isBeginning: Bool
  ) -> (bytes: [UInt8], isStart: Bool) {
    guard let normalizer else { return (bytes, isBeginning) }
    if case .sentencePiece(let normalizer) = normalizer {
      return (normalizer.apply(bytes, isBeginning: isBeginning), isBeginning)
    }
    guard isBeginning, preTokenizer?.knowsStart ?? false else {
      return (normalizer.apply(bytes), isBeginning)
    }
    return normalizer.applyTrackingStart(bytes)
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

  /// The markup of all special tokens.
  var specialTexts: [String] { specialTokens.compactMap(token) }

  /// The texts of the tokens that have a role in chat templates.
  var roleTexts: [String: String] {
    let roles = ["bos_token": beginToken, "eos_token": endToken, "pad_token": padToken]
    return roles.compactMapValues { $0.flatMap(token) }
  }

  /// The same with another way to write conversations, which is saved with it.
  public func replacingChatTemplate(_ template: ChatTemplate) -> Tokenizer {
    var other = self
    other.chatTemplate = template
    other.files[ChatTemplate.file] = Data(template.source.utf8)
    return other
  }

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
