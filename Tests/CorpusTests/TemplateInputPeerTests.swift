import Foundation
import Runs
import TestSupport
import Testing

@testable import Corpus

/// A Python with `transformers`: `$PLUMB_PEER_PYTHON`, or `python3`.
enum TransformersPeer {
  static let python: String? = {
    let name = ProcessInfo.processInfo.environment["PLUMB_PEER_PYTHON"] ?? "python3"
    if SharedData.isPresent, (try? TokenizerPeer.run([name, "-c", "import transformers"])) == 0 {
      return name
    }
    print(
      "SKIPPED: published chat templates with tools through transformers, which \(name) lacks; set "
        + "PLUMB_PEER_PYTHON")
    return nil
  }()
}

/// Published chat templates write tools, calls and documents byte for byte as `transformers` has them
/// written.
@Suite(.enabled(if: TransformersPeer.python != nil)) struct TemplateInputPeerTests {
  private struct Expected: Decodable {
    var template: String
    var row: Int
    var asks: Bool
    var text: String?
  }

  private static func template(_ path: String) throws -> ChatTemplate {
    if path.hasSuffix(".jinja") {
      return ChatTemplate(String(decoding: try DataFile.bytes(path), as: UTF8.self), name: path)
    }
    let source = try DataFile.json(path).object?["chat_template"]?.string
    return ChatTemplate(try #require(source), name: path)
  }

  @Test func `texts are those of transformers, and so are refusals`() throws {
    let published = try SharedData.url("chat-templates")
    let templates = try FileManager.default.subpathsOfDirectory(atPath: published.path)
      .filter { $0.hasSuffix(".jinja") || $0.hasSuffix(".json") }.sorted()
      .map { published.appending(path: $0).path }
    let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appending(path: "Fixtures")
    let rows = fixtures.appending(path: "conversations/rows.jsonl").path
    let folder = try TemporaryFolder()
    let out = folder.url.appending(path: "texts.jsonl").path
    let status = try TokenizerPeer.run(
      [
        TransformersPeer.python ?? "python3", "-B",
        fixtures.appending(path: "render_conversations.py").path, rows, out,
      ] + templates)
    try #require(status == 0)
    let conversations = try DataSource(files: [rows]).demonstrations()
    var (same, refused) = (0, 0)
    var differing: [String] = []
    for line in try DataFile.bytes(out).split(separator: 0x0A) {
      let expected = try JSONDecoder().decode(Expected.self, from: Data(line))
      let row = conversations[expected.row]
      let turns = try #require(row.prompt.turns) + (expected.asks ? [] : [row.answer])
      let found = try? Self.template(expected.template).render(
        turns, row.prompt.input, asksForAnswer: expected.asks,
        tokens: ["bos_token": "<s>", "eos_token": "</s>"]
      ).text
      if found.map({ Array($0.utf8) }) == expected.text.map({ Array($0.utf8) }) {
        if found == nil { refused += 1 } else { same += 1 }
      } else {
        let name = URL(fileURLWithPath: expected.template).lastPathComponent
        let shared = zip(found ?? "", expected.text ?? "").prefix { $0 == $1 }.count
        let (one, other) = (found?.dropFirst(shared), expected.text?.dropFirst(shared))
        differing.append(
          "\(name), row \(expected.row + 1)\(expected.asks ? ", open" : ""): "
            + "\(one?.prefix(60) ?? "refused") for \(other?.prefix(60) ?? "refused")")
      }
    }
    print("chat templates with tools: \(same) texts the same, \(refused) refused by both")
    #expect(differing.isEmpty, "\(differing.joined(separator: "; "))")
    #expect(same > 100)
  }
}
