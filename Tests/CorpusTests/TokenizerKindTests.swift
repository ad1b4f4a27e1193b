import Foundation
import Runs
import TestSupport
import Testing

@testable import Corpus

/// Every kind of tokenizer gives the ids and texts of the library it is from.
@Suite struct TokenizerKindTests {
  @Test func thereIsATokenizerForEachSetOfComponents() {
    #expect(TokenizerFixture.names.count == 19)
  }

  @Test(arguments: TokenizerFixture.names)
  func idsAndTextsEqualThoseOfTheLibrary(name: String) throws {
    let tokenizer = try Tokenizer.load(file: TokenizerFixture.url(name))
    let policy = TokenizerFixture.policy(of: name)
    let (texts, vectors) = (try TokenizerFixture.texts(), try TokenizerFixture.vectors(name))
    #expect(texts.count == 200 && vectors.count == 200)
    for (text, vector) in zip(texts, vectors) {
      let ids = tokenizer.encode(text, specialTokens: policy)
      #expect(ids == vector.ids, "\(name): \(text.debugDescription)")
      let decoded = tokenizer.decode(vector.ids)
      #expect(ByteText(decoded) == ByteText(vector.decoded), "\(name): \(vector.ids)")
    }
  }

  /// Nothing that a text says makes a special token, whatever its pieces and normal forms are; only
  /// what stands for unknown characters may be one.
  @Test(arguments: TokenizerFixture.names)
  func plainTextNeverGivesASpecialToken(name: String) throws {
    let tokenizer = try Tokenizer.load(file: TokenizerFixture.url(name))
    let unknown = ["<unk>", "[UNK]"]
    for text in try TokenizerFixture.texts() + ["<s>", "[CLS]", "＜s＞ [MASK]", "a </s>b"] {
      let special = tokenizer.encode(text).filter(tokenizer.isSpecial)
        .filter { !unknown.contains(tokenizer.token($0) ?? "") }
      #expect(special == [], "\(name): \(text.debugDescription)")
    }
  }

  /// What is known of a piece never changes what becomes of it.
  @Test(arguments: TokenizerFixture.names)
  func aSecondReadingGivesTheSame(name: String) throws {
    let tokenizer = try Tokenizer.load(file: TokenizerFixture.url(name))
    for text in try TokenizerFixture.texts() {
      for policy in SpecialTokens.allCases {
        let first = tokenizer.encode(text, specialTokens: policy)
        #expect(tokenizer.encode(text, specialTokens: policy) == first)
      }
    }
  }

  /// Cut into pieces at U+2581 or not: `sp-merges-across` has pieces that go across, and is not cut.
  @Test func textIsCutOnlyWhereNoMergeGoesAcross() throws {
    func isCut(_ name: String) throws -> Bool {
      let step = try Tokenizer.load(file: TokenizerFixture.url(name)).preTokenizer
      guard case .sequence(let steps) = step, case .boundaries = steps.last else { return false }
      return true
    }
    #expect(try isCut("sp-merges-bytes.model"))
    #expect(try isCut("merges-marked.json"))
    #expect(try isCut("merges-unknown.json"))
    #expect(try !isCut("sp-merges-across.model"))
    #expect(try !isCut("sp-unigram.model"))
    #expect(try !isCut("merges-bytes.json"))
  }

  @Test func aModelFileAloneIsATokenizerAndIsKept() throws {
    let folder = try TemporaryFolder()
    let bytes = try Data(contentsOf: TokenizerFixture.url("sp-merges-bytes.model"))
    try folder.write("tokenizer.model", bytes)
    let tokenizer = try Tokenizer.load(directory: folder.url)
    #expect(tokenizer.beginToken == 1)
    #expect(tokenizer.endToken == 2)
    #expect(tokenizer.padToken == nil)
    #expect(tokenizer.leadingTokens == [1])
    let copy = try TemporaryFolder()
    try tokenizer.save(to: copy.url)
    #expect(try copy.data("tokenizer.model") == bytes)
    #expect(try Tokenizer.load(directory: copy.url).hash == tokenizer.hash)
  }

  /// The first byte of a SentencePiece model is a line break; JSON may begin with one too.
  @Test func aFileIsToldByItsFirstCharacter() throws {
    let folder = try TemporaryFolder()
    let json = "\n  {\"model\": {\"vocab\": {\"a\": 0}, \"merges\": []}}"
    #expect(try Tokenizer.load(file: folder.write("odd", json)).encode("aa") == [0, 0])
    #expect(!Tokenizer.isPresent(in: folder.url))
    try folder.write("tokenizer.model")
    #expect(Tokenizer.isPresent(in: folder.url))
  }

  @Test func theConfigurationBesideAModelAddsTokens() throws {
    let folder = try TemporaryFolder()
    let bytes = try Data(contentsOf: TokenizerFixture.url("sp-merges-bytes.model"))
    try folder.write("tokenizer.model", bytes)
    let size = try Tokenizer.load(directory: folder.url).vocabularySize
    try folder.write(
      "tokenizer_config.json",
      """
      {"add_bos_token": false, "pad_token": "<fill>", "added_tokens_decoder": {
        "\(size)": {"content": "<fill>", "special": true}, "1": {"content": "<s>"},
        "\(size + 2)": {"content": "zz", "special": false}}}
      """)
    let tokenizer = try Tokenizer.load(directory: folder.url)
    #expect(tokenizer.vocabularySize == size + 3)
    #expect(tokenizer.padToken == size)
    #expect(tokenizer.leadingTokens == [])
    #expect(tokenizer.isSpecial(size))
    #expect(tokenizer.encode("<fill>", specialTokens: .parse) == [size])
    #expect(!tokenizer.encode("<fill>").contains(size))
    #expect(tokenizer.encode("a zz b").contains(size + 2))
    try folder.write(
      "tokenizer_config.json",
      "{\"added_tokens_decoder\": {\"1\": {\"content\": \"<begin>\"}}}")
    #expect(
      message { _ = try Tokenizer.load(directory: folder.url) }
        == "\(folder.url.path)/tokenizer.model: token 1 is \"<s>\" here and \"<begin>\" in "
        + "tokenizer_config.json")
  }

  /// The blank of SentencePiece begins a text; behind a special token only where a file of old asks.
  @Test func theBlankInFrontBeginsTheTextAlone() throws {
    let folder = try TemporaryFolder()
    let bytes = try Data(contentsOf: TokenizerFixture.url("sp-merges-bytes.model"))
    try folder.write("tokenizer.model", bytes)
    let tokenizer = try Tokenizer.load(directory: folder.url)
    let ids = tokenizer.encode("the</s>the", specialTokens: .parse)
    let alone = tokenizer.encode("the")
    #expect(ids.starts(with: alone + [2]))
    #expect(Array(ids.dropFirst(alone.count + 1)) != alone)
    try folder.write("tokenizer_config.json", "{\"legacy\": true}")
    #expect(
      try Tokenizer.load(directory: folder.url).encode("the</s>the", specialTokens: .parse)
        == alone + [2] + alone)
  }
}
