import Foundation
import Testing

/// Commands that read the records of a run.
@Suite struct RecordCommandsTests {
  @Test func `a report is written whole, and the same again`() throws {
    try Program.withFolder { folder in
      let page = folder.appending(path: "page.html")
      let outcome = try Program.start("report", Program.run, "-o", "page.html", in: folder)
      #expect(
        outcome
          == Program.Outcome(code: 0, output: "report: \(page.path)\n", complaint: ""))
      let first = try Data(contentsOf: page)
      let text = String(decoding: first, as: UTF8.self)
      #expect(text.hasPrefix("<!DOCTYPE html>") && text.hasSuffix("</html>\n"))
      #expect(text.contains("Write &lt;b&gt;one&lt;/b&gt; line."))
      _ = try Program.start("report", Program.run, "-o", "page.html", in: folder)
      #expect(try Data(contentsOf: page) == first)
      _ = try Program.start("report", Program.run, "-o", "page.html", "--omit-texts", in: folder)
      #expect(!String(decoding: try Data(contentsOf: page), as: UTF8.self).contains("Write &lt;b"))
    }
  }

  @Test func `several runs make one report, named apart`() throws {
    try Program.withFolder { folder in
      let other = folder.appending(path: "three-prompts")
      try FileManager.default.copyItem(at: URL(filePath: Program.run), to: other)
      let outcome = try Program.start(
        "report", Program.run, other.path, "-o", "both.html", "--json", in: folder)
      #expect(outcome.code == 0)
      #expect(outcome.output.hasPrefix("{\"bytes\":"))
      let page = try String(contentsOf: folder.appending(path: "both.html"), encoding: .utf8)
      #expect(page.contains("<h1 class=\"run\">three-prompts</h1>"))
      #expect(page.contains("<h1 class=\"run\">\(other.path)</h1>"))
    }
  }

  /// Rewards per prompt: sft 0, 1, 2; dpo 2, 1.5, 4 with (1, 3), (1, 2), (4, 4). The differences
  /// 2, 0.5, 2 have mean 1.5 and error 0.5; t(2) at 97.5 % is 4.303, so ± 2.151. All three are
  /// positive: 2 of 8 sign patterns are as extreme. The second prompt has two ties among its four
  /// pairs, so its share is 0.75 between 1 and 1: mean 0.917.
  @Test func `a comparison has the numbers that hand and pencil give`() throws {
    let outcome = try Program.start("compare", Program.run)
    #expect(outcome.code == 0)
    #expect(
      outcome.output == """
        2 checkpoints on 3 prompts, by mean reward, with 95 % intervals

        rank  name        seeds  reward  interval
           ?  dpo/step-4      1     2.5  [−0.8, 5.8]
           ?  sft             1     1.0  [−1.5, 3.5]

        first       second  difference  interval       wins  interval          p  Holm p
        dpo/step-4  sft            1.5  [−0.7, 3.7]  91.7 %  [26.6, 99.8]  0.250   0.250

        Reward: 95 % interval: Student's t over prompts; too few to tell how far it can be trusted.
        Difference, paired by prompt: 95 % interval: Student's t over prompts; too few to tell how far it can be trusted.
        Wins, a tie being half of one: 95 % interval: exact for values between 0 and 1 (Gaffke) over prompts.
        p, two-sided: sign-flip test over prompts, exact.
        Holm p is corrected for all pairs of the table.
        No ranks: 3 prompts cannot tell 2 systems apart.
        Where there is one seed: luck of training is not measured.

        """)
  }

  @Test func `a requirement of no comparison is refused before anything is computed`() throws {
    func complaint(_ requirement: String) throws -> String {
      let outcome = try Program.start("compare", Program.run, "--require", requirement)
      #expect(outcome.code == 2)
      return outcome.complaint
    }
    #expect(
      try complaint("sft - sft: difference > 0")
        == "plumb: --require wants two names that differ: nothing differs from itself, not `sft - sft: difference > 0.0`\n"
    )
    #expect(try complaint("dop - sft: win_rate > 0").contains("'A - B: win_rate > X' of sft, dpo"))
    #expect(try complaint("sfd: reward > 0").contains("did you mean sft?"))
  }

  @Test func `a comparison for programs has every digit`() throws {
    let lines = try Program.start("compare", Program.run, "--json").output.split(separator: "\n")
    #expect(lines.count == 3)
    let last = try #require(lines.last)
    let contrast = try JSONDecoder().decode(Contrast.self, from: Data(last.utf8))
    #expect(contrast.first == "dpo/step-4" && contrast.second == "sft")
    #expect(contrast.difference.value == 1.5 && contrast.difference.clusters == 3)
    #expect(abs(contrast.difference.low - (1.5 - 4.302652729749 * 0.5)) < 1e-9)
    #expect(abs(contrast.winRate.value - 11.0 / 12) < 1e-12)
    // Gaffke's bound is no whole 1 where a value is below it.
    #expect(contrast.winRate.high < 1 && contrast.winRate.low > 0.2)
    #expect(contrast.p == 0.25)
  }

  private struct Contrast: Decodable {
    struct Number: Decodable {
      var value: Double
      var low: Double
      var high: Double
      var clusters: Int
    }
    var first: String
    var second: String
    var difference: Number
    var winRate: Number
    var p: Double

    private enum CodingKeys: String, CodingKey {
      case first, second, difference, p
      case winRate = "win_rate"
    }
  }

  @Test func `two runs on the same prompts are compared, and what differs is said`() throws {
    try Program.withFolder { folder in
      let other = folder.appending(path: "warm")
      try FileManager.default.copyItem(at: URL(filePath: Program.run), to: other)
      let record = other.appending(path: "evaluation.json")
      let text = try String(contentsOf: record, encoding: .utf8)
      try Data(text.replacing("\"value\": \"1\"", with: "\"value\": \"2\"").utf8).write(to: record)
      let outcome = try Program.start("compare", Program.run, other.path)
      #expect(outcome.code == 0)
      #expect(
        outcome.complaint
          == "plumb: the runs differ in 'temperature'; their rewards may not be comparable\n")
      #expect(outcome.output.contains("4 checkpoints on 3 prompts"))
      #expect(outcome.output.contains("warm/dpo/step-4"))
    }
  }
}

@Suite struct CapsuleCommandTests {
  @Test func `a capsule is written, the same twice, and its page is made again`() throws {
    try Program.withFolder { folder in
      let run = folder.appending(path: "run")
      try FileManager.default.copyItem(at: URL(filePath: Program.run), to: run)
      let provenance = run.appending(path: "provenance.json")
      if !FileManager.default.fileExists(atPath: provenance.path) {
        try Data("{\"version\":\"0\"}\n".utf8).write(to: provenance)
      }
      let first = try Program.start("capsule", "run", "-o", "a.tar", in: folder)
      #expect(first.code == 0, "\(first.complaint)")
      #expect(first.output.hasPrefix("capsule: \(folder.path)/a.tar, "))
      _ = try Program.start("capsule", "run", "-o", "b.tar", in: folder)
      let data = try Data(contentsOf: folder.appending(path: "a.tar"))
      #expect(try data == Data(contentsOf: folder.appending(path: "b.tar")))
      #expect(data.range(of: Data("report.html".utf8)) != nil)
      #expect(data.range(of: Data(folder.path.utf8)) == nil)
    }
  }

  @Test func `what is no run has no capsule`() throws {
    try Program.withFolder { folder in
      let outcome = try Program.start("capsule", ".", "-o", "a.tar", in: folder)
      #expect(outcome.code == 3)
      #expect(
        outcome.complaint
          == "plumb: \(folder.path)/provenance.json: not found; plumb capsule needs the folder of a run\n"
      )
      let missing = try Program.start("capsule", ".", in: folder)
      #expect(missing.code == 2)
      #expect(missing.complaint.contains("--output FILE"))
    }
  }
}

@Suite struct TableCommandTests {
  @Test func `tables are listed with the reasons of those that are not there`() throws {
    let outcome = try Program.start("report", Program.run, "--format", "list")
    #expect(outcome.code == 0, "\(outcome.complaint)")
    #expect(outcome.output.contains("\nequal-kl      no selection has chosen: "))
    let json = try Program.start("report", Program.run, "--format", "list", "--json")
    #expect(json.output.split(separator: "\n").count == 13)
  }

  @Test func `a table is printed, or written to a file`() throws {
    try Program.withFolder { folder in
      let run = folder.appending(path: "run")
      try FileManager.default.copyItem(at: URL(filePath: Program.run), to: run)
      let cost =
        #"{"seq":0,"oracleCalls":2,"peakMemory":1073741824,"phase":"train","seconds":4,"stage":"dpo","tokens":8}"#
      try Data("\(cost)\n".utf8).write(to: run.appending(path: "costs.jsonl"))
      let printed = try Program.start("report", "run", "cost", "--format", "csv", in: folder)
      #expect(printed.code == 0, "\(printed.complaint)")
      #expect(
        printed.output
          == "stage,phase,seconds,memory,tokens,tokens_per_second,oracle_calls\r\n"
          + "dpo,train,4.0,1.0,8,2.0,2\r\n")
      let written = try Program.start(
        "report", "run", "cost", "--format", "csv", "-o", "t.csv", in: folder)
      #expect(written.code == 0)
      #expect(
        try Data(contentsOf: folder.appending(path: "t.csv")) == Data(printed.output.utf8))
    }
  }

  @Test func `what is not there is told with its reason`() throws {
    let absent = try Program.start("report", Program.run, "sail", "--format", "latex")
    #expect(absent.code == 3)
    #expect(
      absent.complaint
        == "plumb: sail: no stage has the objective sail; plumb report \(Program.run) --format list "
        + "names what there is\n")
    let unknown = try Program.start("report", Program.run, "sai", "--format", "latex")
    #expect(unknown.code == 2)
    #expect(unknown.complaint.contains("exo, frontier, equal-kl"))
    let missing = try Program.start("report", Program.run, "--format", "latex")
    #expect(missing.code == 2)
  }
}
