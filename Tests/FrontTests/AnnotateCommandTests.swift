import Foundation
import Testing

/// `plumb annotate`, its page in a browser, and `plumb judge --import`.
@Suite(.serialized) struct AnnotateCommandTests {
  /// What a key file says.
  private struct Key: Decodable {
    struct System: Decodable { var name: String }
    struct Item: Decodable {
      var number: Int
      var shown: [Int]
    }
    var study: String
    var systems: [System]
    var items: [Item]
  }

  /// Three systems about so many prompts; `zebra` is the first.
  private func withFiles(_ count: Int, _ body: (URL) throws -> Void) throws {
    try Program.withFolder { folder in
      for name in ["zebra", "yak", "xerus", "gold"] {
        let rows = (0..<count).map { number in
          [
            "instruction": "Say \(number) <b>&",
            "output": "\(name.dropFirst().uppercased()) \(number)",
            "generator": name,
          ]
        }
        try JSONEncoder().encode(rows).write(to: folder.appending(path: "\(name).json"))
      }
      try body(folder)
    }
  }

  private func annotate(_ folder: URL, _ more: [String] = []) throws -> Program.Outcome {
    try Program.start(
      arguments: [
        "annotate", "zebra.json", "yak.json", "xerus.json", "-o", "page.html", "--quiet",
      ] + more, in: folder)
  }

  private func key(_ folder: URL) throws -> Key {
    try JSONDecoder().decode(
      Key.self, from: Data(contentsOf: folder.appending(path: "page.key.json")))
  }

  /// An annotator's file with one preference for each comparison.
  private func write(
    _ annotator: String, _ key: Key, to folder: URL, _ preference: (Key.Item) -> String?
  ) throws {
    let rows = key.items.compactMap { item in
      preference(item).map { "{\"item\": \(item.number), \"preference\": \"\($0)\"}" }
    }
    let text = """
      {"kind": "plumb annotation", "version": 1, "study": "\(key.study)",
       "annotator": "\(annotator)", "answers": [\(rows.joined(separator: ", "))]}
      """
    try Data(text.utf8).write(to: folder.appending(path: "\(annotator).json"))
  }

  /// The side on which the first system of a comparison stands, turned where it shall lose.
  private func side(_ item: Key.Item, firstWins: Bool) -> String {
    (item.shown[0] == 0) == firstWins ? "1" : "2"
  }

  @Test func `page and key are written, and the page does not say whose the answers are`() throws {
    try withFiles(10) { folder in
      let outcome = try annotate(folder, ["--limit", "4", "--seed", "5"])
      #expect(outcome.code == 0 && outcome.complaint == "")
      #expect(
        outcome.output.hasPrefix(
          """
          page   \(folder.path)/page.html
          key    \(folder.path)/page.key.json
          asks   8 comparisons of 4 prompts: zebra and yak, zebra and xerus

          """))
      let page = try String(contentsOf: folder.appending(path: "page.html"), encoding: .utf8)
      for name in ["zebra", "yak", "xerus"] { #expect(!page.contains(name)) }
      let key = try key(folder)
      #expect(page.contains(key.study) && key.items.count == 8)
      // The same again is the same; another study does not take its key.
      #expect(try annotate(folder, ["--limit", "4", "--seed", "5"]).code == 0)
      #expect(try String(contentsOf: folder.appending(path: "page.html"), encoding: .utf8) == page)
      let other = try annotate(folder, ["--limit", "4", "--seed", "6"])
      #expect(other.code == 6)
      #expect(
        other.complaint
          == "plumb: \(folder.path)/page.key.json: is the key of another page, study "
          + "\(key.study.prefix(8)), whose answers would be lost with it; choose another --output\n"
      )
      #expect(try String(contentsOf: folder.appending(path: "page.html"), encoding: .utf8) == page)
    }
  }

  @Test func `answers of several people become win rates, agreement and calibration`() throws {
    try withFiles(20) { folder in
      #expect(try annotate(folder, ["-n", "12", "--reference", "gold.json"]).code == 0)
      let key = try key(folder)
      // Anna likes the first system always, Ben in every comparison with an odd number.
      try write("anna", key, to: folder) { side($0, firstWins: true) }
      try write("ben", key, to: folder) { side($0, firstWins: $0.number % 2 == 1) }
      let odd = key.items.filter { $0.shown.contains(1) && $0.number % 2 == 1 }.count
      // The longer output is that of the first system, always.
      let judged = try Program.start(
        "judge", "zebra.json", "yak.json", "--judge", "longer", "-o", "judged", "--quiet",
        in: folder)
      #expect(judged.code == 0)
      let outcome = try Program.start(
        "judge", "--import", "page.key.json", "anna.json", "ben.json", "judged", in: folder)
      #expect(outcome.code == 0, "\(outcome.complaint)")
      let text = outcome.output
      #expect(text.contains("Unblinded with the key of study \(key.study.prefix(8))."))
      #expect(text.contains("\nzebra against yak: 20 prompts\n"))
      #expect(text.contains("\nzebra against xerus: 12 prompts\n"))
      #expect(text.contains("  zebra was answer 1 in 6 of 12 comparisons\n"))
      let rows = text.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
      func row(_ name: String) -> [String]? {
        let start = rows.firstIndex { $0 == ["zebra", "against", "yak:", "20", "prompts"] }
        return start.flatMap { rows[$0...].first { $0.first == name } }
      }
      #expect(row("anna")?.suffix(4) == ["12", "0", "0", "0"])
      #expect(row("ben")?.suffix(4) == ["\(odd)", "0", "\(12 - odd)", "0"])
      #expect(text.contains("judge longer held against people on 12 comparisons"))
      // People: both say win, or a tie of the two; the judge always says win.
      #expect(rows.contains(["win", "\(odd)", "0", "0"]))
      #expect(rows.contains(["tie", "\(12 - odd)", "0", "0"]))
      let json = try Program.start(
        "judge", "--import", "page.key.json", "anna.json", "ben.json", "--json", in: folder)
      #expect(json.output.contains("\"kind\":\"people\""))
      #expect(json.output.components(separatedBy: "\"kind\":\"answer\"").count == 2 * 24 + 1)
    }
  }

  @Test func `imported judgments have the numbers that plumb judge printed`() throws {
    try withFiles(9) { folder in
      let arguments = [
        "judge", "zebra.json", "yak.json", "--judge", "rouge-l", "--reference", "gold.json", "-o",
        "out", "--quiet",
      ]
      let exports = ["alpaca-eval", "arena-hard", "mt-bench", "jsonl"].flatMap { ["--export", $0] }
      let judged = try Program.start(arguments: arguments + exports, in: folder)
      #expect(judged.code == 0)
      let rate = try #require(
        judged.output.split(separator: "\n").first { $0.hasPrefix("win rate") })
      let words = rate.split(separator: " ").suffix(4)
      for file in [
        "out", "out/judgments.jsonl", "out/annotations.json", "out/arena-hard.jsonl",
        "out/mt-bench.jsonl", "out/comparisons.jsonl",
      ] {
        let outcome = try Program.start("judge", "--import", file, in: folder)
        #expect(outcome.code == 0, "\(file): \(outcome.complaint)")
        let row = outcome.output.split(separator: "\n").first { $0.hasPrefix("  judge rouge-l ") }
        #expect(row?.split(separator: " ").dropFirst(2).prefix(2) == words.prefix(2), "\(file)")
        // The five levels repeat nothing here, and the interval of Arena-Hard's rows is the same.
        if file != "out/arena-hard.jsonl" {
          #expect(row?.split(separator: " ").dropFirst(4).prefix(2) == words.suffix(2), "\(file)")
        }
        if file != "out" {
          let board = try Program.start("leaderboard", file, "--quiet", in: folder)
          #expect(board.code == 0 && board.output.contains("zebra"), "\(board.complaint)")
        }
      }
    }
  }

  @Test func `mistakes are one line`() throws {
    try withFiles(3) { folder in
      #expect(try annotate(folder).code == 0)
      let key = try key(folder)
      try write("anna", key, to: folder) { _ in "tie" }
      try Data("{\"kind\": \"plumb annotation\",\n \"version\": }".utf8)
        .write(to: folder.appending(path: "cut.json"))
      for (line, code, message) in [
        (
          "annotate zebra.json -o p.html", 2,
          "plumb annotate wants A B…; plumb annotate --help says more"
        ),
        (
          "annotate zebra.json yak.json", 2,
          "plumb annotate wants --output FILE; plumb annotate --help says more"
        ),
        (
          "annotate zebra.json zebra.json -o p.html", 3,
          "zebra.json: is of a system called 'zebra', as zebra.json is; give one of them another "
            + "generator or file name"
        ),
        (
          "annotate zebra.json yak.json -o no/p.html", 6,
          "\(folder.path)/no: no such folder; make it first, or write the report elsewhere"
        ),
        (
          "annotate zebra.json yak.json -o p.html --criteria a,a", 2,
          "--criteria wants one to five different names, or none, not `a,a`"
        ),
        (
          "judge --import anna.json", 3,
          "anna.json:1:53 study — is of the page \(key.study.prefix(8)) — give the .key.json that "
            + "plumb annotate wrote beside the page as well"
        ),
        (
          "judge --import page.key.json cut.json", 3,
          "cut.json:2:13 — expected a value, found '}' — correct the file, or copy it again"
        ),
        (
          "judge --import zebra.json", 3,
          "zebra.json: is no file of judgments — give annotations of AlpacaEval, judgments of "
            + "Arena-Hard or MT-bench, judgments.jsonl of plumb judge, or answers that a page of "
            + "plumb annotate saved"
        ),
        (
          "judge --import anna.json --judge longer", 2,
          "--judge does not go with --import; leave one out"
        ),
        ("judge --import none.json", 3, "none.json: no such file; check the path"),
      ] {
        let outcome = try Program.start(
          arguments: line.split(separator: " ").map(String.init), in: folder)
        #expect(outcome.code == Int32(code) && outcome.output == "", "\(line)")
        #expect(outcome.complaint == "plumb: \(message)\n")
      }
    }
  }

  @Test(.enabled(if: BrowserDriver.chromium != nil))
  func `keys pressed in a browser are the numbers that come out`() throws {
    try withFiles(2) { folder in
      #expect(try annotate(folder, ["--reference", "gold.json"]).code == 0)
      let key = try key(folder)
      let page = folder.appending(path: "page.html").absoluteString
      let state = "document.getElementById('count').textContent"
      let title = "document.getElementById('title').textContent"
      let (looks, findings) = try BrowserDriver.perform(
        [
          ("open", page), ("click", "#name"), ("type", "Anna B."), ("press", "Enter"),
          ("wait", "!document.getElementById('work').hidden"),
          // Nothing is chosen yet, so that Enter stays; held against the second, then taken back.
          ("press", "Enter"), ("look", title), ("press", "2 u"), ("look", state),
          ("press", "1 q s c Enter"), ("look", title),
          // Text in the comment is text: no digit or letter of it answers anything.
          ("press", "0 m"), ("type", "1 q 2"), ("press", "Escape ArrowLeft"), ("look", title),
          ("press", "ArrowRight ArrowRight"), ("click", "#whole button:nth-child(3)"),
          ("press", "Enter"), ("look", title), ("look", state), ("press", "Control+s"),
          ("downloaded", "1"), ("look", "document.querySelectorAll('[aria-pressed=true]').length"),
        ], in: folder)
      #expect(
        looks == [
          "\"Comparison 1 of 4\"", "\"0 of 4 answered\"", "\"Comparison 2 of 4\"",
          "\"Comparison 1 of 4\"", "\"Comparison 4 of 4\"", "\"3 of 4 answered\"", "0",
        ])
      #expect(findings == BrowserDriver.Findings(requests: [], violations: 0))
      let second = folder.appending(path: "answers-\(key.study.prefix(8))-Anna-B.json")
      let first = folder.appending(path: "first.json")
      try FileManager.default.moveItem(at: second, to: first)
      // The browser kept it: another one with its profile goes on.
      let (later, clean) = try BrowserDriver.perform(
        [
          ("open", page), ("click", "#kept button"), ("look", state), ("look", title),
          ("press", "1 Enter"), ("look", state), ("press", "Control+s"), ("downloaded", "1"),
        ], in: folder)
      #expect(later == ["\"3 of 4 answered\"", "\"Comparison 4 of 4\"", "\"4 of 4 answered\""])
      #expect(clean == findings)
      struct Saved: Decodable {
        struct Answer: Decodable {
          var item: Int
          var preference: String?
          var criteria: [String: String]?
          var comment: String?
        }
        var study: String
        var annotator: String
        var answers: [Answer]
      }
      let whole = try JSONDecoder().decode(Saved.self, from: Data(contentsOf: second))
      #expect(whole.study == key.study && whole.annotator == "Anna B.")
      #expect(whole.answers.compactMap(\.preference).sorted() == ["1", "1", "2", "tie"])
      #expect(
        whole.answers.compactMap(\.criteria)
          == [["adherence": "1", "correctness": "tie", "fluency": "2"]])
      #expect(whole.answers.compactMap(\.comment) == ["1 q 2"])
      // Out come the systems that stood where the keys pointed.
      var wins = [0, 0, 0]
      for answer in whole.answers {
        let item = try #require(key.items.first { $0.number == answer.item })
        if answer.preference == "tie" {
          wins[1] += 1
        } else {
          wins[side(item, firstWins: true) == answer.preference ? 0 : 2] += 1
        }
      }
      let outcome = try Program.start(
        "judge", "--import", "page.key.json", second.lastPathComponent, in: folder)
      #expect(outcome.code == 0, "\(outcome.complaint)")
      let rows = outcome.output.split(separator: "\n").map { $0.split(separator: " ") }
        .filter { $0.starts(with: ["Anna", "B."]) }
      let sums = (0..<4).map { column in
        rows.reduce(0) { $0 + (Int($1.suffix(4)[$1.count - 4 + column]) ?? 100) }
      }
      #expect(sums == wins + [0])
      #expect(outcome.output.contains("Anna B.: 1 q 2\n"))

      // A saved file is read again, one of another page is refused, and hostile words stay words.
      try Data(
        String(contentsOf: first, encoding: .utf8)
          .replacing(key.study, with: String(repeating: "0", count: 64)).utf8
      ).write(to: folder.appending(path: "foreign.json"))
      let (again, found) = try BrowserDriver.perform(
        [
          ("open", page),
          ("look", "document.querySelectorAll('#kept button').length"),
          ("choose", "[\"#load\", \"\(folder.path)/foreign.json\"]"),
          ("wait", "!document.getElementById('problem').hidden"),
          ("look", "document.getElementById('problem').textContent"),
          ("choose", "[\"#load\", \"\(first.path)\"]"),
          ("wait", "!document.getElementById('work').hidden"), ("look", state), ("look", title),
          ("press", "ArrowLeft ArrowLeft ArrowLeft"),
          ("look", "document.querySelectorAll('[aria-pressed=true]').length"),
          ("look", "document.getElementById('prompt').textContent.endsWith('<b>&')"),
          ("look", "document.querySelectorAll('.text b').length"),
        ], in: folder.appending(path: "other"))
      #expect(
        again == [
          "0", "\"That file belongs to another page, study 00000000.\"", "\"3 of 4 answered\"",
          "\"Comparison 4 of 4\"", "4", "true", "0",
        ])
      #expect(found == findings)
    }
  }

  @Test(.enabled(if: BrowserDriver.chromium != nil))
  func `hostile prompts and answers are shown as text, and nothing of them runs`() throws {
    let payloads = [
      "<script>document.documentElement.dataset.hit=1</script>",
      "</script><script>document.documentElement.dataset.hit=1</script>",
      "\"><img src=x onerror=\"document.documentElement.dataset.hit=1\">",
      "<!--<script>*/document.documentElement.dataset.hit=1//",
      "</textarea></style><iframe srcdoc='<script>parent.document.title=1</script>'>",
      "javascript:document.documentElement.dataset.hit=1", "\\u003cscript>", "{{7*7}} ${7*7}",
    ]
    try Program.withFolder { folder in
      for name in ["zebra", "yak"] {
        let rows = payloads.map { ["instruction": $0, "output": $0, "generator": name] }
        try JSONEncoder().encode(rows).write(to: folder.appending(path: "\(name).json"))
      }
      let made = try Program.start(
        "annotate", "zebra.json", "yak.json", "--reference", "yak.json", "-o", "page.html",
        in: folder)
      #expect(made.code == 0)
      #expect(
        made.complaint.contains(
          "8 comparisons are of equal answers; people can only call them ties"))
      var steps = [
        ("open", folder.appending(path: "page.html").absoluteString), ("click", "#name"),
        ("type", payloads[2]), ("press", "Enter"),
        ("wait", "!document.getElementById('work').hidden"),
      ]
      let shown = ["prompt", "answer-1", "answer-2", "reference-text"].map {
        "document.getElementById('\($0)').textContent"
      }
      for _ in payloads {
        steps.append(("look", "[\(shown.joined(separator: ", "))]"))
        steps.append(("press", "ArrowRight"))
      }
      steps.append(("look", "document.querySelectorAll('img, iframe, script:not([id])').length"))
      steps.append(("look", "document.documentElement.dataset.hit ?? document.title"))
      let (looks, findings) = try BrowserDriver.perform(steps, in: folder.appending(path: "b"))
      let texts = try looks.prefix(payloads.count).map {
        try JSONDecoder().decode([String].self, from: Data($0.utf8))
      }
      #expect(texts.allSatisfy { Set($0).count == 1 && $0.count == 4 })
      #expect(Set(texts.map { $0[0] }) == Set(payloads))
      // The page's own script alone.
      #expect(looks.suffix(2) == ["1", "\"Which answer is better?\""])
      #expect(findings == BrowserDriver.Findings(requests: [], violations: 0))
    }
  }
}
