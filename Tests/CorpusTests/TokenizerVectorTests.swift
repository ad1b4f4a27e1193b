import Foundation
import Runs
import TestSupport
import Testing

@testable import Corpus

/// Ids that other programs give for the same tokenizers and texts.
@Suite(.enabled(if: SharedData.isPresent)) struct TokenizerVectorTests {
  private func load(_ path: String) throws -> Tokenizer {
    let url = try SharedData.url("tokenizers/\(path)")
    guard path.hasSuffix(".gz") else { return try Tokenizer.load(file: url) }
    let source = try ByteSource(path: url.path)
    var data = Data()
    let chunk = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: 1 << 20)
    defer { chunk.deallocate() }
    while case let count = try source.read(into: chunk), count > 0 {
      data.append(contentsOf: chunk[0..<count])
    }
    return try Tokenizer(files: ["tokenizer.json": data], folder: nil, name: path)
  }

  @Test(arguments: [
    ("gpt2/tokenizer.json", "gpt-2"), ("falcon/tokenizer.json.gz", "falcon"),
    ("phi-3-mini/tokenizer.json", "phi-3"), ("phi-3-mini/tokenizer.json", "llama-spm"),
  ])
  func idsEqualThoseOfLlamaCpp(file: String, vectors: String) throws {
    let tokenizer = try load(file)
    let base = try SharedData.url("tokenizers/vectors/llama.cpp/\(vectors)")
    let texts = try String(contentsOf: base.appendingPathExtension("inp"), encoding: .utf8)
      .components(separatedBy: "\n__ggml_vocab_test__\n")
    let ids = try String(contentsOf: base.appendingPathExtension("out"), encoding: .utf8)
      .split(separator: "\n", omittingEmptySubsequences: false)
      .map { $0.split(separator: " ").compactMap { Int($0) } }
    for index in 0..<46 {
      #expect(tokenizer.encode(texts[index]) == ids[index], "\(vectors) \(index)")
    }
  }

  @Test(arguments: [
    ("gpt2/tokenizer.json", "distilgpt2", []),
    ("falcon/tokenizer.json.gz", "tiiuae/falcon-7b", []),
    ("phi-3-mini/tokenizer.json", "coreml-projects/Llama-2-7b-chat-coreml", [1]),
  ])
  func edgeCasesEqualThoseOfTransformers(file: String, name: String, begin: [Int]) throws {
    let tokenizer = try load(file)
    let url = try SharedData.url(
      "tokenizers/vectors/swift-transformers/tokenizer_tests.json")
    let all = try JSONParser.parse(Array(Data(contentsOf: url)))
    let cases = try #require(all.object?[name]?.array)
    #expect(cases.count >= 18)
    for item in cases {
      let text = try #require(item.object?["input"]?.string)
      let ids = try #require(item.object?["encoded"]?.object?["input_ids"]?.array)
      #expect(
        begin + tokenizer.encode(text, specialTokens: .parse) == ids.compactMap(\.integer))
    }
  }

  @Test func aLongTextOfTwoLanguagesRoundTrips() throws {
    let tokenizer = try load("gpt2/tokenizer.json")
    let url = try SharedData.url(
      "tokenizers/vectors/swift-transformers/gpt2_encoded_tokens.json")
    let vector = try #require(try JSONParser.parse(Array(Data(contentsOf: url))).object)
    let text = try #require(vector["text"]?.string)
    let ids = try #require(vector["token_ids"]?.array).compactMap(\.integer)
    #expect(tokenizer.encode(text) == ids)
    #expect(tokenizer.decode(ids) == text)
  }

  @Test func storiesTokenizerNamesItsTokens() throws {
    let folder = try SharedData.url("tiny-lm/stories260K-hf")
    let tokenizer = try Tokenizer.load(directory: folder)
    #expect(tokenizer.vocabularySize == 512)
    #expect(tokenizer.beginToken == 1)
    #expect(tokenizer.endToken == 2)
    let text = "Once upon a time, Lily saw a 東京 bird."
    #expect(tokenizer.decode(tokenizer.encode(text)) == text)
    let copy = try TemporaryFolder()
    try tokenizer.save(to: copy.url)
    for name in ["tokenizer.json", "tokenizer_config.json"] {
      #expect(
        try Data(contentsOf: copy.url.appendingPathComponent(name))
          == Data(contentsOf: folder.appendingPathComponent(name)))
    }
    #expect(try Tokenizer.load(directory: copy.url).hash == tokenizer.hash)
  }
}

/// Requests as Mistral renders and encodes them, and its SentencePiece models.
@Suite(.enabled(if: SharedData.isPresent)) struct MistralVectorTests {
  @Test(arguments: [
    ("tokenizer.model.v1", "v1"), ("mistral_instruct_tokenizer_240323.model.v3", "v3"),
  ])
  func renderedRequestsGiveTheTokensOfMistral(file: String, version: String) throws {
    let base = try SharedData.url("tokenizers/mistral")
    let tokenizer = try Tokenizer.load(file: base.appending(path: file))
    let samples = base.appending(path: "samples")
    var count = 0
    for name in try FileManager.default.contentsOfDirectory(atPath: samples.path).sorted() {
      let folder = samples.appending(path: name)
      let tokens = folder.appending(path: "tokens_\(version).json")
      guard FileManager.default.fileExists(atPath: tokens.path) else { continue }
      let ids = try JSONValue(parsing: Array(Data(contentsOf: tokens))).object?["tokens"]?.array?
        .compactMap(\.integer)
      let text = try String(
        contentsOf: folder.appending(path: "text_\(version).txt"), encoding: .utf8)
      let expected = try #require(ids)
      // The text shows blanks and line ends as the pieces that stand for them.
      let plain = text.replacing("\u{2581}", with: " ").replacing("<0x0A>", with: "\n")
      #expect(tokenizer.encode(plain, specialTokens: .parse) == expected, "\(name)")
      count += 1
    }
    #expect(count > 0)
  }
}
