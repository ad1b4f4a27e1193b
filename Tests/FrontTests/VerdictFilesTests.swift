import Foundation
import TestSupport
import Testing

/// What commands say of files of judgments as they really are: appended again, judged again, by several
/// judges, about other prompts, all won.
@Suite struct VerdictFilesTests {
  private func write(_ text: String, _ name: String, in folder: URL) throws {
    try Data(text.utf8).write(to: folder.appending(path: name))
  }

  /// Succeeds, and gives what was printed.
  private func output(_ arguments: String..., in folder: URL) throws -> String {
    let outcome = try Program.start(arguments: arguments, in: folder)
    #expect(outcome.code == 0, "\(arguments): \(outcome.complaint)")
    return outcome.output
  }

  private func pair(
    _ question: Int, _ winner: String, judge: String = "gpt", turn: Int = 1, second: String = "base"
  ) -> String {
    """
    {"question_id": \(question), "model_1": "new", "model_2": "\(second)", \
    "g1_winner": "\(winner)", "g2_winner": "\(winner)", "judge": ["\(judge)", "p"], "turn": \(turn)}

    """
  }

  private func annotation(_ index: Int, _ preference: Double, model: String = "new") -> String {
    """
    {"instruction": "i\(index)", "output_1": "o\(index)", "generator_1": "base", \
    "output_2": "out \(index)", "generator_2": "\(model)", "annotator": "gpt", \
    "preference": \(1 + preference)}

    """
  }

  // MARK: Rows

  @Test func `a file that was appended again says what it said once`() throws {
    try Program.withFolder { folder in
      let once = (0..<30).map { annotation($0, $0 % 3 == 0 ? 0 : 1) }.joined()
      try write(once, "once.jsonl", in: folder)
      try write(once + once + once, "thrice.jsonl", in: folder)
      for command in [["leaderboard"], ["judge", "--import"]] {
        func lines(_ file: String) throws -> [Substring] {
          let outcome = try Program.start(arguments: command + [file, "--json"], in: folder)
          #expect(outcome.code == 0, "\(outcome.complaint)")
          return outcome.output.split(separator: "\n")
        }
        let (single, repeated) = (try lines("once.jsonl"), try lines("thrice.jsonl"))
        let remark = repeated.filter { $0.contains("\"kind\":\"remark\"") }
        let rest = repeated.filter { line in !remark.contains(line) }
        #expect(rest == single)
        #expect(remark.count == 1 && remark[0].contains("\"about\":\"repeated_rows\",\"count\":60"))
        #expect(single.contains { $0.contains("\"clusters\":30,\"count\":30") })
      }
      let text = try output("leaderboard", "thrice.jsonl", in: folder)
      #expect(
        text.contains(
          "60 rows repeat an earlier row of the same comparison; each comparison counts once\n"))
    }
  }

  @Test func `a failed judgment that was made again counts as made`() throws {
    try Program.withFolder { folder in
      try write(
        pair(1, "error") + pair(2, "model_2") + pair(1, "model_1") + pair(1, "error"),
        "pairs.jsonl", in: folder)
      let text = try output("judge", "--import", "pairs.jsonl", in: folder)
      #expect(text.contains("judge gpt    50.0 %"))
      #expect(
        text.contains("1 comparison was without a verdict and judged again; the verdict counts\n"))
      #expect(text.contains("1 row repeats an earlier row"))
    }
  }

  @Test func `verdicts that differ count as their mean, and are counted`() throws {
    try Program.withFolder { folder in
      try write(
        pair(1, "model_1") + pair(1, "model_2") + pair(2, "model_1"), "pairs.jsonl", in: folder)
      let text = try output("judge", "--import", "pairs.jsonl", in: folder)
      #expect(text.contains("judge gpt    75.0 %"))
      #expect(
        text.contains(
          "1 comparison was judged more than once, not always alike; the mean of the verdicts counts\n"
        ))
      // Another turn of a question is another comparison of the same prompt.
      try write(pair(1, "model_1") + pair(1, "model_2", turn: 2), "turns.jsonl", in: folder)
      let turns = try output("judge", "--import", "turns.jsonl", in: folder)
      #expect(turns.contains("1 prompt\n") && turns.contains("judge gpt    50.0 %"))
      #expect(!turns.contains("judged more than once"))
    }
  }

  @Test func `all won is not certain`() throws {
    try Program.withFolder { folder in
      try write((0..<12).map { annotation($0, 1) }.joined(), "wins.jsonl", in: folder)
      for command in [["leaderboard"], ["judge", "--import"]] {
        let outcome = try Program.start(arguments: command + ["wins.jsonl", "--json"], in: folder)
        // Clopper and Pearson: 0.025^(1/12) = 0.7353.
        #expect(outcome.output.contains("\"low\":0.735"), "\(outcome.output)")
      }
    }
  }

  // MARK: Judges

  @Test func `a board is one judge's, and says whose`() throws {
    try Program.withFolder { folder in
      let rows =
        (1...6).map { pair($0, "model_1") } + (1...6).map { pair($0, "model_2", judge: "claude") }
      try write(rows.joined(), "pairs.jsonl", in: folder)
      let both = try Program.start("leaderboard", "pairs.jsonl", in: folder)
      #expect(both.code == 3)
      #expect(
        both.complaint
          == "plumb: pairs.jsonl: holds judgments of 2 judges (gpt, claude) — name one with --judge\n"
      )
      let one = try output("leaderboard", "pairs.jsonl", "--judge", "claude", in: folder)
      #expect(one.hasPrefix("1 model against base, judged by claude; 95 % intervals"))
      #expect(one.contains(" 0.0 %"))
      let nobody = try Program.start("leaderboard", "pairs.jsonl", "--judge", "x", in: folder)
      #expect(
        nobody.complaint
          == "plumb: pairs.jsonl: holds no judgments of 'x' — its judges are gpt, claude\n")
    }
  }

  @Test func `raters of other prompts and scores of other questions are named`() throws {
    try Program.withFolder { folder in
      try write(
        (1...4).map { pair($0, "model_1") }.joined()
          + (3...9).map { pair($0, "tie", judge: "claude") }.joined(), "pairs.jsonl", in: folder)
      let pairs = try output("judge", "--import", "pairs.jsonl", in: folder)
      #expect(
        pairs.contains(
          "new against base: 2 of 9 prompts were judged by all raters; each rate is over its rater's own "
            + "prompts\n"))
      func score(_ question: Int, _ model: String, _ value: Int) -> String {
        "{\"question_id\": \(question), \"model\": \"\(model)\", \"judge\": [\"gpt\", \"s\"], "
          + "\"score\": \(value), \"turn\": 1}\n"
      }
      try write(
        score(81, "a", 8) + score(82, "a", 7) + score(83, "a", 9) + score(81, "b", 9)
          + score(82, "b", -1) + score(84, "b", 8) + score(85, "b", 9) + score(85, "b", 9),
        "scores.jsonl", in: folder)
      let scores = try output("judge", "--import", "scores.jsonl", in: folder)
      #expect(
        scores.contains(
          "3 questions were scored for only one of a and b: left out of their comparison, so that their "
            + "mean scores are over different questions\n"))
      #expect(scores.contains("a against b: 2 prompts"))
      #expect(scores.contains("1 row repeats an earlier row"))
    }
  }

  // MARK: Names and texts

  private func outputs(_ name: String, _ texts: [String], in folder: URL) throws {
    let rows = texts.enumerated().map { ["instruction": "p\($0)", "output": $1] }
    try JSONEncoder().encode(rows).write(to: folder.appending(path: name))
  }

  private func judge(_ first: String, _ second: String, _ folder: URL, _ more: String...) throws
    -> String
  {
    let arguments =
      ["judge", first, second, "--judge", "longer", "--canaries", "0", "--no-cache", "--quiet"]
      + more
    let outcome = try Program.start(arguments: arguments, in: folder)
    #expect(outcome.code == 0, "\(outcome.complaint)")
    return outcome.output
  }

  @Test func `a dot in a name is part of it`() throws {
    try Program.withFolder { folder in
      try outputs("llama-3.1.json", ["long answer", "long answer"], in: folder)
      try outputs("llama-3.2.json", ["", ""], in: folder)
      try outputs("base.v1.0.json", ["answer", "answer"], in: folder)
      let first = try judge("llama-3.1.json", "base.v1.0.json", folder)
      #expect(first.hasPrefix("llama-3.1 against base.v1.0, judged by longer"))
      _ = try judge("llama-3.2.json", "base.v1.0.json", folder)
      let both = try output(
        "judge", "--import", "runs/judge-llama-3.1-base.v1.0-longer",
        "runs/judge-llama-3.2-base.v1.0-longer",
        in: folder)
      #expect(both.contains("llama-3.1 against base.v1.0: 2 prompts"))
      #expect(both.contains("llama-3.2 against base.v1.0: 2 prompts"))
      let board = try output(
        "leaderboard", "runs/judge-llama-3.1-base.v1.0-longer",
        "runs/judge-llama-3.2-base.v1.0-longer",
        in: folder)
      #expect(board.hasPrefix("2 models against base.v1.0, judged by longer"))
    }
  }

  @Test func `one name of two files is two systems`() throws {
    try Program.withFolder { folder in
      for place in ["x", "y"] {
        let own = folder.appending(path: place)
        try FileManager.default.createDirectory(at: own, withIntermediateDirectories: true)
        try outputs("new.json", [place == "x" ? "long answer" : ""], in: own)
      }
      try outputs("base.json", ["answer"], in: folder)
      _ = try judge("x/new.json", "base.json", folder, "-o", "one")
      _ = try judge("y/new.json", "base.json", folder, "-o", "two")
      let both = try output("judge", "--import", "one", "two", in: folder)
      #expect(both.contains("'new' names different contents, which are kept apart: new ("))
      #expect(both.components(separatedBy: ") against base: 1 prompt").count == 3)
      // The same judging twice is one.
      let same = try output("judge", "--import", "one", "one", in: folder)
      #expect(same.contains("new against base: 1 prompt\n") && same.contains("1 row repeats"))
      // Two files of one name against each other are told apart by their paths.
      let paths = try judge("x/new.json", "y/new.json", folder)
      #expect(paths.hasPrefix("x/new.json against y/new.json, judged by longer"))
    }
  }

  @Test func `texts and names that differ in bytes are different`() throws {
    try Program.withFolder { folder in
      let words = ["caf\u{E9}", "cafe\u{301}"]
      for (name, output) in [("a.json", "x"), ("b.json", "yy")] {
        let rows = words.map { ["instruction": $0, "output": output] }
        try JSONEncoder().encode(rows).write(to: folder.appending(path: name))
      }
      let judged = try judge("a.json", "b.json", folder)
      #expect(judged.contains("2 prompts"))
      let rows = words.enumerated().flatMap { place, word in
        (0..<3).map { annotation($0, place == 0 ? 1 : 0, model: word) }
      }
      try write(rows.joined(), "names.jsonl", in: folder)
      let board = try output("leaderboard", "names.jsonl", in: folder)
      #expect(board.hasPrefix("2 models against base"))
      #expect(board.contains("100.0 %") && board.contains(" 0.0 %"))
    }
  }

  // MARK: One question, one answer

  /// The value of `"win_rate"` (or another key) in the line of JSON that holds a text.
  private func number(_ key: String, in text: String, where marker: String) throws -> String {
    let line = try #require(text.split(separator: "\n").first { $0.contains(marker) }, "\(text)")
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
    let source = (object["summary"] as? [String: Any])?["result"] as? [String: Any] ?? object
    let number = try #require(source[key] as? [String: Any], "\(line)")
    return ["value", "low", "high"].map { "\(number[$0] ?? "none")" }.joined(separator: " ")
  }

  @Test func `every command says the same of one judging, to the last digit`() throws {
    try Program.withFolder { folder in
      // Longer wins 13, draws 4, loses 6; a prompt stands there twice.
      let lengths = (0..<23).map { $0 < 13 ? 5 : $0 < 17 ? 4 : 3 }
      func rows(_ text: (Int) -> String) -> [[String: String]] {
        lengths.indices.map { ["instruction": "p\($0 / 2 * 2)", "output": text($0)] }
      }
      let encoder = JSONEncoder()
      try encoder.encode(rows { String(repeating: "a", count: lengths[$0]) })
        .write(to: folder.appending(path: "new.json"))
      try encoder.encode(rows { _ in "bbbb" }).write(to: folder.appending(path: "old.json"))
      let text = try judge(
        "new.json", "old.json", folder, "-o", "out", "--export", "alpaca-eval", "--export", "jsonl",
        "--report", "page.html")
      let again = try judge("new.json", "old.json", folder, "-o", "out", "--json")
      let expected = try number("win_rate", in: again, where: "summary")
      #expect(expected.hasPrefix("0.6"))
      for source in ["out", "out/annotations.json", "out/comparisons.jsonl"] {
        let imported = try output("judge", "--import", source, "--json", in: folder)
        #expect(
          try number("win_rate", in: imported, where: "\"kind\":\"judge\"") == expected, "\(source)"
        )
        let board = try output("leaderboard", source, "--json", in: folder)
        #expect(
          try number("win_rate", in: board, where: "\"kind\":\"model\"") == expected, "\(source)")
      }
      // As they are printed: `65.2 % [41.2, 84.6]`.
      let line = try #require(text.split(separator: "\n").first { $0.hasPrefix("win rate ") })
      let shown = line.dropFirst("win rate".count).trimmingCharacters(in: .whitespaces)
      let parts = shown.split(separator: " ", maxSplits: 2).map(String.init)
      for command in [["judge", "--import"], ["leaderboard"]] {
        let printed = try Program.start(arguments: command + ["out"], in: folder).output
        #expect(printed.contains("\(parts[0]) %") && printed.contains(parts[2]), "\(printed)")
      }
      let page = try String(contentsOf: folder.appending(path: "page.html"), encoding: .utf8)
      #expect(page.contains("<b>\(parts[0])</b><span>\(parts[2])</span>"))
    }
  }

  @Test func `agreement of judges is one number, imported or from a table`() throws {
    try Program.withFolder { folder in
      let verdicts = [("model_1", "model_1"), ("model_1", "model_2"), ("tie", "tie")]
      var pairs = ""
      var table = ""
      for question in 0..<15 {
        let (one, other) = verdicts[question * 7 % 3]
        pairs += pair(question, one) + pair(question, other, judge: "claude")
        table += "{\"a\": \"\(one)\", \"b\": \"\(other)\"}\n"
      }
      try write(pairs, "pairs.jsonl", in: folder)
      try write(table, "table.jsonl", in: folder)
      let imported = try output("judge", "--import", "pairs.jsonl", "--json", in: folder)
      let direct = try output("agreement", "table.jsonl", "--fields", "a,b", "--json", in: folder)
      let twice = try Program.start("agreement", "table.jsonl", "--fields", "a,a", in: folder)
      #expect(twice.code == 2 && twice.complaint.contains("each field once"), "\(twice.complaint)")
      for (name, other) in [("\"raw\"", "raw agreement"), ("gwet_ac1", "Gwet's AC1")] {
        #expect(
          try number("estimate", in: imported, where: name)
            == number("estimate", in: direct, where: other), "\(name)")
      }
    }
  }

  @Test func `rows in another order say the same, to the last digit`() throws {
    try Program.withFolder { folder in
      func style(_ index: Int, _ model: String) -> String {
        let text = String(repeating: "word ", count: 3 + index * 7 % 11)
        let preferences: [Double] = [1, 0, 1, 0.5]
        let preference = preferences[(index + model.utf8.count) * 3 % 4]
        return annotation(index, preference, model: model).replacing("out \(index)", with: text)
      }
      let winners = ["model_1", "model_2", "tie"]
      let styled = (0..<24).flatMap { [style($0, "new"), style($0, "other")] }
      let pairs = (0..<24).flatMap { question -> [String] in
        ["a", "base", "c"].map { second in
          pair(question, winners[(question * 5 + second.utf8.count) % 3], second: second)
        }
      }
      let judged = (0..<20).flatMap { question -> [String] in
        let other = winners[question * question % 7 % 3]
        return [pair(question, winners[question % 3]), pair(question, other, judge: "claude")]
      }
      let table = (0..<20).map { row -> String in
        let (one, other) = (row % 3 == 1 ? "y" : "x", row % 2 == 1 ? "y" : "x")
        return "{\"a\": \"\(one)\", \"b\": \"\(other)\"}\n"
      }
      let files: [(name: String, rows: [String], command: [String])] = [
        ("style.jsonl", styled, ["leaderboard", "--style"]),
        ("pairs.jsonl", pairs, ["leaderboard", "--bradley-terry"]),
        ("judges.jsonl", judged, ["judge", "--import"]),
        ("table.jsonl", table, ["agreement", "--fields", "a,b"]),
      ]
      for file in files {
        func lines(_ rows: [String]) throws -> [String] {
          try write(rows.joined(), file.name, in: folder)
          let outcome = try Program.start(
            arguments: file.command.prefix(1) + ["--json"] + file.command.dropFirst() + [file.name],
            in: folder)
          #expect(outcome.code == 0, "\(outcome.complaint)")
          // Who is met first is named first.
          return outcome.output.replacing("claude, gpt", with: "gpt, claude")
            .split(separator: "\n").map(String.init).sorted()
        }
        let expected = try lines(file.rows)
        #expect(!expected.isEmpty)
        var generator = SystemRandomNumberGenerator()
        #expect(try lines(file.rows.reversed()) == expected, "\(file.name)")
        #expect(try lines(file.rows.shuffled(using: &generator)) == expected, "\(file.name)")
      }
    }
  }

  @Test func `a row of Arena-Hard has a win rate by prompts, and its own score under its own name`()
    throws
  {
    try Program.withFolder { folder in
      func row(_ question: Int, _ scores: [String]) -> String {
        "{\"uid\": \"\(question)\", \"model\": \"new\", \"judge\": \"gpt\", \"baseline\": \"base\", "
          + "\"games\": [{\"score\": \"\(scores[0])\"}, {\"score\": \"\(scores[1])\"}]}\n"
      }
      // Two prompts won plainly, one lost emphatically: 2/3 by prompts; of 4 + 6 battles 4 are won.
      try write(
        row(1, ["B>A", "A>B"]) + row(2, ["B>A", "A>B"]) + row(3, ["A>>B", "B>>A"]), "m.jsonl",
        in: folder)
      let board = try output("leaderboard", "m.jsonl", in: folder)
      let imported = try output("judge", "--import", "m.jsonl", in: folder)
      #expect(board.contains(" 66.7 %") && imported.contains(" 66.7 %"))
      #expect(board.contains("Arena-Hard's score") && board.contains(" 40.0 "))
    }
  }
}
