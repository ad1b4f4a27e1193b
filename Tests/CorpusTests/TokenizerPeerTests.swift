import Foundation
import Runs
import TestSupport
import Testing

@testable import Corpus

/// A Python with `tokenizers` and `sentencepiece`: `$PLUMB_PEER_PYTHON`, or `python3`.
enum TokenizerPeer {
  static let python: String? = {
    let name = ProcessInfo.processInfo.environment["PLUMB_PEER_PYTHON"] ?? "python3"
    if (try? run([name, "-c", "import tokenizers, sentencepiece"])) == 0 { return name }
    print(
      "SKIPPED: random texts through other tokenizers, since \(name) lacks tokenizers or "
        + "sentencepiece; set PLUMB_PEER_PYTHON")
    return nil
  }()

  /// How many texts each tokenizer reads; `$PLUMB_TOKENIZER_TEXTS` may ask for more.
  static let count =
    ProcessInfo.processInfo.environment["PLUMB_TOKENIZER_TEXTS"].flatMap { Int($0) } ?? 300

  static func run(_ command: [String]) throws -> Int32 {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = command
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    return process.terminationStatus
  }

  static var files: [String] {
    let published = [
      "gpt2/tokenizer.json", "gpt-neox-20b/20B_tokenizer.json", "phi-3-mini/tokenizer.json",
      "falcon/tokenizer.json.gz", "minimind-6400/tokenizer.json", "mistral/tokenizer.model.v1",
      "mistral/mistral_instruct_tokenizer_240323.model.v3",
    ].compactMap { try? SharedData.url("tokenizers/\($0)").path }
    return published + TokenizerFixture.names.map { TokenizerFixture.url($0).path }
  }
}

/// Random texts of every kind give the ids and texts of `tokenizers` and `sentencepiece`.
@Suite(.enabled(if: TokenizerPeer.python != nil)) struct TokenizerPeerTests {
  private func load(_ path: String) throws -> Tokenizer {
    guard path.hasSuffix(".gz") else {
      return try Tokenizer.load(file: URL(fileURLWithPath: path))
    }
    return try Tokenizer.read(Data(DataFile.bytes(path)), name: path)
  }

  private func compare(_ path: String, seed: Int) throws {
    let folder = try TemporaryFolder()
    let out = folder.url.appending(path: "texts.jsonl").path
    let script = TokenizerFixture.folder.appending(path: "read_texts.py").path
    let status = try TokenizerPeer.run([
      TokenizerPeer.python ?? "python3", "-B", script, path, "\(TokenizerPeer.count)", "\(seed)",
      out,
    ])
    try #require(status == 0)
    let tokenizer = try load(path)
    let policy = TokenizerFixture.policy(of: path)
    var differing = 0
    var count = 0
    for line in try DataFile.bytes(out).split(separator: 0x0A) {
      let values = try JSONValue(parsing: Array(line)).array ?? []
      guard let text = values[0].string, let decoded = values[2].string else { continue }
      let expected = values[1].array?.compactMap(\.integer) ?? []
      let ids = tokenizer.encode(text, specialTokens: policy)
      count += 1
      guard ids != expected || ByteText(tokenizer.decode(expected)) != ByteText(decoded) else {
        continue
      }
      differing += 1
      if differing <= 3 {
        Issue.record("\(text.debugDescription): \(ids), expected \(expected)")
      }
    }
    #expect(count == TokenizerPeer.count && differing == 0, "\(path)")
  }

  @Test(arguments: TokenizerPeer.files)
  func randomTextsGiveTheSame(path: String) throws { try compare(path, seed: 20_000) }

  /// Tokenizers trained now, also with SentencePiece's own maps of characters.
  @Test func tokenizersOfTheMomentGiveTheSame() throws {
    let folder = try TemporaryFolder()
    let script = TokenizerFixture.folder.appending(path: "make_tokenizers.py").path
    let status = try TokenizerPeer.run([
      TokenizerPeer.python ?? "python3", "-B", script, folder.url.path, "1", "large",
    ])
    try #require(status == 0)
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.url.path).sorted()
      .filter { $0.hasSuffix(".model") || $0.hasSuffix(".json") && $0 != "texts.json" }
    #expect(names.count == 27)
    for name in names { try compare(folder.url.appending(path: name).path, seed: 5) }
  }
}
