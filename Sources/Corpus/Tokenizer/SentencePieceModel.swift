import Foundation

/// What a SentencePiece model file says, as far as texts depend on it.
///
/// Source: SentencePiece 0.2.3, `sentencepiece_model.proto`.
struct SentencePieceModel {
  /// More pieces than any model has.
  static let pieceLimit = 1_000_000
  /// Longer pieces are refused: they would let a file make encoding quadratic.
  static let longestPiece = 512

  struct Piece {
    var text = ""
    var score: Float = 0
    var kind = Kind.normal
  }

  enum Kind: UInt64 {
    case normal = 1
    case unknown, control, userDefined, unused, byte

    /// Whether text may become it.
    var isText: Bool { self == .normal || self == .userDefined || self == .unused }
  }

  enum Algorithm: UInt64 {
    case unigram = 1
    case merges, words, characters
  }

  var pieces: [Piece] = []
  var algorithm = Algorithm.unigram
  var blankFollows = false
  var fallsBackToBytes = false
  var unknownSurface = " \u{2047} "
  /// The ids of the tokens that begin, end and fill; below zero where there is none.
  var (begin, end, pad): (Int32, Int32, Int32) = (1, 2, -1)
  var characters: Range<Int>?
  var addsBlank = true
  var removesBlanks = true
  var marksBlanks = true
  var hasDenormalizer = false

  /// - Throws: what is wrong with the bytes.
  init(_ bytes: UnsafeBufferPointer<UInt8>) throws(SentencePieceError) {
    try Self.fields(bytes, 0..<bytes.count) { field, content throws(SentencePieceError) in
      switch (field, content) {
      case (1, .bytes(let range)):
        guard pieces.count < Self.pieceLimit else {
          throw SentencePieceError("more than \(Self.pieceLimit) pieces are refused")
        }
        pieces.append(try Self.piece(bytes, range, number: pieces.count))
      case (2, .bytes(let range)): try readTraining(bytes, range)
      case (3, .bytes(let range)): try readNormalizer(bytes, range)
      case (5, .bytes(let range)):
        try Self.fields(bytes, range) { field, content in
          if field == 2, case .bytes(let map) = content, !map.isEmpty { hasDenormalizer = true }
        }
      default: break
      }
    }
  }

  private static func piece(
    _ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, number: Int
  ) throws(SentencePieceError) -> Piece {
    var piece = Piece()
    try fields(bytes, range) { field, content throws(SentencePieceError) in
      switch (field, content) {
      case (1, .bytes(let range)):
        guard range.count <= longestPiece else {
          throw SentencePieceError("piece \(number) is longer than \(longestPiece) bytes")
        }
        piece.text = try text(bytes, range, "piece \(number)")
      case (2, .fixed32(let bits)):
        piece.score = Float(bitPattern: bits)
        guard piece.score.isFinite else {
          throw SentencePieceError("the score of piece \(number) is not a number")
        }
      case (3, .number(let value)):
        guard let kind = Kind(rawValue: value) else {
          throw SentencePieceError("piece \(number) is of unknown type \(value)")
        }
        piece.kind = kind
      default: break
      }
    }
    guard !piece.text.isEmpty else { throw SentencePieceError("piece \(number) is empty") }
    return piece
  }

  private mutating func readTraining(
    _ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>
  ) throws(SentencePieceError) {
    try Self.fields(bytes, range) { field, content throws(SentencePieceError) in
      switch (field, content) {
      case (3, .number(let value)):
        guard let known = Algorithm(rawValue: value) else {
          throw SentencePieceError("model type \(value) is not known")
        }
        algorithm = known
      case (24, .number(let value)): blankFollows = value != 0
      case (35, .number(let value)): fallsBackToBytes = value != 0
      case (41, .number(let value)): begin = Int32(truncatingIfNeeded: value)
      case (42, .number(let value)): end = Int32(truncatingIfNeeded: value)
      case (43, .number(let value)): pad = Int32(truncatingIfNeeded: value)
      case (44, .bytes(let range)):
        guard range.count <= 1024 else {
          throw SentencePieceError("unk_surface is longer than 1,024 bytes")
        }
        unknownSurface = try Self.text(bytes, range, "unk_surface")
      default: break
      }
    }
  }

  private mutating func readNormalizer(
    _ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>
  ) throws(SentencePieceError) {
    try Self.fields(bytes, range) { field, content in
      switch (field, content) {
      case (2, .bytes(let range)): characters = range.isEmpty ? nil : range
      case (3, .number(let value)): addsBlank = value != 0
      case (4, .number(let value)): removesBlanks = value != 0
      case (5, .number(let value)): marksBlanks = value != 0
      default: break
      }
    }
  }

  private static func fields(
    _ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>,
    _ body: (Int, WireReader.Content) throws(SentencePieceError) -> Void
  ) throws(SentencePieceError) {
    var reader = WireReader(bytes, range)
    while let (field, content) = try next(&reader) { try body(field, content) }
  }

  private static func next(
    _ reader: inout WireReader
  ) throws(SentencePieceError) -> (field: Int, content: WireReader.Content)? {
    do {
      return try reader.next()
    } catch {
      throw SentencePieceError(
        "no SentencePiece model: \(error.problem), at byte \(error.offset)")
    }
  }

  private static func text(
    _ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, _ what: String
  ) throws(SentencePieceError) -> String {
    guard let text = String(validating: bytes[range], as: UTF8.self) else {
      throw SentencePieceError("\(what) is not UTF-8")
    }
    return text
  }
}

/// Why a SentencePiece model is refused.
struct SentencePieceError: Error, Equatable {
  let problem: String

  init(_ problem: String) {
    self.problem = problem
  }
}
