import Foundation
import Testing

/// Boards of `plumb leaderboard` that are not win rates against one baseline.
@Suite struct BoardCommandTests {
  private func write(_ text: String, _ name: String, in folder: URL) throws {
    let url = folder.appending(path: name)
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: url)
  }

  private func output(_ arguments: String..., in folder: URL) throws -> String {
    let outcome = try Program.start(arguments: arguments, in: folder)
    #expect(outcome.code == 0, "\(arguments): \(outcome.complaint)")
    return outcome.output
  }

  @Test func `systems without a common baseline are ranked by strength`() throws {
    try Program.withFolder { folder in
      // a beats b and b beats c in 3 of 4 prompts, a beats c in all of them.
      func pair(_ question: Int, _ first: String, _ second: String, _ firstWins: Bool) -> String {
        let winner = firstWins ? "model_1" : "model_2"
        return """
          {"question_id": \(question), "model_1": "\(first)", "model_2": "\(second)", \
          "g1_winner": "\(winner)", "g2_winner": "\(winner)", "judge": ["gpt", "p"], "turn": 1}

          """
      }
      let rows = (0..<40).map {
        pair($0, "a", "b", $0 % 4 != 0) + pair($0, "b", "c", $0 % 4 != 1) + pair($0, "a", "c", true)
      }
      try write(rows.joined(), "all.jsonl", in: folder)
      let plain = try Program.start("leaderboard", "all.jsonl", in: folder)
      #expect(
        plain.code == 3
          && plain.complaint.hasSuffix("comparisons with one model, or --bradley-terry\n"))
      let text = try output("leaderboard", "all.jsonl", "--bradley-terry", in: folder)
      #expect(text.hasPrefix("3 systems by Bradley–Terry strength on 40 prompts, judged by gpt\n"))
      let lines = text.split(separator: "\n").filter { $0.contains("%") && !$0.contains("95 %") }
      #expect(lines.map { $0.split(separator: " ")[1] } == ["a", "b", "c"])
      #expect(lines.map { $0.split(separator: " ")[0] } == ["1", "2", "3"])
      let json = try output("leaderboard", "all.jsonl", "--bradley-terry", "--json", in: folder)
      #expect(json.contains("\"kind\":\"strength\"") && json.contains("\"won\":70"))
      // Won by one throughout: the prior is said.
      try write((0..<9).map { pair($0, "a", "b", true) }.joined(), "won.jsonl", in: folder)
      let won = try output("leaderboard", "won.jsonl", "--bradley-terry", in: folder)
      #expect(won.contains("each was given 0.5 wins and losses against an average one"))
    }
  }

  @Test func `models of one baseline are held against each other, prompt by prompt`() throws {
    try Program.withFolder { folder in
      // The longer answer wins: a three of four, b one of two, on the same 40 prompts.
      func outputs(_ length: (Int) -> Int) -> String {
        (0..<40).map { number in
          let answer = String(repeating: "x", count: length(number))
          return "{\"instruction\": \"p\(number)\", \"output\": \"\(answer)\"}\n"
        }.joined()
      }
      try write(outputs { _ in 10 }, "base.jsonl", in: folder)
      try write(outputs { $0 % 4 == 0 ? 8 : 12 }, "a.jsonl", in: folder)
      try write(outputs { $0 % 2 == 0 ? 8 : 12 }, "b.jsonl", in: folder)
      for name in ["a", "b"] {
        _ = try output(
          "judge", "\(name).jsonl", "base.jsonl", "--judge", "longer", "-o", name, in: folder)
      }
      let text = try output("leaderboard", "a", "b", in: folder)
      // Ten prompts differ, all in one direction: 2/2^10 of all signs.
      #expect(text.contains("a      b       base         25.0 %"), "\(text)")
      #expect(text.contains("Differences of win rates are paired by prompt"))
      let lines = try output("leaderboard", "a", "b", "--json", in: folder)
      #expect(lines.contains("\"p\":0.001953125"), "\(lines)")
      #expect(lines.contains("\"verdict\":\"a is preferred\""))
    }
  }

  @Test func `systems that nothing connects are not ranked together`() throws {
    try Program.withFolder { folder in
      let rows = (0..<20).flatMap { question in
        [("a", "b"), ("c", "d")].map { first, second in
          let winner = question % 4 == 0 ? "model_2" : "model_1"
          return """
            {"question_id": \(question), "model_1": "\(first)", "model_2": "\(second)", \
            "g1_winner": "\(winner)", "g2_winner": "\(winner)", "judge": ["gpt", "p"], "turn": 1}

            """
        }
      }
      try write(rows.joined(), "apart.jsonl", in: folder)
      let outcome = try Program.start("leaderboard", "apart.jsonl", "--bradley-terry", in: folder)
      #expect(outcome.code == 3)
      #expect(
        outcome.complaint.contains("compares systems that nothing connects: a, b; c, d"),
        "\(outcome.complaint)")
    }
  }

  /// A row of AlpacaEval whose answers have these lengths.
  private func row(
    _ index: Int, _ lengths: (Int, Int), _ preference: Double, model: String = "new",
    baseline: String = "base"
  ) -> String {
    func text(_ length: Int) -> String { String(repeating: "x", count: length) }
    return """
      {"instruction": "i\(index)", "output_1": "\(text(lengths.0))", "generator_1": "\(baseline)", \
      "output_2": "\(text(lengths.1))", "generator_2": "\(model)", "annotator": "gpt", \
      "preference": \(1 + preference)}

      """
  }

  private struct BoardLine: Decodable {
    struct Number: Decodable {
      var value: Double
      var low: Double?
      var high: Double?
      var clusters: Int
    }
    var lengthControlled: Number?
    private enum CodingKeys: String, CodingKey {
      case lengthControlled = "length_controlled_win_rate"
    }
  }

  private func equalLength(_ files: String..., in folder: URL) throws -> BoardLine.Number {
    let text = try Program.start(
      arguments: ["leaderboard"] + files + ["--json"], in: folder
    ).output
    let line = try #require(text.split(separator: "\n").first)
    return try #require(
      JSONDecoder().decode(BoardLine.self, from: Data(line.utf8)).lengthControlled)
  }

  @Test func `equal length takes all rows of a model, whatever file or side they stand on`() throws
  {
    try Program.withFolder { folder in
      func rows(_ indices: Range<Int>) -> String {
        indices.map { row($0, (40 + 7 * ($0 % 5), 40 + 11 * ($0 % 3)), $0 % 3 == 0 ? 0 : 1) }
          .joined()
      }
      try write(rows(0..<24), "whole.jsonl", in: folder)
      try write(rows(0..<9), "first.jsonl", in: folder)
      try write(rows(9..<24), "rest.jsonl", in: folder)
      let whole = try equalLength("whole.jsonl", in: folder)
      #expect(whole.clusters == 24)
      for files in [["first.jsonl", "rest.jsonl"], ["rest.jsonl", "first.jsonl"]] {
        let parts = try equalLength(files[0], files[1], in: folder)
        #expect(abs(parts.value - whole.value) < 1e-9 && parts.clusters == 24)
      }
      let turned = (0..<24).map { index -> String in
        let lengths = (40 + 7 * (index % 5), 40 + 11 * (index % 3))
        let preference: Double = index % 3 == 0 ? 0 : 1
        return index % 2 == 0
          ? row(index, lengths, preference)
          : row(
            index, (lengths.1, lengths.0), 1 - preference, model: "base", baseline: "new")
      }
      try write(turned.joined(), "turned.jsonl", in: folder)
      let mixed = try equalLength("turned.jsonl", in: folder)
      let same = abs(mixed.value - whole.value) < 1e-9
      let other = abs(1 - mixed.value - whole.value) < 1e-9
      #expect(same || other, "\(mixed.value) for \(whole.value)")
    }
  }

  @Test func `equal length knows that rows of one prompt are alike`() throws {
    try Program.withFolder { folder in
      func rows(_ each: Int) -> String {
        (0..<8).flatMap { prompt in
          (0..<each).map { row(prompt, (50, 40 + 5 * ($0 + prompt)), prompt < 5 ? 1 : 0) }
        }.joined()
      }
      try write(rows(1), "once.jsonl", in: folder)
      try write(rows(12), "often.jsonl", in: folder)
      let often = try equalLength("often.jsonl", in: folder)
      #expect(often.clusters == 8)
      let width = try #require(often.high) - (try #require(often.low))
      // Taken for 96 prompts they would give an interval of at most 0.2.
      #expect(width > 0.25, "\(width)")
    }
  }

  @Test(arguments: [
    [1.0, 1.0], [0.0, 0.0], [1.0, 0.0], [0.25, 0.5],
  ]) func `where lengths do not differ nothing is said at equal length, and why`(
    _ preferences: [Double]
  ) throws {
    try Program.withFolder { folder in
      let rows = (0..<24).map { row($0, (40 + $0, 47 + $0), preferences[$0 % 2]) }
      try write(rows.joined(), "same.jsonl", in: folder)
      let reason = "all answers differ in length from the baseline's by the same"
      let lines = try Program.start("leaderboard", "same.jsonl", "--json", in: folder)
      #expect(lines.output.contains("\"not_length_controlled\":\"\(reason)\""), "\(lines.output)")
      #expect(!lines.output.contains("length_controlled_win_rate"))
      let text = try Program.start("leaderboard", "same.jsonl", in: folder)
      #expect(text.output.contains("new: no win rate at equal length: \(reason).\n"))
      #expect(!text.output.contains("at equal length  "))
      // One answer of another length, and there is a number.
      try write(
        rows.joined() + row(24, (40, 80), preferences[0]), "other.jsonl", in: folder)
      let other = try Program.start("leaderboard", "other.jsonl", "--json", in: folder)
      #expect(other.output.contains("length_controlled_win_rate"), "\(other.output)")
      #expect(!other.output.contains("not_length_controlled"))
    }
  }

  @Test func `style that explains a win rate is taken out of it`() throws {
    try Program.withFolder { folder in
      // The judge likes lists; of answers alike in that, each model wins half.
      func answer(_ hasList: Bool, _ number: Int) -> String {
        let words = Array(repeating: "word", count: 4 + number % 7).joined(separator: " ")
        return hasList ? words + String(repeating: "\\n- item", count: 1 + number % 3) : words
      }
      let rows = (0..<120).map { index -> String in
        let (ours, theirs) = (index % 4 < 3, index % 5 == 0)
        let wins = ours == theirs ? index / 20 % 2 == 0 : ours == (index % 8 != 0)
        return """
          {"instruction": "i\(index)", "output_1": "\(answer(theirs, 3 * index))", \
          "generator_1": "base", "output_2": "\(answer(ours, index))", "generator_2": "new", \
          "annotator": "gpt", "preference": \(wins ? 2 : 1)}

          """
      }
      try write(rows.joined(), "judged.jsonl", in: folder)
      let json = try output("leaderboard", "judged.jsonl", "--style", "--json", in: folder)
      let object = try #require(
        try JSONSerialization.jsonObject(with: Data(json.split(separator: "\n")[0].utf8))
          as? [String: Any])
      func value(_ key: String) -> Double {
        (object[key] as? [String: Any])?["value"] as? Double ?? .nan
      }
      #expect(value("win_rate") > 0.6)
      #expect(abs(value("style_controlled_win_rate") - 0.5) < 0.12)
      let text = try output("leaderboard", "judged.jsonl", "--style", in: folder)
      #expect(text.contains("at equal style"))
      let pairs = try Program.start("leaderboard", "--style", "pairs.jsonl", in: folder)
      #expect(pairs.code != 0)
    }
  }

  @Test func `samples of lm-evaluation-harness are compared item by item`() throws {
    try Program.withFolder { folder in
      func samples(_ hits: (Int) -> Bool, _ count: Int = 40) -> String {
        (0..<count).map {
          "{\"doc_id\": \($0), \"target\": \"x\", \"filter\": \"none\", \"acc\": \(hits($0) ? 1.0 : 0.0)}\n"
        }.joined()
      }
      let name = "samples_arc_easy_2025-01-02T03-04-05.678.jsonl"
      try write(samples { $0 % 4 != 0 }, "org__good/\(name)", in: folder)
      try write(samples({ $0 % 4 == 1 }, 42), "org__bad/\(name)", in: folder)
      let text = try output("leaderboard", "org__bad/\(name)", "org__good/\(name)", in: folder)
      #expect(text.hasPrefix("2 systems on 40 items of arc_easy; 95 % intervals over items\n"))
      #expect(text.contains("1  org__good  75.0 %") && text.contains("2  org__bad   25.0 %"))
      #expect(text.contains("2 items are not in all files and are left out."))
      #expect(text.contains("-50.0 %") || text.contains("−50.0 %"))
      try write(samples { $0 > 3 }, "other/samples_piqa.jsonl", in: folder)
      let other = try Program.start(
        "leaderboard", "org__bad/\(name)", "other/samples_piqa.jsonl", in: folder)
      #expect(other.code == 3)
      #expect(other.complaint.contains("is of the task 'piqa', not 'arc_easy'"))
    }
  }

  @Test func `a log of Inspect is read, its epochs as rows of one item`() throws {
    try Program.withFolder { folder in
      func log(_ model: String, _ status: String, _ right: Int) -> String {
        let samples = (0..<10).flatMap { item in
          (1...2).map { epoch in
            "{\"id\": \"\(item)\", \"epoch\": \(epoch), \"scores\": {\"match\": {\"value\": "
              + "\"\(item < right ? "C" : "I")\"}}}"
          }
        }
        return """
          {
            "version": 2, "status": "\(status)",
            "eval": {"task": "sums", "model": "\(model)"},
            "results": {"total_samples": 10, "completed_samples": 10, "scores": []},
            "samples": [\(samples.joined(separator: ",\n"))]
          }
          """
      }
      try write(log("m/one", "success", 9), "one.json", in: folder)
      try write(log("m/two", "error", 4), "two.json", in: folder)
      let text = try output("leaderboard", "one.json", "two.json", in: folder)
      #expect(text.hasPrefix("2 systems on 10 items of sums"))
      #expect(text.contains("m/one   90.0 %") && text.contains("m/two   40.0 %"))
      #expect(text.contains("m/two: the log ends with error, 10 of 10 samples completed"))
    }
  }

  /// The accuracies of a published README: Chat .6089385, Chat Hard .4495614.
  @Test func `results of RewardBench become sections and a score`() throws {
    try Program.withFolder { folder in
      let chat = [
        "alpacaeval-easy", "alpacaeval-length", "alpacaeval-hard", "mt-bench-easy", "mt-bench-med",
      ].map { "\"\($0)\": 0.75" }
      try write(
        "{\"model\": \"r\", \"extra_results\": {\(chat.joined(separator: ", "))}}", "r.json",
        in: folder)
      let text = try output("leaderboard", "r.json", in: folder)
      #expect(text.hasPrefix("RewardBench 1, in percent"))
      // One section of four is no score.
      #expect(text.contains("r          –  75.0") && text.contains("lacks a section no score"))
      let rows = (0..<4).map {
        "{\"prompt\": \"p\($0)\", \"scores_chosen\": \($0), \"scores_rejected\": 1.5, "
          + "\"text_chosen\": \"a\", \"text_rejected\": \"b\"}\n"
      }
      try write(rows.joined(), "pairs.jsonl", in: folder)
      let pairs = try output("leaderboard", "pairs.jsonl", "--json", in: folder)
      #expect(pairs.contains("\"rows\":{\"clusters\":4,\"count\":4,"))
      try write("{\"text\": 1}\n", "x.jsonl", in: folder)
      let mixed = try Program.start("leaderboard", "r.json", "x.jsonl", in: folder)
      #expect(
        mixed.complaint
          == "plumb: x.jsonl: is not of the kind that r.json is — give files of one benchmark\n")
    }
  }
}
