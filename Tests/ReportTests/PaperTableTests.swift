import Foundation
import Runs
import TestSupport
import Testing

@testable import Report

@Suite struct PaperTableTests {
  private static let table = PaperTable(
    "small", caption: "50 % & more_of {it}, β = 0.1; #1 \"a\\b\"",
    columns: [
      .init("name", "Name"), .init("share", "Won", isShare: true),
      .init("kl", "KL", unit: "nats"), .init("calls", "Calls"), .init("empty", "Empty"),
    ],
    rows: [
      [
        .text("a|b, \"c\""), .estimate(0.57, low: 0.4721, high: 0.6627),
        .estimate(1.23456, low: 1.2, high: 1.27), .count(12345), .none,
      ],
      [
        .text("[x]"), .estimate(0.5, low: 0.2, high: 0.8), .estimate(-2.5, low: -3.5, high: -1.5),
        .count(7), .none,
      ],
    ], notes: ["Mind it."])

  /// The half-widths of KL are 0.035 and 1: two digits of the wider one are one decimal.
  @Test func `no interval is printed without a width`() {
    let table = PaperTable(
      "x", caption: "", columns: [.init("kl", "KL")],
      rows: [[.estimate(0.847, low: 0.727, high: 0.988)], [.estimate(40, low: 10, high: 90)]])
    // The widest allows no decimal, the narrowest needs one.
    #expect(table.decimals(of: 0) == 1)
    #expect(table.printed(0, 0).interval == "[0.7, 1.0]")
  }

  /// One bound that is known nearly exactly does not give the others digits that they do not have.
  @Test func `an interval of no width in the column's digits is left out`() {
    let table = PaperTable(
      "x", caption: "", columns: [.init("kl", "KL")],
      rows: [
        [.estimate(23.011335, low: 20.986, high: 25.23)],
        [.estimate(0.1931471, low: 0.1931470, high: 0.1931472)],
      ])
    #expect(table.printed(0, 0).value == "23.0")
    #expect(table.printed(0, 0).interval == "[21.0, 25.2]")
    #expect(table.printed(1, 0) == ("0.2", nil))
  }

  @Test func columnHasTheDigitsOfItsWidestInterval() {
    #expect(Self.table.decimals(of: 1) == 1)
    #expect(Self.table.decimals(of: 2) == 1)
    #expect(Self.table.printed(0, 2).value == "1.2")
    #expect(Self.table.printed(0, 2).interval == "[1.2, 1.3]")
    #expect(Self.table.printed(0, 1).value == "57.0")
    #expect(Self.table.printed(0, 1).interval == "[47.2, 66.3]")
  }

  @Test func numbersWithoutIntervalHaveThreeDigitsOfTheLargest() {
    let table = PaperTable(
      "t", caption: "", columns: [.init("s", "S"), .init("r", "R", isShare: true)],
      rows: [[.number(12.345), .number(0.7)], [.number(0.5), .number(0.123)]])
    #expect(table.printed(0, 0).value == "12.3" && table.printed(1, 0).value == "0.5")
    #expect(table.printed(0, 1).value == "70.0" && table.printed(1, 1).value == "12.3")
  }

  @Test func columnsWithoutContentAreLeftOut() {
    #expect(Self.table.filled?.columns.map(\.key) == ["name", "share", "kl", "calls"])
    let words = PaperTable("t", caption: "", columns: [.init("a", "A")], rows: [[.text("x")]])
    #expect(words.filled == nil)
  }

  @Test func latexShowsEveryCharacterAsItIs() {
    let text = Self.table.formatted(.latex)
    #expect(
      text == ##"""
        \begin{table}
        \centering
        \caption{50 \% \& more\_of \{it\}, $\beta$ = 0.1; \#1 ''a\textbackslash{}b''}
        \label{tab:small}
        \begin{tabular}{lrrrl}
        \hline
        Name & Won (\%) & KL (nats) & Calls & Empty \\
        \hline
        {a$|$b, ''c''} & {57.0} {\scriptsize [47.2, 66.3]} & {1.2} {\scriptsize [1.2, 1.3]} & {12,345} & {--} \\
        {[x]} & {50.0} {\scriptsize [20.0, 80.0]} & {$-$2.5} {\scriptsize [$-$3.5, $-$1.5]} & {7} & {--} \\
        \hline
        \end{tabular}

        \smallskip\noindent {\footnotesize Mind it.}
        \end{table}

        """##)
  }

  /// A float of more rows than a page holds would lose those at its end.
  @Test func latexBreaksLongTablesOverPages() {
    func text(rows: Int) -> String {
      PaperTable(
        "long", caption: "All", columns: [.init("n", "N")], rows: (0..<rows).map { [.count($0)] },
        notes: ["Mind it."]
      ).formatted(.latex)
    }
    #expect(text(rows: 40).contains("\\begin{tabular}{r}"))
    let lines = text(rows: 41).split(separator: "\n")
    #expect(
      lines.prefix(12) == [
        "% needs \\usepackage{longtable}", "{", "\\begin{longtable}{r}", "\\caption{All}",
        "\\label{tab:long} \\\\", "\\hline", "N \\\\", "\\hline", "\\endfirsthead", "\\hline",
        "N \\\\",
        "\\hline",
      ])
    #expect(
      lines.suffix(5) == [
        "{40} \\\\", "\\hline", "\\end{longtable}",
        "\\smallskip\\noindent {\\footnotesize Mind it.}", "}",
      ])
  }

  @Test func `what is the same in all rows stands in the caption for LaTeX`() {
    let table = PaperTable(
      "t", caption: "All.",
      columns: [
        .init("policy", "Policy"), .init("seed", "Seed"), .init("steps", "Time", unit: "s"),
        .init("none", "None"), .init("reward", "Reward"),
      ],
      rows: [1.0, 1.0].map {
        [.text("a"), .count(1), .number(2), .none, .estimate($0, low: 0.5, high: 1.5)]
      })
    let text = table.formatted(.latex)
    #expect(text.contains("\\caption{All. In all rows: Seed 1; Time (s) 2.00.}"))
    #expect(text.contains("\nPolicy & None & Reward \\\\\n"))
    // One row alone has nothing to be equal to, and programs get every column.
    #expect(
      PaperTable("t", caption: "", columns: table.columns, rows: [table.rows[0]])
        .formatted(.latex).contains("Seed"))
    #expect(table.formatted(.csv).hasPrefix("policy,seed,"))
  }

  /// Columns as wide as those of tables that runs gave, of 3, 8 and 20 methods, under captions and notes.
  @Test(arguments: [3, 8, 20])
  func `tables of any number of methods fit a page of one column`(methods: Int) throws {
    for kind in ["frontier", "sweep", "sail"] {
      var columns: [PaperTable.Column] = [.init("policy", "Policy"), .init("method", "Method")]
      if kind == "sweep" { columns += ["beta", "learning_rate"].map { .init($0, $0) } }
      if kind == "sail" {
        columns += [
          .init("seconds", "Time", unit: "s"), .init("tokens", "Tokens"),
          .init("memory", "Peak memory", unit: "GiB"),
        ]
      }
      columns += PaperTables.resultColumns
      let rows = (0..<methods).map { row -> [PaperTable.Cell] in
        columns.map { column in
          switch column.key {
          case "policy": .text("dpo-pref-beta=0.\(row)-learning_rate=1e-4")
          case "method": .text("DPO-pref with adapter \(row)")
          case "beta", "learning_rate": .text("0.000\(row)")
          case "tokens": .count(12_345_678 + row)
          case "seconds", "memory": .number(1234.5 + Double(row))
          default: .estimate(-0.52 - Double(row), low: -1.204 - Double(row), high: 0.31)
          }
        }
      }
      let table = PaperTable(
        kind, caption: "Settings of swept stages, final checkpoints; 95 % intervals over prompts.",
        columns: columns, rows: rows, notes: ["Tried and shown."])
      #expect(try Typesetter.overfull(table.formatted(.latex)).isEmpty, "\(kind)")
    }
  }

  /// Outside of commands and mathematics no character is left that LaTeX reads as more than itself, and
  /// none beyond the letters that it knows.
  @Test func nothingActiveIsLeftForLatex() {
    for value in (1..<0x250) as Range<UInt32> {
      guard let scalar = Unicode.Scalar(value) else { continue }
      var text = LaTeXText.escaped(String(scalar))
      text = text.replacing(#/\\[A-Za-z]+(\{\})?|\\[{}$&#_%]|\$[^$]*\$/#, with: "")
      let active = text.unicodeScalars.contains { "\\{}$&#_%^\"".unicodeScalars.contains($0) }
      #expect(!active, "U+\(String(value, radix: 16)): \(text)")
      let isKnown = text.unicodeScalars.allSatisfy {
        (0x20..<0x7F).contains($0.value) || (0xC0...0x17E).contains($0.value)
      }
      #expect(isKnown, "U+\(String(value, radix: 16)): \(text)")
    }
    #expect(LaTeXText.escaped("中 π−1") == "[U+4E2D] $\\pi$$-$1")
  }

  @Test func markdownKeepsItsColumns() {
    let lines = Self.table.formatted(.markdown).split(separator: "\n").map(String.init)
    #expect(lines[1] == "| Name | Won (%) | KL (nats) | Calls | Empty |")
    #expect(lines[2] == "| --- | ---: | ---: | ---: | --- |")
    #expect(
      lines[3] == #"| a\|b, "c" | 57.0 \[47.2, 66.3\] | 1.2 \[1.2, 1.3\] | 12,345 | – |"#)
  }

  @Test func csvIsThatOfRFC4180() {
    let text = Self.table.formatted(.csv)
    #expect(
      text == "name,share,share_low,share_high,kl,kl_low,kl_high,calls,empty\r\n"
        + "\"a|b, \"\"c\"\"\",0.57,0.4721,0.6627,1.23456,1.2,1.27,12345,\r\n"
        + "[x],0.5,0.2,0.8,-2.5,-3.5,-1.5,7,\r\n")
  }

  @Test func jsonHoldsAllDigits() throws {
    let value = try Runs.JSONValue(parsing: Array(Self.table.formatted(.json).utf8))
    let row = value.object?["rows"]?.array?[0].object
    #expect(row?["kl"]?.object?["value"] == .number(1.23456))
    #expect(row?["calls"] == .integer(12345))
    #expect(row?["empty"] == .null)
    #expect(value.object?["columns"]?.array?[1].object?["unit"] == .string("share"))
  }
}

@Suite struct PaperTablesTests {
  private static func policy(
    _ group: String, _ method: String, seed: Int? = nil, step: Int = 4, isFinal: Bool = true,
    options: [String: String] = [:], sweep: String? = nil
  ) -> EvaluatedPolicy {
    EvaluatedPolicy(
      id: "\(group)/step-\(step)", group: group, method: method, seed: seed, step: step,
      isFinal: isFinal, options: options, weights: "", sweep: sweep)
  }

  private static func measured(
    _ name: String, _ subject: String, _ value: Double, against reference: String? = nil,
    unit: String = ""
  ) -> Runs.Measurement {
    Runs.Measurement(
      name: name, subject: subject, reference: reference, value: value, low: value - 0.1,
      high: value + 0.1, count: 8, clusters: 8, unit: unit, direction: .higher, method: "")
  }

  private static func input(_ folder: URL? = nil) -> ReportInput {
    let options = ["list_temperature": "2.0", "K": "4"]
    let policies = [
      EvaluatedPolicy(
        id: "sft", group: "sft", method: "SFT", seed: nil, step: nil, isFinal: true, options: [:],
        weights: ""),
      policy("lire-T=2", "LIRE", step: 2, isFinal: false, options: options, sweep: "lire"),
      policy("lire-T=2", "LIRE", options: options, sweep: "lire"),
      policy("lire-T=5", "LIRE", options: ["list_temperature": "5.0", "K": "4"], sweep: "lire"),
    ]
    var measurements: [Runs.Measurement] = []
    for (place, policy) in policies.dropFirst().enumerated() {
      measurements += [
        measured("kl", policy.id, Double(place) + 0.5, against: "sft", unit: "nats"),
        measured("reward", policy.id, Double(place)),
        measured("win_rate", policy.id, 0.6, against: "sft", unit: "share"),
        measured("prompts_worse", policy.id, 0.3, against: "sft", unit: "share"),
        measured("perplexity", policy.id, 12, against: "sft"),
      ]
    }
    var input = ReportInput(
      name: "run",
      evaluation: EvaluationRecord(
        reference: "sft", policies: policies, measurements: measurements, bestOf: nil, panels: [],
        protocolNotes: [.init(name: "perplexity scorer", value: "gpt2")]),
      costs: [
        PhaseCost(
          stage: "lire-T=2 seed 0", phase: "train", seconds: 2, peakMemory: 1 << 30, tokens: 100,
          oracleCalls: 0),
        PhaseCost(
          stage: "lire-T=2 seed 1", phase: "train", seconds: 3, peakMemory: 1 << 31, tokens: 100,
          oracleCalls: 5),
      ])
    input.folder = folder
    return input
  }

  @Test func aSearchShowsWhatItAimedAtAndWhatItReached() throws {
    var input = Self.input()
    #expect(throws: PaperTables.Absence("no stage of the recipe has a kl_target")) {
      try PaperTables(input).table("kl-target")
    }
    input.strengths = [
      StrengthRecord(
        stage: "lire-T=2", key: "list_temperature", target: 5, tolerance: 0.1, seed: 0, prompts: 64,
        samples: 4, confidence: 0.95,
        trials: [
          .init(value: "2", kl: 8, low: 7, high: 9.25),
          .init(value: "3.2", kl: 5.25, low: 4.5, high: 6),
        ], chosen: 1, isReached: true, words: "")
    ]
    let table = try PaperTables(input).table("kl-target")
    #expect(
      table.columns.map(\.key).prefix(5) == ["stage", "key", "value", "target", "kl_validation"])
    let row = try #require(table.rows.first)
    #expect(row[0] == .text("lire-T=2"))
    #expect(row[2] == .text("3.2"))
    #expect(row[3] == .number(5))
    #expect(row[4] == .estimate(5.25, low: 4.5, high: 6))
    #expect(row.suffix(2) == [.count(2), .text("yes")])
  }

  @Test func listSaysWhatIsThereAndWhyOthersAreNot() throws {
    let list = try PaperTables(Self.input()).list()
    #expect(
      list.filter { $0.absence == nil }.map(\.name) == [
        "exo", "frontier", "sweep", "lire", "perplexity", "cost",
      ])
    let reasons = Dictionary(uniqueKeysWithValues: list.map { ($0.name, $0.absence) })
    #expect(
      reasons["equal-kl"]
        == "no selection has chosen: the recipe has no evaluation.selection, or the run is not finished"
    )
    #expect(reasons["sail"] == "no stage has the objective sail")
    #expect(
      reasons["irl"]
        == "no policy that was measured comes of rounds that refit a reward (labels: refit)")
    #expect(reasons["rouge-l"] == "the records lie in no folder")
  }

  @Test func lireHasTemperatureCandidatesAndDecreaseRate() throws {
    let table = try PaperTables(Self.input()).table("lire")
    #expect(
      table.columns.map(\.key) == [
        "policy", "temperature", "candidates", "kl", "reward", "win_rate", "prompts_worse",
      ])
    #expect(table.rows[0][1] == .text("2.0") && table.rows[0][2] == .count(4))
    #expect(table.rows[0][6] == .estimate(0.3, low: 0.3 - 0.1, high: 0.3 + 0.1))
  }

  @Test func sweepShowsTheKeysThatDiffer() throws {
    let table = try PaperTables(Self.input()).table("sweep")
    #expect(table.columns.prefix(2).map(\.key) == ["stage", "list_temperature"])
    #expect(table.notes.first?.contains("Tried and shown") == true)
  }

  /// A selection measures one setting of each stage on the test.
  @Test func sweepOfOneSettingShowsTheKeysThatItIsNamedBy() throws {
    var input = Self.input()
    input.evaluation.policies = [
      input.evaluation.policies[0],
      Self.policy(
        "dpo-beta=0.1-learning_rate=1e-4", "DPO",
        options: ["beta": "0.1", "learning_rate": "0.0001", "K": "2"], sweep: "dpo"),
    ]
    input.evaluation.measurements = [
      Self.measured("reward", "dpo-beta=0.1-learning_rate=1e-4/step-4", 2)
    ]
    let table = try PaperTables(input).table("sweep")
    #expect(table.columns.prefix(3).map(\.key) == ["stage", "beta", "learning_rate"])
    #expect(table.rows[0].prefix(3) == [.text("dpo"), .text("0.1"), .text("0.0001")])
  }

  @Test func aRunThatOnlyTrainedHasItsCosts() throws {
    var input = Self.input()
    input.evaluation = EvaluationRecord(
      reference: "", policies: [], measurements: [], bestOf: nil, panels: [], protocolNotes: [])
    let list = try PaperTables(input).list()
    #expect(list.filter { $0.absence == nil }.map(\.name) == ["cost"])
  }

  @Test func frontierHasEveryCheckpoint() throws {
    let table = try PaperTables(Self.input()).table("frontier")
    #expect(table.rows.count == 3)
    #expect(table.rows.map { $0[2] } == [.count(2), .count(4), .count(4)])
  }

  @Test func costsAreSumsOverSeeds() throws {
    let table = try PaperTables(Self.input()).table("cost")
    #expect(
      table.rows == [
        [
          .text("lire-T=2"), .text("train"), .number(5), .number(2), .count(200), .number(40),
          .count(5),
        ]
      ])
  }

  @Test func perplexityNamesItsScorer() throws {
    #expect(try PaperTables(Self.input()).table("perplexity").caption.contains("under gpt2"))
  }

  /// Completions 1, 3 and 4, 4: means 2 and 4, deviations √2 and 0 within.
  @Test func rewardAlongStepsHasBothBands() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "plumb-\(UUID())")
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = RunDirectory(folder).evaluationWork(of: "lire-T=2/step-2")
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    let line =
      #"{"seq":0,"prompts":[{"samples":[{"reward":1},{"reward":3}]},{"samples":[{"reward":4},{"reward":4}]}]}"#
    try Data("\(line)\n".utf8).write(to: file)
    let table = try PaperTables(Self.input(folder)).table("reward-steps")
    #expect(table.rows.count == 1)
    #expect(table.rows[0][2] == .count(2))
    #expect(table.rows[0][4].value == 3)
    // The variance within is (2 + 0)/2.
    #expect(table.rows[0][5] == .number(1))
    #expect(table.rows[0][6] == .number(2) && table.rows[0][7] == .number(4))
  }
}
