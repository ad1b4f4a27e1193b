import Foundation
import TestSupport
import Testing

/// Every command that says it prints tables does, in every format that it names.
@Suite struct FormattedOutputTests {
  /// What needs a model to say anything is tried where there is one.
  private static let withModels: Set = ["evaluate", "exam", "model", "calibrate"]

  /// A command line of each other one, with the files it reads.
  private static let examples: [String: [String]] = [
    "judge": ["judge", "a.json", "b.json", "--judge", "longer", "--no-cache"],
    "compare": ["compare", Program.run],
    "diff": ["diff", "one", "other"],
    "report": ["report", "other", "cost"],
    "check": ["check", "recipe.yaml"],
    "plan": ["plan", "recipe.yaml"],
    "data": ["data", "recipe.yaml"],
    "doctor": ["doctor"],
    "leaderboard": ["leaderboard", "board.json"],
    "agreement": ["agreement", "ratings.jsonl", "--fields", "one,two"],
    "power": ["power"],
    "methods": ["methods"],
    "help": ["help", "recipe"],
    "theory": ["theory"],
    "verify": ["verify", "other"],
  ]

  private static let recipe = """
    name: small
    threads: 1
    data:
      reviews: {generate: {reviews: 20, seed: 1}}
    stages:
      words: {kind: tokenizer, data: reviews, vocabulary: 300}
      sft:
        kind: language-model
        data: reviews
        tokenizer: words
        model: {layers: 1, hidden: 16, heads: 2, positions: 64}
        max_length: 32
        training: {steps: 2, batch: 2, learning_rate: 1e-2}
    """

  private func withFiles(_ body: (URL) throws -> Void) throws {
    try Program.withFolder { folder in
      func write(_ name: String, _ text: String) throws {
        try Data(text.utf8).write(to: folder.appending(path: name))
      }
      for (name, output) in [("a", "longer words"), ("b", "words")] {
        let rows = (0..<4).map {
          "{\"instruction\": \"p\($0)\", \"output\": \"\(output)\", \"generator\": \"\(name)\"}"
        }
        try write("\(name).json", "[" + rows.joined(separator: ",") + "]")
      }
      let pair = "{\"one\": \"a\", \"two\": \"b\"}\n{\"one\": \"b\", \"two\": \"b\"}\n"
      try write("ratings.jsonl", pair)
      let board = (0..<8).map {
        """
        {"instruction": "i\($0)", "output_1": "aa", "generator_1": "base", "output_2": "bbb", \
        "generator_2": "new", "annotator": "judge", "preference": \($0 % 2 + 1)}
        """
      }
      try write("board.json", "[" + board.joined(separator: ",") + "]")
      try write("recipe.yaml", Self.recipe)
      for (name, seed) in [("one", 0), ("other", 1)] {
        try FileManager.default.copyItem(
          at: URL(filePath: Program.run), to: folder.appending(path: name))
        try write("\(name)/resolved.json", "{\"name\": \"x\", \"seeds\": [\(seed)]}")
      }
      let evaluation = folder.appending(path: "other/evaluation.json")
      let text = try String(contentsOf: evaluation, encoding: .utf8)
      try Data(text.replacing("2.5", with: "2.25").utf8).write(to: evaluation)
      try write(
        "other/costs.jsonl",
        #"{"seq":0,"oracleCalls":2,"peakMemory":1073741824,"phase":"train","seconds":4,"stage":"dpo","tokens":8}"#
          + "\n")
      try body(folder)
    }
  }

  /// The commands, each with what its help says of formats.
  private static func formats() throws -> [String: String] {
    let usage = try Program.start("help").output
    let list = usage.split(separator: "\n", omittingEmptySubsequences: false)
      .drop { $0 != "commands:" }.dropFirst().prefix { !$0.isEmpty }
    var found: [String: String] = [:]
    for name in list.compactMap({ $0.split(separator: " ").first.map(String.init) }) {
      let help = try Program.start("help", name).output
      found[name] = help.split(separator: "\n").first { $0.contains("--format FORMAT") }
        .map(String.init)
    }
    return found
  }

  @Test func `every command says its formats, and each that prints tables is tried here`() throws {
    let formats = try Self.formats()
    #expect(formats.count > 30)
    let rectangular = formats.filter { $0.value.contains("csv") && $0.key != "logs" }
    #expect(
      Set(rectangular.keys) == Set(Self.examples.keys).union(Self.withModels),
      "a command that prints tables needs an example")
  }

  /// Rows of RFC 4180.
  private static func rows(_ text: String) -> [[String]] {
    var rows: [[String]] = [[]]
    var (cell, isQuoted) = ("", false)
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": isQuoted.toggle()
      case "," where !isQuoted:
        rows[rows.count - 1].append(cell)
        cell = ""
      case "\r" where !isQuoted: continue
      case "\n" where !isQuoted:
        rows[rows.count - 1].append(cell)
        rows.append([])
        cell = ""
      default: cell.unicodeScalars.append(scalar)
      }
    }
    return Array(rows.dropLast())
  }

  @Test func `tables come in every format that a command names`() throws {
    let formats = try Self.formats()
    try withFiles { folder in
      for (name, words) in Self.examples where name != "theory" && name != "verify" {
        let text = try Program.start(arguments: words + ["--format", "text"], in: folder)
        func output(_ format: String) throws -> String {
          let outcome = try Program.start(arguments: words + ["--format", format], in: folder)
          #expect(outcome.code == text.code, "\(name) \(format): \(outcome.complaint)")
          return outcome.output
        }
        let json = try output("json")
        #expect(!json.isEmpty, "\(name): \(text.complaint)")
        for line in json.split(separator: "\n") {
          let object = try? JSONSerialization.jsonObject(with: Data(line.utf8))
          #expect(object is [String: Any], "\(name): \(line)")
          #expect(CamelKeys.of(object ?? [:]).isEmpty, "\(name): \(line)")
        }
        let short = try Program.start(arguments: words + ["--json"], in: folder)
        // What these say of memory and time is measured anew.
        #expect(["doctor", "check", "plan"].contains(name) || short.output == json, "\(name)")
        let rows = Self.rows(try output("csv"))
        #expect(rows.count > 1 && Set(rows.map(\.count)).count == 1, "\(name): \(rows.prefix(2))")
        #expect(Set(rows.first ?? []).count == rows.first?.count, "\(name)")
        guard formats[name]?.contains("markdown") == true else { continue }
        let markdown = try output("markdown")
        #expect(markdown.contains(/\n?\| ---:? \|/) || markdown.contains("| ---"), "\(name)")
        let latex = try output("latex")
        #expect(latex.contains(/\\begin\{(tabular|longtable)\}\{/), "\(name)")
        #expect(
          latex.components(separatedBy: "\\begin{tabular}").count
            == latex.components(separatedBy: "\\end{tabular}").count, "\(name)")
        #expect(
          try Typesetter.overfull(latex).filter { $0.contains("alignment") }.isEmpty, "\(name)")
      }
    }
  }

  @Test func `with --json an error is one object with its exit code`() throws {
    for (words, code) in [
      (["trian"], 2), (["compare", "nowhere"], 6), (["diff", "a"], 2),
      (["report", Program.run, "--format", "nonsense"], 2), (["methods", "extra"], 2),
    ] {
      let outcome = try Program.start(arguments: words + ["--json"])
      #expect(outcome.output.isEmpty)
      let lines = outcome.complaint.split(separator: "\n")
      #expect(lines.count == 1, "\(outcome.complaint)")
      let object =
        try JSONSerialization.jsonObject(with: Data((lines.first ?? "").utf8)) as? [String: Any]
      #expect(object?["kind"] as? String == "error")
      #expect((object?["message"] as? String)?.isEmpty == false)
      #expect(object?["exit_code"] as? Int == Int(outcome.code))
      #expect(outcome.code == code || words[0] == "compare", "\(words)")
    }
  }
}
