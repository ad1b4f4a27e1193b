import Foundation
import Runs
import TestSupport
import Testing

@testable import Corpus

/// Unigram, word-piece and SentencePiece files that are damaged or hostile: a line, never a trap.
@Suite struct TokenizerKindRefusalTests {
  private func model(_ text: String) -> String {
    message { _ = try Tokenizer.read(Data("{\"model\": {\(text)}}".utf8), name: "t.json") }
  }

  @Test func damagedVocabulariesAreRefused() {
    let unigram = "\"type\": \"Unigram\", \"vocab\": "
    #expect(model(unigram + "{}") == "t.json: model: vocab must be a list")
    #expect(
      model(unigram + "[[\"a\"]]")
        == "t.json: model: vocab[0] must be a token and its log-probability")
    #expect(
      model(unigram + "[[\"a\", 0], [\"a\", 1]]") == "t.json: model: \"a\" has the ids 0 and 1")
    #expect(
      model(unigram + "[[\"a\", 0]], \"unk_id\": 1")
        == "t.json: model: unk_id 1 is outside the vocabulary of 1")
    #expect(
      model(unigram + "[[\"a\", 0]], \"unk_id\": 4000000000")
        == "t.json: model: unk_id must be a whole number from 0 to 1,000,000")
    #expect(
      model(unigram + "[[\"\(String(repeating: "a", count: 513))\", 0]]")
        == "t.json: model: \"\(String(repeating: "a", count: 60))…\" is longer than 512 bytes")
    #expect(
      model(unigram + "[[\"a\", 0]], \"byte_fallback\": true")
        == "t.json: model: byte_fallback needs all of <0x00> to <0xFF> in the vocabulary")
    #expect(
      model("\"type\": \"WordPiece\", \"vocab\": {\"a\": 0}")
        == "t.json: model: unk_token \"[UNK]\" is not in the vocabulary")
    #expect(
      model("\"type\": \"WordLevel\", \"vocab\": {\"a\": 0}, \"unk_token\": \"u\"")
        == "t.json: model: unk_token \"u\" is not in the vocabulary")
  }

  @Test(arguments: [
    ("\"?\"", "precompiled_charsmap is not base64"),
    ("\"AAAA\"", "precompiled_charsmap is shorter than 8 bytes"),
    ("\"////fwAAAAA=\"", "precompiled_charsmap says that its tree takes 2147483647 of 4 bytes"),
    ("\"BAAAAAAAAAD/\"", "precompiled_charsmap holds replacements that are not UTF-8"),
    ("7", "precompiled_charsmap must be a text"),
  ])
  func damagedMapsOfCharactersAreRefused(map: String, expected: String) {
    let text = """
      {"normalizer": {"type": "Precompiled", "precompiled_charsmap": \(map)},
       "model": {"vocab": {"a": 0}, "merges": []}}
      """
    #expect(
      message { _ = try Tokenizer.read(Data(text.utf8), name: "t.json") }
        == "t.json: normalizer: \(expected)")
  }

  /// A tree of random numbers points everywhere, and leads nowhere.
  @Test func aMapOfCharactersThatPointsAnywhereIsHarmless() throws {
    var random = SplitMix64(seed: 3)
    for _ in 0..<200 {
      var blob: [UInt8] = [0, 4, 0, 0]
      for _ in 0..<1024 { blob.append(UInt8(random.below(256))) }
      blob += Array("a\u{0}bc\u{0}é".utf8)
      let map = try CharacterMap(blob)
      let text = Array("abcdefghijklmnopqrstuvwxyz \u{0}é東😀".utf8)
      let bytes = map.replaceGraphemes(text)
      #expect(String(validating: bytes, as: UTF8.self) != nil)
    }
  }

  @Test func aReplacementThatGrowsATextIsRefused() {
    let blob = [4, 0, 0, 0, 0, 0, 0, 0] + [UInt8](repeating: 0x61, count: 97)
    #expect(
      throws: CharacterMapError(
        problem: "holds a replacement of 97 bytes; more than 96 are refused")
    ) {
      _ = try CharacterMap(blob)
    }
  }

  // MARK: SentencePiece

  private static func field(_ number: UInt8, _ bytes: [UInt8]) -> [UInt8] {
    [number << 3 | 2, UInt8(bytes.count & 0x7F) | 0x80, UInt8(bytes.count >> 7)] + bytes
  }

  private static func piece(_ text: String, kind: UInt8 = 1) -> [UInt8] {
    field(1, field(1, Array(text.utf8)) + [3 << 3, kind])
  }

  private func refusal(_ bytes: [UInt8]) -> String {
    message {
      _ = try Tokenizer(files: ["tokenizer.model": Data(bytes)], folder: nil, name: "t.model")
    }
  }

  @Test func damagedModelsAreRefused() {
    let unknown = Self.piece("<unk>", kind: 2)
    func training(_ bytes: [UInt8]) -> [UInt8] { Self.field(2, bytes) }
    #expect(refusal([]) == "t.model: no piece stands for unknown characters")
    #expect(
      refusal([0x0A]) == "t.model: no SentencePiece model: a number that does not end, at byte 1")
    #expect(
      refusal([0x0A, 0x05, 0x61])
        == "t.model: no SentencePiece model: a field that is longer than what is left, at byte 0")
    #expect(
      refusal([0x0A] + [UInt8](repeating: 0xFF, count: 12))
        == "t.model: no SentencePiece model: a number that does not end, at byte 1")
    #expect(
      refusal([0x0B]) == "t.model: no SentencePiece model: a field of unknown type 3, at byte 0")
    #expect(
      refusal([0x02])
        == "t.model: no SentencePiece model: a field with a number that none can have, at byte 0")
    #expect(refusal(Self.field(1, [])) == "t.model: piece 0 is empty")
    #expect(refusal(Self.field(1, Self.field(1, [0xFF]))) == "t.model: piece 0 is not UTF-8")
    #expect(
      refusal(Self.field(1, Self.field(1, [0x61]) + [3 << 3, 9]))
        == "t.model: piece 0 is of unknown type 9")
    #expect(
      refusal(Self.field(1, [2 << 3 | 5, 0, 0, 0xC0, 0x7F]))
        == "t.model: the score of piece 0 is not a number")
    #expect(
      refusal(Self.piece(String(repeating: "a", count: 513)))
        == "t.model: piece 0 is longer than 512 bytes")
    #expect(
      refusal(unknown + Self.piece("a") + Self.piece("a"))
        == "t.model: piece 2 \"a\" is there already")
    #expect(
      refusal(unknown + Self.piece("<u>", kind: 2)) == "t.model: pieces 0 and 1 are both unknown")
    #expect(
      refusal(unknown + training([3 << 3, 3]))
        == "t.model: models of words are not supported; supported are unigram and BPE")
    #expect(refusal(unknown + training([3 << 3, 7])) == "t.model: model type 7 is not known")
    #expect(
      refusal(unknown + Self.piece("<0x41>", kind: 6))
        == "t.model: the byte piece \"<0x41>\" is none or is not asked for")
    #expect(
      refusal(unknown + training([0x98, 0x02, 1]))
        == "t.model: byte_fallback needs all of <0x00> to <0xFF> among the pieces")
    #expect(
      refusal(unknown + Self.piece("ab", kind: 5) + training([3 << 3, 2]))
        == "t.model: unused pieces of a BPE model are not supported")
    #expect(
      refusal(unknown + Self.field(3, Self.field(2, [1, 2, 3])))
        == "t.model: precompiled_charsmap is shorter than 8 bytes")
    #expect(
      refusal(unknown + Self.field(5, Self.field(2, [1, 2, 3])))
        == "t.model: a denormalizer is not supported")
  }

  /// Cut and changed files of every kind: a line that names the file, or a tokenizer that works.
  @Test(arguments: TokenizerFixture.names)
  func damagedBytesNeverTrap(name: String) throws {
    let bytes = Array(try Data(contentsOf: TokenizerFixture.url(name)))
    let file = name.hasSuffix(".model") ? "tokenizer.model" : "tokenizer.json"
    var random = SplitMix64(seed: UInt64(name.utf8.count))
    let rounds = name.hasSuffix(".model") ? 400 : 100
    for round in 0..<rounds {
      var changed = bytes
      switch round % 4 {
      case 0: changed.removeLast(1 + random.below(bytes.count))
      case 1:
        let start = random.below(bytes.count)
        changed.removeSubrange(start..<min(bytes.count, start + 1 + random.below(40)))
      default:
        for _ in 0..<(1 + random.below(4)) {
          changed[random.below(changed.count)] = UInt8(random.below(256))
        }
      }
      do {
        let damaged = try Tokenizer(files: [file: Data(changed)], folder: nil, name: "t")
        for policy in SpecialTokens.allCases {
          _ = damaged.decode(
            damaged.encode("the acting wasn't  good. ½é😀 <s>[CLS]", specialTokens: policy))
        }
      } catch {
        #expect("\(error)".hasPrefix("t: ") && !"\(error)".contains("\n"))
      }
    }
  }

  /// Long texts in bounded time, whatever a file asks for.
  @Test func longPiecesAndTextsTakeBoundedTime() throws {
    let token = String(repeating: "a", count: 510)
    let files = [
      "\"type\": \"Unigram\", \"unk_id\": 0, \"vocab\": [[\"<unk>\", 0], [\"\(token)\", 0]]",
      "\"type\": \"WordPiece\", \"max_input_chars_per_word\": 1000000, "
        + "\"vocab\": {\"[UNK]\": 0, \"##\(token)\": 1, \"a\": 2}",
    ]
    let text = String(repeating: "a", count: 16_384) + "b"
    for file in files {
      let tokenizer = try Tokenizer.read(Data("{\"model\": {\(file)}}".utf8), name: "t.json")
      let start = ContinuousClock.now
      #expect(!tokenizer.encode(text).isEmpty)
      #expect(ContinuousClock.now - start < .seconds(20))
    }
  }
}
