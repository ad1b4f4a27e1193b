import Foundation
import Published
import Runs
import TestSupport
import Testing

@testable import Evaluation

/// Grades with hand-derived values.
@Suite struct ExamGradeTests {
  private let world: ExamWorld

  init() throws { world = try ExamWorld() }

  private func means(_ grade: ExamGrade) -> [String: Double] {
    var means: [String: Double] = [:]
    for values in grade.values where values.counts == nil {
      let all = values.rows.filter { !$0.isEmpty }.map { $0.reduce(0, +) / Double($0.count) }
      means[values.metric.name] = all.reduce(0, +) / Double(all.count)
    }
    return means
  }

  @Test func `accuracies by characters, bytes and tokens choose differently`() throws {
    // Choices of 1, 3 and 2 characters, of 1, 3 and 6 bytes; the third is right.
    let paper = try world.paper(
      "own", #"{"prompt": "a", "choices": ["b", "bbb", "€€"], "answer": 2}"#)
    // By itself −2 is likeliest; per character −2, −1, −1.5; per byte −2, −1, −0.5; per token −2, −3, −0.75.
    let grade = ExamGrade(
      paper: paper, answers: [ExamAnswer(scores: [-2, -3, -3], tokens: [1, 1, 4])])
    let found = means(grade)
    #expect(found["acc"] == 0)
    #expect(found["acc_norm"] == 0)
    #expect(found["acc_bytes"] == 1)
    #expect(found["acc_tokens"] == 1)
    // Equals: the first counts.
    let tied = ExamGrade(
      paper: paper, answers: [ExamAnswer(scores: [-3, -4, -3], tokens: [1, 1, 1])])
    #expect(means(tied)["acc"] == 0)
  }

  @Test func `calibration of two items`() throws {
    let rows = #"{"prompt": "a", "choices": ["b", "c"], "answer": 0}"#
    let paper = try world.paper("own", rows + "\n" + rows)
    // Probabilities 0.8 and 0.2, then 0.2 and 0.8.
    let grade = ExamGrade(
      paper: paper,
      answers: [
        ExamAnswer(scores: [log(0.8), log(0.2)], tokens: [1, 1]),
        ExamAnswer(scores: [log(0.2), log(0.8)], tokens: [1, 1]),
      ])
    let found = means(grade)
    // (0.2² + 0.2² + 0.8² + 0.8²)/2.
    expectClose([found["brier"] ?? 0], [0.68])
    // Both in the bin of 0.8, one right: |0.8 − 0.5|.
    expectClose([grade.calibrationError ?? 0], [0.3])
    expectClose([found["overconfidence"] ?? 0], [0.3])
  }

  @Test func `TruthfulQA MC2 is the probability of the right ones`() throws {
    let paper = try world.paper(
      "truthfulqa-mc2",
      #"{"question": "a", "mc2_targets": {"choices": ["b", "c", "d"], "labels": [1, 0, 1]}}"#)
    let grade = ExamGrade(
      paper: paper,
      answers: [ExamAnswer(scores: [-1000, -1001, -1000 + log(2)], tokens: [1, 1, 1])])
    // (1 + 2)/(1 + 1/e + 2), where exp of the scores themselves is 0.
    expectClose([means(grade)["acc"] ?? 0], [3 / (3 + exp(-1))])
  }

  @Test func `pass@k and pass^k of two right answers among four`() throws {
    let paper = try world.paper("gsm8k", ##"{"question": "a", "answer": "\u0023### 7"}"##) {
      $0.samples = 4
    }
    let grade = ExamGrade(
      paper: paper,
      answers: [
        ExamAnswer(
          texts: ["7", "it is 7", "8", "#### 7 or 9"], finished: [true, true, false, true])
      ])
    let found = means(grade)
    expectClose([found["flexible_extract"] ?? 0, found["strict_match"] ?? 0], [0.5, 0.25])
    // C(2, 2)/C(4, 2) = 1/6 for none right and for all right.
    expectClose([found["pass_at_2"] ?? 0, found["pass_all_2"] ?? 0], [5.0 / 6, 1.0 / 6])
    expectClose([found["pass_at_4"] ?? 0, found["pass_all_4"] ?? 0], [1, 0])
    #expect(found["unfinished"] == 0.25)
    #expect(ExamGrade.sizes(1) == [])
    #expect(ExamGrade.sizes(6) == [2, 4, 6])
  }

  @Test func `perplexities of two texts are quotients of sums`() throws {
    let paper = try world.paper("perplexity", #"{"text": "ab cd"}"# + "\n" + #"{"text": "€ "}"#)
    let grade = ExamGrade(
      paper: paper,
      answers: [ExamAnswer(scores: [-8], tokens: [4]), ExamAnswer(scores: [-2], tokens: [1])])
    let values = Dictionary(uniqueKeysWithValues: grade.values.map { ($0.metric.name, $0) })
    // Bytes 5 and 4; words "ab", "cd", and "€" with the empty piece behind the last blank.
    #expect(values["byte_perplexity"]?.counts == [5, 4])
    #expect(values["word_perplexity"]?.counts == [2, 2])
    #expect(values["token_perplexity"]?.counts == [4, 1])
    expectClose(values["bits_per_byte"]?.rows.flatMap(\.self) ?? [], [8 / log(2), 2 / log(2)])
  }

  // MARK: Preferences

  @Test func `a tie is no preference`() throws {
    let row = #"{"prompt": "a", "chosen": "b", "rejected": "c", "subset": "donotanswer"}"#
    let paper = try world.paper("reward-bench", [row, row, row].joined(separator: "\n"))
    let grade = ExamGrade(
      paper: paper,
      answers: [[1, 0], [0, 0], [0, 1]].map { ExamAnswer(areRewards: true, scores: $0) })
    expectClose([means(grade)["accuracy"] ?? 0], [1.0 / 3])
    // A section with one of its subsets is not comparable.
    #expect(grade.sections.scores.isEmpty)
  }

  @Test func `RewardBench 1 weighs subsets as it does`() throws {
    let subsets = RewardBenchResult(
      model: "", accuracies: [:])
    #expect(subsets.summary.isEmpty)
    let names = [
      "alpacaeval-easy", "alpacaeval-length", "alpacaeval-hard", "mt-bench-easy", "mt-bench-med",
    ]
    let rows = names.map {
      #"{"prompt": "a", "chosen": "b", "rejected": "c", "subset": "\#($0)"}"#
    }
    let paper = try world.paper("reward-bench", rows.joined(separator: "\n"))
    let grade = ExamGrade(
      paper: paper,
      answers: [1.0, 0, 1, 0, 1].map { ExamAnswer(areRewards: true, scores: [$0, 0.5]) })
    // (100 + 95 + 40)/358.
    #expect(grade.sections.scores.map(\.name) == ["Chat"])
    expectClose(grade.sections.scores.map(\.value), [235.0 / 358])
  }

  @Test func `RM-Bench's cells: hard above the diagonal, easy below`() throws {
    let paper = try world.paper(
      "rm-bench",
      #"{"prompt": "a", "chosen": ["b", "c", "d"], "rejected": ["e", "f", "g"], "id": 1}"#)
    // Chosen 1, 2, 3 against rejected 0.5, 1.5, 3.5.
    let grade = ExamGrade(
      paper: paper, answers: [ExamAnswer(areRewards: true, scores: [1, 2, 3, 0.5, 1.5, 3.5])])
    let found = means(grade)
    // Won: 1 > 0.5; 2 > 0.5, 2 > 1.5; 3 > 0.5, 3 > 1.5.
    expectClose(
      [found["accuracy"] ?? 0, found["hard"] ?? 0, found["normal"] ?? 0, found["easy"] ?? 0],
      [5.0 / 9, 0, 2.0 / 3, 1])
  }

  /// The toy of the published rule: .5003731019 for ties.
  @Test func `RewardBench 2 scores ties in pairs and the rest by credit`() throws {
    func row(_ id: String, _ subset: String, _ correct: Int, _ wrong: Int) -> String {
      let chosen = (0..<correct).map { "\"c\($0)\"" }.joined(separator: ", ")
      let rejected = (0..<wrong).map { "\"w\($0)\"" }.joined(separator: ", ")
      return
        #"{"id": "\#(id)", "subset": "\#(subset)", "prompt": "a", "chosen": [\#(chosen)], "rejected": [\#(rejected)]}"#
    }
    let rows = [
      row("ref:0", "Ties", 1, 2), row("tied:0", "Ties", 3, 2), row("ref:1", "Ties", 1, 2),
      row("tied:1", "Ties", 2, 2), row("7", "Math", 1, 3), row("8", "Math", 1, 3),
    ]
    let paper = try world.paper("reward-bench-2", rows.joined(separator: "\n"))
    let scores: [[Double]] = [
      [3, 1, 0], [2.5, 2.3, 2.4, 1.0, 0.5], [0.4, 0.9, 0.1], [1.0, 0.2, 0.5, 0.1],
      // Best alone, and one of two equals.
      [1, 0, 0, 0], [1, 1, 0, 0],
    ]
    var grade = ExamGrade(
      paper: paper, answers: scores.map { ExamAnswer(areRewards: true, scores: $0) })
    #expect(grade.sections.scores.map(\.name) == ["Math", "Ties"])
    expectClose(grade.sections.scores.map(\.value), [0.75, 0.5003731019], within: 5e-11)
    // Ties are no part of the mean over items.
    expectClose([means(grade)["accuracy"] ?? 0], [0.75])
    // Without a partner ties have no score, and why is said.
    let half = try world.paper("reward-bench-2", [rows[1], rows[4]].joined(separator: "\n"))
    grade = ExamGrade(
      paper: half,
      answers: [scores[1], scores[4]].map { ExamAnswer(areRewards: true, scores: $0) })
    #expect(grade.sections.scores.map(\.name) == ["Math"])
    #expect(
      grade.sections.note?.hasPrefix("ties have no score: reward-bench-2: the rows of ties") == true
    )
  }

  @Test func `a policy's log-ratios to the reference are its implicit rewards`() throws {
    let paper = try world.paper(
      "reward-bench", #"{"prompt": "a", "chosen": "b", "rejected": "c", "subset": "x"}"#)
    var grade = ExamGrade(paper: paper, answers: [ExamAnswer(scores: [-5, -4])])
    grade.reference = [ExamAnswer(scores: [-7, -4.5])]
    let found = means(grade)
    #expect(found["accuracy"] == 0)
    // −5 + 7 > −4 + 4.5.
    #expect(found["implicit_accuracy"] == 1)
  }

  @Test func `an item that was left out has no grade`() throws {
    let rows = #"{"prompt": "a", "choices": ["b", "c"], "answer": 0}"#
    let paper = try world.paper("own", rows + "\n" + rows)
    let grade = ExamGrade(
      paper: paper,
      answers: [ExamAnswer(isTooLong: true), ExamAnswer(scores: [-1, -2], tokens: [1, 1])])
    #expect(grade.values[0].rows == [[], [1]])
  }
}
