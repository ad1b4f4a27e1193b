import Foundation
import Testing

@Suite struct StatisticsCommandsTests {
  private func write(_ text: String, _ name: String, in folder: URL) throws {
    try Data(text.utf8).write(to: folder.appending(path: name))
  }

  @Test func `agreement prints every coefficient beside prevalence`() throws {
    try Program.withFolder { folder in
      let rows = [("a", "a"), ("a", "a"), ("b", "b"), ("a", "b")].map {
        "{\"one\": \"\($0.0)\", \"two\": \"\($0.1)\"}\n"
      }
      try write(rows.joined(), "ratings.jsonl", in: folder)
      let outcome = try Program.start(
        "agreement", "ratings.jsonl", "--fields", "one,two", in: folder)
      #expect(outcome.code == 0)
      #expect(outcome.output.hasPrefix("4 items with two or more ratings, 8 ratings; "))
      // Raw 3/4; AC1 9/17; Fleiss 7/15; alpha 1 − 7 · 1/15; Cohen (.75 − .5)/.5.
      for line in [
        "raw agreement                  0.750  [", "Gwet's AC1                     0.529  [",
        "Fleiss' kappa                  0.467", "Krippendorff's alpha, nominal  0.533  [",
        "Cohen's kappa, one and two     0.500", "a         62.5 %",
      ] { #expect(outcome.output.contains("\n\(line)"), "\(line)") }
      let json = try Program.start(
        "agreement", "ratings.jsonl", "--fields=one,two", "--json", in: folder)
      #expect(json.output.contains("{\"category\":\"a\",\"kind\":\"category\",\"share\":0.625}\n"))
    }
  }

  @Test func `agreement refuses what it cannot read`() throws {
    try Program.withFolder { folder in
      try write("{\"one\": 1}\n", "ratings.jsonl", in: folder)
      let alone = try Program.start("agreement", "ratings.jsonl", "--fields", "one", in: folder)
      #expect(alone.code == 3)
      #expect(
        alone.complaint
          == "plumb: ratings.jsonl: no item has two ratings — name the fields of two raters\n")
      let unnamed = try Program.start("agreement", "ratings.jsonl", in: folder)
      #expect(
        unnamed.complaint
          == "plumb: ratings.jsonl:1:1 ratings — is no list — "
          + "give a list, or name fields, as --fields first,second\n")
      let scale = try Program.start("agreement", "ratings.jsonl", "--scale", "cubic", in: folder)
      #expect(scale.code == 2)
    }
  }

  @Test func `power prints the known numbers`() throws {
    let table = try Program.start("power", "--quiet")
    // scipy's noncentral t: power .79960 at 786 prompts, .80010 at 787.
    #expect(table.output.contains("\n 5.0 points      787  0.800\n"))
    let soft = try Program.start("power", "--deviation", "0.38", "--difference", "0.05", "--json")
    #expect(soft.output.contains("\"prompts\":456"))
    // Paired: √(2 · .38² · (1 − .36)) = .42992; by the noncentral t .042502.
    let paired = try Program.start(
      "power", "--deviation=0.38", "--correlation=0.36", "--prompts=805", "--quiet")
    #expect(paired.output.contains("\n4.3 points      805  0.800\n"))
    // With both, the power: scipy's .16770.
    let both = try Program.start(
      "power", "--difference", "0.05", "--prompts", "100", "--quiet")
    #expect(both.output.contains("\n5.0 points      100  0.168\n"))
    let one = try Program.start("power", "-n", "1")
    #expect(one.code == 2)
    #expect(one.complaint == "plumb: one prompt has no spread: give --prompts 2 or more\n")
    let two = try Program.start("power", "-n", "2")
    #expect(two.code == 2)
    #expect(two.complaint.contains("2 prompts and 1 seed cannot show any difference"))
    let seeds = try Program.start(
      "power", "--seeds", "3", "--seed-deviation", "0.05", "--correlation", "0", "--difference",
      "0.05")
    #expect(seeds.code == 2)
    #expect(
      seeds.complaint.contains("no number of prompts is enough with 3 seeds: give more --seeds"))
    let alone = try Program.start("power", "--seed-deviation", "0.05")
    #expect(alone.code == 2 && alone.complaint.contains("give --seeds"))
    let wrong = try Program.start("power", "--power", "1")
    #expect(wrong.code == 2)
    #expect(wrong.complaint.contains("a number between 0.0 and 1.0"))
  }

  private func annotations(_ model: String, _ preferences: [Double]) -> String {
    let rows = preferences.enumerated().map { index, preference in
      """
      {"instruction": "i\(index)", "output_1": "\(String(repeating: "a", count: 20 + index % 7))",
       "generator_1": "base", "output_2": "\(String(repeating: "b", count: 22 + index % 5))",
       "generator_2": "\(model)", "annotator": "judge", "preference": \(1 + preference)}
      """
    }
    return "[" + rows.joined(separator: ",\n") + "]"
  }

  @Test func `a leaderboard ranks its files`() throws {
    try Program.withFolder { folder in
      try write(
        annotations("weak", (0..<60).map { $0 % 4 == 0 ? 0.75 : 0.25 }), "weak.json", in: folder)
      try write(
        annotations("strong", (0..<60).map { $0 % 4 == 0 ? 0.25 : 0.75 }), "strong.json",
        in: folder)
      let outcome = try Program.start(
        "leaderboard", "weak.json", "strong.json", "--json", in: folder)
      #expect(outcome.code == 0, "\(outcome.complaint)")
      let lines = outcome.output.split(separator: "\n")
      #expect(lines.count == 3)
      // Their paired difference stands below them.
      #expect(lines[2].contains("0.25"))
      #expect(lines[0].contains("\"model\":\"strong\"") && lines[0].contains("\"ranks\":[1,1]"))
      #expect(lines[0].contains("\"value\":0.625") && lines[1].contains("\"value\":0.375"))
      let table = try Program.start("leaderboard", "weak.json", "strong.json", in: folder)
      #expect(
        table.output.hasPrefix(
          "2 models against base, judged by judge; 95 % intervals over prompts"))
      #expect(table.output.contains("not comparable to a published leaderboard"))
      let pilots = try Program.start("power", "weak.json", "strong.json", "--json", in: folder)
      #expect(pilots.output.contains("\"paired\":true"))
      try write("{\"text\": 1}\n", "rows.jsonl", in: folder)
      let other = try Program.start("leaderboard", "rows.jsonl", in: folder)
      #expect(other.code == 3)
      #expect(
        other.complaint
          == "plumb: rows.jsonl: is no file of judgments — "
          + "give annotations of AlpacaEval, judgments of Arena-Hard or MT-bench, judgments.jsonl of "
          + "plumb judge, or answers that a page of plumb annotate saved\n")
    }
  }

  @Test func `a pilot is one judge's, of one model, every comparison once`() throws {
    try Program.withFolder { folder in
      let rows = annotations("new", (0..<40).map { $0 % 3 == 0 ? 0.25 : 1 })
      try write(rows, "once.json", in: folder)
      let twice = rows.dropLast() + "," + rows.dropFirst()
      try write(String(twice), "twice.json", in: folder)
      let once = try Program.start("power", "once.json", "--json", in: folder)
      let repeated = try Program.start("power", "twice.json", "--json", in: folder)
      #expect(once.code == 0 && once.output.contains("\"kind\":\"power\""))
      #expect(
        repeated.output == once.output
          + "{\"about\":\"repeated_rows\",\"count\":40,\"kind\":\"remark\",\"text\":\"40 rows repeat an "
          + "earlier row of the same comparison; each comparison counts once\"}\n")
      let text = try Program.start("power", "twice.json", in: folder)
      #expect(
        text.output.hasSuffix(
          "\n\n40 rows repeat an earlier row of the same comparison; each comparison counts once\n")
      )
      let other = rows.replacing("\"judge\"", with: "\"claude\"").replacing(
        ": 2.0}", with: ": 1.5}")
      try write(String(rows.dropLast() + "," + other.dropFirst()), "judges.json", in: folder)
      let both = try Program.start("power", "judges.json", in: folder)
      #expect(both.code == 3)
      #expect(
        both.complaint
          == "plumb: judges.json: holds judgments of 2 judges (judge, claude) — name one with --judge\n"
      )
      let one = try Program.start("power", "judges.json", "--judge", "judge", "--json", in: folder)
      #expect(one.output == once.output)
      let second = annotations("other", (0..<40).map { $0 % 2 == 0 ? 0 : 1 })
      try write(String(rows.dropLast() + "," + second.dropFirst()), "models.json", in: folder)
      let models = try Program.start("power", "models.json", in: folder)
      #expect(models.code == 3)
      #expect(
        models.complaint
          == "plumb: models.json: compares 2 pairs of systems (new against base, other against base) — "
          + "give a pilot of one model against its baseline\n")
    }
  }

  /// MT-bench's pairs of one first model with others, both games alike.
  private func pairs(_ first: String, _ second: String, _ winners: [String]) -> String {
    winners.enumerated().map { question, winner in
      """
      {"question_id": \(question), "model_1": "\(first)", "model_2": "\(second)", \
      "g1_winner": "\(winner)", "g2_winner": "\(winner)", "judge": ["gpt", "pair"], "turn": 1}

      """
    }.joined()
  }

  @Test func `a leaderboard reads pairs of MT-bench, whichever place the baseline has`() throws {
    try Program.withFolder { folder in
      let wins = ["model_1", "model_1", "model_1", "tie", "model_2", "error"]
      try write(
        pairs("new", "base", wins) + pairs("other", "base", wins.reversed()), "second.jsonl",
        in: folder)
      try write(
        pairs("base", "new", wins) + pairs("base", "other", ["tie"]), "first.jsonl", in: folder)
      func rates(_ file: String) throws -> [String] {
        let outcome = try Program.start("leaderboard", file, "--json", in: folder)
        #expect(outcome.code == 0, "\(outcome.complaint)")
        return outcome.output.split(separator: "\n").map { line in
          let model = line.contains("\"model\":\"new\"") ? "new" : "other"
          let value = line.components(separatedBy: "\"win_rate\":")[1]
            .components(separatedBy: "\"value\":")[1].prefix { $0 != "}" }
          return "\(model) \(value)"
        }
      }
      // Three wins and a tie of five that have a verdict.
      #expect(try rates("second.jsonl") == ["new 0.7", "other 0.7"])
      let turned = try rates("first.jsonl")
      #expect(turned.count == 2 && turned[0] == "other 0.5" && turned[1].hasPrefix("new 0.3"))
      try write(pairs("a", "b", ["tie"]) + pairs("c", "d", ["tie"]), "none.jsonl", in: folder)
      let none = try Program.start("leaderboard", "none.jsonl", in: folder)
      #expect(none.code == 3)
      #expect(
        none.complaint
          == "plumb: none.jsonl: has comparisons that share no baseline — "
          + "give a file of comparisons with one model, or --bradley-terry\n")
    }
  }
}
