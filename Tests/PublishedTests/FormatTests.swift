import Foundation
import Statistics
import TestSupport
import Testing

@testable import Published

@Suite struct DelimitedTableTests {
  @Test func `quoted fields hold commas, quotes and line ends`() throws {
    let table = try DelimitedTable("\u{FEFF},b\r\n\"a,\"\"x\"\"\",\"1\n2\"\r\n,3\n", file: "t.csv")
    #expect(table.header == ["", "b"])
    #expect(table.rows == [["a,\"x\"", "1\n2"], ["", "3"]])
    #expect(table.lines == [2, 4])
    #expect(try table.number(1, 1) == 3)
    #expect(try table.number(1, 0) == nil)
    #expect(try table.column("b") == 1)
  }

  @Test func `what is written is read back`() throws {
    let rows = [["a,b", "say \"x\""], ["", "two\nlines"]]
    let text = DelimitedTable.text(header: ["", "text"], rows: rows)
    #expect(try DelimitedTable(text, file: "t.csv").rows == rows)
  }

  @Test(
    arguments: [
      ("a,b\n1\n", "t.csv:2:1 — 1 columns where the header has 2"),
      ("a,a\n", "t.csv:1:1 — a column name repeats"),
      ("a\n\"x\n", "t.csv:2:1 — a quoted field is not closed"),
      ("a\n\"x\"y\n", "t.csv:2:4 — text after a closing quote"),
      ("a\nx\"y\n", "t.csv:2:2 — a quote inside a field without quotes"),
      ("", "t.csv: is empty"),
    ])
  func `a wrong table is refused with its line`(_ text: String, _ start: String) {
    let shown = message { _ = try DelimitedTable(text, file: "t.csv") }
    #expect(shown.hasPrefix(start), "\(shown)")
  }

  @Test func `a wrong number or column is named`() throws {
    let table = try DelimitedTable("a,n\nx,1e\n", file: "t.csv")
    #expect(
      message { _ = try table.number(0, 1) }
        == "t.csv:2:1 — column 'n' is not a number — correct the row")
    #expect(
      message { _ = try table.column("z") }
        == "t.csv:1:1 — no column 'z' — give a table that has it")
  }
}

@Suite struct AlpacaFormatTests {
  @Test func `the order rule matches CPython`() {
    // evaluation.md 4.1: seeds, and the first outputs for four instructions.
    #expect(AlpacaOrder.firstOutput("a") == 1_168_357_962)
    #expect(AlpacaOrder.firstOutput("hello") == 1_519_453_933)
    for (instruction, output, isSwitched) in [
      (
        "What are the names of some famous actors that started their careers on Broadway?",
        3_250_776_821, true
      ), ("How did US states get their names?", 3_839_078_622, true),
      ("What is some cool music from the 1920s?", 291_344_757, false),
      ("How do I wrap a present neatly?", 684_920_847, false),
    ] as [(String, UInt32, Bool)] {
      #expect(AlpacaOrder.firstOutput("is_switched_outputs\(instruction)0") == output)
      #expect(AlpacaOrder.isSwitched(instruction) == isSwitched)
    }
  }

  @Test func `outputs are read back as written`() throws {
    let outputs = [
      AlpacaOutput(instruction: "a \"b\"", output: "é\n", generator: "m", dataset: "d"),
      AlpacaOutput(instruction: "c", output: "", generator: "m", datasplit: "eval"),
    ]
    #expect(outputs[0].length == 2)
    let file = try TemporaryFile("outputs.json", AlpacaOutput.text(outputs))
    #expect(try AlpacaOutput.read(file.path) == outputs)
  }

  private let annotations = [
    AlpacaAnnotation(
      instruction: "i", dataset: "d", baselineOutput: "abc", baseline: "b", modelOutput: "de",
      model: "m", annotator: "j", preference: 0.75, price: 0.01, seconds: 2),
    AlpacaAnnotation(
      instruction: "k", baselineOutput: "abc", baseline: "b", modelOutput: "d", model: "m",
      annotator: "j", preference: nil),
  ]

  @Test func `annotations are read back as written`() throws {
    let file = try TemporaryFile("annotations.json", AlpacaAnnotation.text(annotations))
    #expect(try AlpacaAnnotation.read(file.path) == annotations)
    let score = try AlpacaScore(annotations, file: file.path)
    #expect(score.summary.winRate == 0.75)
    #expect(score.missing == 1)
    // (2 + 1)/2, cut.
    #expect(score.averageLength == 1)
  }

  private func annotation(_ preference: String, _ more: String = "") -> String {
    """
    [{"instruction": "i", "output_1": "a", "generator_1": "b", "output_2": "c",
      "generator_2": "m", "annotator": "j",
      "preference": \(preference)\(more)}]
    """
  }

  @Test func `older spellings of draws and gaps are understood`() throws {
    for (text, expected) in [("0", 0.5), ("-1", nil), ("null", nil), ("1", 0), ("1.5", 0.5)]
      as [(String, Double?)]
    {
      let file = try TemporaryFile("a.json", annotation(text))
      #expect(try AlpacaAnnotation.read(file.path).first?.preference == expected)
    }
  }

  @Test func `log-probabilities and the order are read where they are stored`() throws {
    let more = """
      , "referenced_models": {"M": "output_1", "m": "output_2"},
      "raw_completion": {"logprobs": {"content": [{"top_logprobs": [
        {"token": "M", "logprob": -1}, {"token": "x", "logprob": -3},
        {"token": "m", "logprob": -2}]}]}}
      """
    let file = try TemporaryFile("a.json", annotation("1.5", more))
    let read = try #require(try AlpacaAnnotation.read(file.path).first)
    #expect(read.firstSlot == -2 && read.secondSlot == -1)
    #expect(read.modelWasFirst == true)
    let first = 1 / (1 + exp(1.0))
    let expected = AlpacaOrder.isSwitched("i") ? first : 1 - first
    #expect(isClose(read.recomputedPreference, expected, within: 1e-15))
  }

  @Test func `a wrong preference is refused with its place`() throws {
    let file = try TemporaryFile("a.json", annotation("3"))
    #expect(
      message { _ = try AlpacaAnnotation.read(file.path) }
        == "\(file.path):3:17 preference — is 3.0 — "
        + "give a number in 1 … 2, 0 for a draw, or null")
    let absent = try TemporaryFile("b.json", #"[{"instruction": 7}]"#)
    #expect(
      message { _ = try AlpacaAnnotation.read(absent.path) }
        == "\(absent.path):1:18 instruction — is 7 — give a text")
  }

  @Test func `files that do not belong together are refused`() throws {
    var mixed = annotations
    mixed[1].model = "other"
    #expect(
      message { _ = try AlpacaScore(mixed, file: "x.json") }
        == "x.json: holds more than one model, baseline or annotator — give one file for each")
    #expect(
      message { _ = try AlpacaScore([], file: "x.json") }
        == "x.json: holds no annotations — give another file")
    #expect(
      message { _ = try AlpacaScore([annotations[1]], file: "x.json") }
        == "x.json: no annotation has a preference — judge it again")
    let difficulty = AlpacaDifficulty(values: [0])
    #expect(
      message {
        _ = try AlpacaScore.comparisons(annotations, difficulty: difficulty, file: "x.json")
      } == "x.json: 2 annotations and 1 difficulties — give the difficulties of these instructions")
  }

  @Test func `a leaderboard is read back as written`() throws {
    let score = try AlpacaScore(annotations, file: "x")
    let board = AlpacaLeaderboard(rows: [score.row(mode: "community")])
    let file = try TemporaryFile("leaderboard.csv", board.text)
    let read = try AlpacaLeaderboard(path: file.path)
    #expect(read == board)
    #expect(read["m"]?.winRate == 75)
    let broken = try TemporaryFile("b.csv", board.text.replacingOccurrences(of: "75.0", with: ""))
    #expect(
      message { _ = try AlpacaLeaderboard(path: broken.path) }
        == "\(broken.path):2:1 — column 'win_rate' is empty — correct the row")
  }

  @Test func `a missing file is one line`() {
    #expect(
      message { _ = try AlpacaOutput.read("/nowhere/x.json") }
        == "/nowhere/x.json: no such file; check the path")
    #expect(
      message { _ = try AlpacaLeaderboard(path: "/nowhere/x.csv") }
        == "/nowhere/x.csv: no such file; check the path")
  }
}

@Suite struct ArenaFormatTests {
  @Test func `questions, answers and judgments are read back as written`() throws {
    let questions = [
      ArenaQuestion(id: "q1", category: "hard", subcategory: "code", prompt: "?")
    ]
    let file = try TemporaryFile("q.jsonl", ArenaQuestion.text(questions))
    #expect(try ArenaQuestion.read(file.path) == questions)
    let answers = [
      ArenaAnswer(
        question: "q1", model: "m", prompt: "?", answer: "# A",
        style: AnswerStyle(tokens: 9, headers: 1, lists: 2, bolds: 3)),
      ArenaAnswer(question: "q2", model: "m", prompt: "?", answer: "B"),
    ]
    let second = try TemporaryFile("a.jsonl", ArenaAnswer.text(answers))
    #expect(try ArenaAnswer.read(second.path) == answers)
    let judgments = [
      ArenaJudgment(
        question: "q1", model: "m", judge: "j", category: "hard", baseline: "b",
        verdicts: [.muchBetter, nil], texts: ["x [[B>>A]]", ""])
    ]
    let text = ArenaJudgment.text(judgments)
    // In the first game the model is B.
    #expect(text.contains("\"score\": \"B>>A\""))
    let third = try TemporaryFile("j.jsonl", text)
    #expect(try ArenaJudgment.read(third.path) == judgments)
    #expect(judgments[0].swapped(cluster: 4).swapped == .win)
    #expect(judgments[0].swapped(cluster: 4).direct == nil)
  }

  @Test func `wrong games are refused with their place`() throws {
    let one = try TemporaryFile(
      "j.jsonl", #"{"uid": "q", "model": "m", "judge": "j", "games": [{"score": "A>B"}]}"# + "\n")
    #expect(
      message { _ = try ArenaJudgment.read(one.path) }
        == "\(one.path):1:51 games — has 1 games — give both orders")
    let odd = try TemporaryFile(
      "j.jsonl",
      #"{"uid": "q", "model": "m", "judge": "j", "games": [{"score": "A"}, {"score": null}]}"#)
    #expect(
      message { _ = try ArenaJudgment.read(odd.path) }
        == "\(odd.path):1:62 games[0].score — is \"A\" — "
        + "give A>>B, A>B, A=B, B>A, B>>A or null")
  }
}

@Suite struct BenchFormatTests {
  @Test func `MT-bench's files are read back as written`() throws {
    let pairs = [
      PairJudgment(
        question: "81", first: "a", second: "b", judge: ["gpt-4", "pair-v2"], direct: .first,
        swapped: .error, turn: 2, texts: ["x", nil])
    ]
    let file = try TemporaryFile("pair.jsonl", PairJudgment.text(pairs))
    #expect(try PairJudgment.read(file.path) == pairs)
    #expect(PairJudgment.verdicts(pairs)[0].swapped == nil)
    let scores = [
      SingleScore(question: "81", model: "a", judge: "gpt-4", score: nil, turn: 1),
      SingleScore(question: "82", model: "a", judge: "gpt-4", score: 7, turn: 1),
    ]
    let second = try TemporaryFile("single.jsonl", SingleScore.text(scores))
    #expect(try SingleScore.read(second.path) == scores)
    let summary = try SingleSummary(scores, file: second.path)
    #expect(summary.unscored == 1 && summary.mean?.value == 7)
    let wrong = try TemporaryFile(
      "pair.jsonl",
      PairJudgment.text(pairs).replacingOccurrences(of: "\"model_1\", \"g2", with: "\"a\", \"g2"))
    #expect(
      message { _ = try PairJudgment.read(wrong.path) }
        .hasSuffix("g1_winner — is \"a\" — give one of model_1, model_2, tie, error"))
    #expect(
      message { _ = try SingleSummary([], file: "s") }
        == "s: holds no scores — give another file")
  }

  @Test func `RewardBench's files are read back as written`() throws {
    let result = RewardBenchResult(
      model: "rm", chatTemplate: "raw", accuracies: ["shp": 0.25, "summarize": 0.75])
    let file = try TemporaryFile("scores.json", result.text)
    let read = try RewardBenchResult(path: file.path)
    #expect(read == result)
    #expect(read.score == 0.5)
    let wrong = try TemporaryFile("scores.json", #"{"model": "rm", "shp": 2}"#)
    #expect(
      message { _ = try RewardBenchResult(path: wrong.path) }
        == "\(wrong.path):1:24 shp — is 2.0 — give an accuracy in 0 … 1")
    let outputs = [
      RewardBenchOutput(
        prompt: "p", chosen: "c", rejected: "r", chosenScore: 2, rejectedScore: 1, subset: "shp"),
      RewardBenchOutput(
        prompt: "p", chosen: "c", rejected: "r", chosenScore: 1, rejectedScore: 1, subset: "shp"),
    ]
    let second = try TemporaryFile("outputs.jsonl", RewardBenchOutput.text(outputs))
    #expect(try RewardBenchOutput.read(second.path) == outputs)
    #expect(RewardBenchOutput.accuracies(outputs) == ["shp": 0.5])
    let lie = try TemporaryFile(
      "outputs.jsonl",
      RewardBenchOutput.text([outputs[0]]).replacingOccurrences(
        of: "\"results\": 1", with: "\"results\": 0"))
    #expect(message { _ = try RewardBenchOutput.read(lie.path) }.contains("contradicts the scores"))
  }

  @Test func `RewardBench 2's rows are read back and scored`() throws {
    let rows = [
      RewardBenchTwoRow(id: "1", subset: "Math", correct: [1], incorrect: [0, 0, 1]),
      RewardBenchTwoRow(id: "ref:1", subset: "Ties", correct: [2], incorrect: [1]),
      RewardBenchTwoRow(id: "tied:1", subset: "Ties", correct: [2, 2], incorrect: [1]),
    ]
    let file = try TemporaryFile("two.jsonl", RewardBenchTwoRow.text(rows))
    #expect(try RewardBenchTwoRow.read(file.path) == rows)
    let domains = try RewardBenchTwoRow.domains(rows, file: file.path)
    #expect(domains["Math"] == 0.5)
    #expect(isClose(domains["Ties"], 1.01, within: 1e-15))
    #expect(
      message { _ = try RewardBenchTwoRow.domains([rows[2]], file: "f") }
        == "f: the rows of ties are not pairs of ref: and tied: — give both rows of each prompt")
  }
}

@Suite struct HarnessFormatTests {
  @Test func `lm-evaluation-harness' samples are read back as written`() throws {
    let samples = [
      HarnessSample(document: 3, target: "B", metrics: ["acc": 1], filter: "none", response: "B")
    ]
    let file = try TemporaryFile("samples.jsonl", HarnessSample.text(samples))
    #expect(try HarnessSample.read(file.path) == samples)
  }

  @Test func `Inspect's log is read back as written`() throws {
    let log = InspectLog(
      task: "t", model: "m", status: "success", totalSamples: 2, completedSamples: 2,
      scores: [.init(scorer: "match", metrics: ["accuracy": 0.5, "stderr": 0.1])],
      samples: [
        .init(id: "1", epoch: 1, scores: ["match": 1]),
        .init(id: "2", epoch: 1, scores: ["match": 0]),
      ])
    let file = try TemporaryFile("log.json", log.text)
    #expect(try InspectLog(path: file.path) == log)
    let letters = try TemporaryFile(
      "log.json",
      log.text.replacingOccurrences(
        of: #""match": {"value": 1.0}"#, with: #""match": {"value": "P"}"#))
    #expect(try InspectLog(path: letters.path).samples[0].scores == ["match": 0.5])
    let old = try TemporaryFile(
      "log.json", log.text.replacingOccurrences(of: "\"version\": 2", with: "\"version\": 1"))
    #expect(
      message { _ = try InspectLog(path: old.path) }
        == "\(old.path):1:13 version — is 1 — give a log of version 2")
  }
}

@Suite struct JudgeFormatTests {
  @Test func `wrong labels and winners are refused`() throws {
    let winner = try TemporaryFile(
      "r.json",
      #"[{"label": 1, "results": [{"swap = False": {"winner": "3"}, "swap = True": {"winner": "1"}}]}]"#
    )
    #expect(
      message { _ = try LLMBarResult.read(winner.path) }
        .hasSuffix("results[0].swap = False.winner — is \"3\" — give 1, 2 or null"))
    let label = try TemporaryFile("r.json", #"[{"label": 3, "results": []}]"#)
    #expect(
      message { _ = try LLMBarResult.read(label.path) }
        == "\(label.path):1:12 label — is 3 — give 1 or 2")
    let dove = try TemporaryFile("v.json", #"{"m": {"a": "model", "b": "best"}}"#)
    #expect(
      message { _ = try DoveVerdicts(path: dove.path) }
        == "\(dove.path):1:27 — a verdict is a text of another kind — give model, gold or equal")
    let table = try TemporaryFile("t.csv", "preferred,shuffled_index\nmine,0\n")
    #expect(
      message { _ = try JudgedSummaries(path: table.path) }
        == "\(table.path):2:1 — column 'preferred' has another value — "
        + "give ours, reference or nothing")
  }

  @Test func `all wrong rows are told at once`() throws {
    let file = try TemporaryFile(
      "t.jsonl", "{\"scenario\": \"s\", \"label\": 5}\n{\"label\": 1}\nx\n")
    let lines = message { _ = try AutoJTest(path: file.path) }.split(separator: "\n")
    #expect(lines.count == 3)
    #expect(lines[0] == "\(file.path):1:28 label — is 5 — give 0, 1 or 2")
    #expect(lines[1] == "\(file.path):2:1 scenario — is missing — give it a text")
  }
}
