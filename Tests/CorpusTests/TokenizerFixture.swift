import Foundation
import Runs

@testable import Corpus

/// Tiny tokenizers, one for each set of components, and what the libraries that trained them make of
/// texts: `Fixtures/make_tokenizers.py`.
struct TokenizerFixture {
  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appending(path: "Fixtures")
  private static let tokenizers = folder.appending(path: "tokenizers")

  static let names: [String] = {
    let found = try? FileManager.default.contentsOfDirectory(atPath: tokenizers.path)
    return (found ?? []).sorted().filter { $0.hasSuffix(".model") || $0.hasSuffix(".json") }
      .filter { $0 != "texts.json" }
  }()

  static func url(_ name: String) -> URL { tokenizers.appending(path: name) }

  static func texts() throws -> [String] {
    let values = try JSONValue(parsing: Array(Data(contentsOf: url("texts.json"))))
    return values.array?.compactMap(\.string) ?? []
  }

  /// Ids and decoded text for each of the texts.
  static func vectors(_ name: String) throws -> [(ids: [Int], decoded: String)] {
    let stem = name.split(separator: ".")[0]
    let text = try String(contentsOf: url("\(stem).vectors.jsonl"), encoding: .utf8)
    return try text.split(separator: "\n").map { line in
      let values = try JSONValue(parsing: Array(line.utf8)).array ?? []
      return (values[0].array?.compactMap(\.integer) ?? [], values[1].string ?? "")
    }
  }

  /// As the library reads texts: SentencePiece knows no markup, Hugging Face's always parses it.
  static func policy(of name: String) -> SpecialTokens {
    name.contains(".model") ? .plain : .parse
  }
}
