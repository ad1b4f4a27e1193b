import Foundation
import Published
import Runs

/// Values of one metric: of each item in rows, or of a quotient of sums over items.
struct ExamValues {
  let metric: Measure
  /// `[item][row]`; items without an answer have none.
  var rows: [[Double]]
  /// Where the metric is Σ rows / Σ counts.
  var counts: [Int]?
}

/// Grades answers. Nothing here knows a model, so that stored answers can be graded again.
struct ExamGrade {
  let paper: ExamPaper
  let answers: [ExamAnswer]
  /// Scores of the reference's answers, for log-ratios; nil where there are none.
  var reference: [ExamAnswer]?

  private var kind: ExamKind { paper.kind }

  var values: [ExamValues] {
    switch kind.form {
    case .choices: choices
    case .answer: written
    case .text: likelihoods
    case .completions: preferences
    }
  }

  /// Values of every item with an answer.
  private func rows(_ value: (ExamItem, ExamAnswer) -> [Double]) -> [[Double]] {
    zip(paper.items, answers).map { $1.isMissing ? [] : value($0, $1) }
  }

  private func metric(
    _ metric: Measure, _ value: (ExamItem, ExamAnswer) -> Double
  ) -> ExamValues {
    ExamValues(metric: metric, rows: rows { [value($0, $1)] })
  }

  // MARK: Choices

  /// The first of the greatest.
  static func best(_ scores: [Double]) -> Int {
    scores.indices.max { (scores[$0], -$0) < (scores[$1], -$1) } ?? 0
  }

  /// exp of scores, with a sum of 1.
  static func shares(_ scores: [Double]) -> [Double] {
    let top = scores.max() ?? 0
    // Where none is possible at all, none is likelier than others.
    guard top > -Double.infinity else { return scores.map { _ in 1 / Double(scores.count) } }
    let weights = scores.map { exp($0 - top) }
    let sum = weights.reduce(0, +)
    return weights.map { $0 / sum }
  }

  private var choices: [ExamValues] {
    func right(_ item: ExamItem, _ scores: [Double]) -> Double {
      Self.choices(item)[Self.best(scores)].isRight ? 1 : 0
    }
    let accuracy =
      kind == .truthfulQATwo
      ? metric(ExamMetric.accuracy) { item, answer in
        zip(Self.choices(item), Self.shares(answer.scores)).reduce(0) {
          $0 + ($1.0.isRight ? $1.1 : 0)
        }
      }
      : metric(ExamMetric.accuracy) { right($0, $1.scores) }
    var found = [accuracy]
    // Letters are all of one length, and a probability is no choice.
    if kind == .arc || kind == .hellaswag || kind == .choices {
      found += [
        metric(ExamMetric.byCharacters) { item, answer in
          let lengths = Self.choices(item).map { Double($0.text.unicodeScalars.count) }
          return right(item, zip(answer.scores, lengths).map { $0 / $1 })
        },
        metric(ExamMetric.byBytes) { item, answer in
          let lengths = Self.choices(item).map { Double($0.text.utf8.count) }
          return right(item, zip(answer.scores, lengths).map { $0 / $1 })
        },
        metric(ExamMetric.byTokens) { item, answer in
          right(item, zip(answer.scores, answer.tokens).map { $0 / Double($1) })
        },
      ]
    }
    guard kind != .truthfulQATwo else { return found }
    return found + [
      metric(ExamMetric.brier) { item, answer in
        let choices = Self.choices(item)
        let each = 1 / Double(max(1, choices.count(where: \.isRight)))
        return zip(choices, Self.shares(answer.scores)).reduce(0) { sum, choice in
          let distance = choice.1 - (choice.0.isRight ? each : 0)
          return sum + distance * distance
        }
      },
      metric(ExamMetric.overconfidence) { item, answer in
        (Self.shares(answer.scores).max() ?? 0) - right(item, answer.scores)
      },
    ]
  }

  private static func choices(_ item: ExamItem) -> [ExamItem.Choice] {
    if case .choices(let choices) = item.question { choices } else { [] }
  }

  /// Expected calibration error over ten equal bins of the likeliest choice's probability.
  var calibrationError: Double? {
    guard kind.form == .choices, kind != .truthfulQATwo else { return nil }
    var bins = [(count: Int, confidence: Double, right: Double)](repeating: (0, 0, 0), count: 10)
    for (item, answer) in zip(paper.items, answers) where !answer.isMissing {
      let confidence = Self.shares(answer.scores).max() ?? 0
      let bin = min(9, Int(confidence * 10))
      bins[bin].count += 1
      bins[bin].confidence += confidence
      bins[bin].right += Self.choices(item)[Self.best(answer.scores)].isRight ? 1 : 0
    }
    let total = bins.reduce(0) { $0 + $1.count }
    guard total > 0 else { return nil }
    return bins.reduce(0) { $0 + abs($1.confidence - $1.right) } / Double(total)
  }

  // MARK: Written answers

  private var written: [ExamValues] {
    var found: [ExamValues] = []
    var first: [[Double]] = []
    let ways: [(Measure, (String, String) -> Bool)] =
      kind == .gsm8k
      ? [
        (ExamMetric.flexible, GradeSchool.isFlexibleMatch),
        (ExamMetric.strict, GradeSchool.isStrictMatch),
      ] : [(ExamMetric.exact, PlainAnswer.isMatch)]
    for (metric, isMatch) in ways {
      let grades = rows { item, answer in
        guard case .answer(let right) = item.question else { return [] }
        return answer.texts.map { isMatch($0, right) ? 1 : 0 }
      }
      if first.isEmpty { first = grades }
      found.append(ExamValues(metric: metric, rows: grades))
    }
    let samples = paper.settings.samples
    for size in Self.sizes(samples) {
      let (any, all) = ExamMetric.passes(size)
      found += [
        ExamValues(
          metric: any, rows: first.map { $0.isEmpty ? [] : [1 - Self.chance($0, size, of: 0)] }),
        ExamValues(
          metric: all, rows: first.map { $0.isEmpty ? [] : [Self.chance($0, size, of: 1)] }),
      ]
    }
    return found + [
      ExamValues(
        metric: ExamMetric.unfinished, rows: rows { $1.finished.map { $0 ? 0 : 1 } })
    ]
  }

  /// 2, 4, 8 … and the number itself; none for one answer.
  static func sizes(_ samples: Int) -> [Int] {
    guard samples > 1 else { return [] }
    var sizes = Array(sequence(first: 2) { $0 * 2 }.prefix { $0 < samples })
    sizes.append(samples)
    return sizes
  }

  /// The chance that `size` of the grades, drawn without putting back, all have a value:
  /// C(m, size)/C(n, size).
  ///
  /// Source: Chen et al. 2021, "Evaluating large language models trained on code", equation 1; Yao et al.
  /// 2024, "τ-bench", for all of them.
  static func chance(_ grades: [Double], _ size: Int, of value: Double) -> Double {
    let matching = grades.count { $0 == value }
    guard matching >= size else { return 0 }
    return (0..<size).reduce(1) {
      $0 * Double(matching - $1) / Double(grades.count - $1)
    }
  }

  // MARK: Whole texts

  private var likelihoods: [ExamValues] {
    func quotient(
      _ metric: Measure, _ scale: Double, _ count: (String, ExamAnswer) -> Int
    ) -> ExamValues {
      ExamValues(
        metric: metric, rows: rows { [-$1.scores[0] / scale] },
        counts: zip(paper.items, answers).map { item, answer in
          guard case .text(let text) = item.question, !answer.isMissing else { return 0 }
          return count(text, answer)
        })
    }
    return [
      quotient(ExamMetric.bitsPerByte, log(2)) { text, _ in text.utf8.count },
      quotient(ExamMetric.bytePerplexity, 1) { text, _ in text.utf8.count },
      quotient(ExamMetric.wordPerplexity, 1) { text, _ in Self.words(text) },
      quotient(ExamMetric.tokenPerplexity, 1) { _, answer in answer.tokens[0] },
    ]
  }

  /// Pieces between runs of blanks, the empty ones at both ends included.
  ///
  /// Source: lm-evaluation-harness 0.4.13, `PerplexityTask.count_words`.
  static func words(_ text: String) -> Int {
    let scalars = Array(text.unicodeScalars)
    let isBlank = scalars.map(\.properties.isWhitespace)
    return 1 + scalars.indices.count { isBlank[$0] && ($0 == 0 || !isBlank[$0 - 1]) }
  }

  // MARK: Preferences

  private var preferences: [ExamValues] {
    var found = preferences(answers, ExamMetric.preference)
    if let ratios {
      found += preferences(ratios, ExamMetric.implicit).prefix(1)
    }
    return found
  }

  /// Answers with log π − log π_ref as scores.
  private var ratios: [ExamAnswer]? {
    guard let reference, reference.count == answers.count else { return nil }
    return zip(answers, reference).map { answer, base in
      var ratio = answer
      ratio.isTooLong = answer.isMissing || base.isMissing
      if !ratio.isTooLong { ratio.scores = zip(answer.scores, base.scores).map { $0 - $1 } }
      return ratio
    }
  }

  private func preferences(_ answers: [ExamAnswer], _ metric: Measure) -> [ExamValues] {
    let compared = zip(paper.items, answers).map {
      item, answer -> (right: [Double], wrong: [Double]) in
      guard !answer.isMissing, case .completions(let correct, _) = item.question else {
        return ([], [])
      }
      return (
        Array(answer.scores.prefix(correct.count)), Array(answer.scores.dropFirst(correct.count))
      )
    }
    switch kind {
    case .rewardBenchTwo:
      // Items of ties count in a score of their own.
      return [
        ExamValues(
          metric: metric,
          rows: zip(paper.items, compared).map { item, scores in
            guard item.category != RewardBenchTwoRow.ties else { return [] }
            return [RewardBenchTwoRow.credit(correct: scores.right, incorrect: scores.wrong)]
              .compactMap(\.self)
          })
      ]
    case .rmBench:
      func cells(_ metric: Measure, _ isIn: @escaping (Int, Int) -> Bool) -> ExamValues {
        ExamValues(
          metric: metric,
          rows: compared.map { scores in
            scores.right.indices.flatMap { first in
              scores.wrong.indices.filter { isIn(first, $0) }.map {
                scores.right[first] > scores.wrong[$0] ? 1 : 0
              }
            }
          })
      }
      // Styles are ordered: concise, detailed, detailed with markup.
      return [
        cells(metric) { _, _ in true }, cells(ExamMetric.hard, <),
        cells(ExamMetric.normal, ==), cells(ExamMetric.easy, >),
      ]
    default:
      return [
        ExamValues(
          metric: metric,
          rows: compared.map { scores in
            scores.right.isEmpty
              ? [] : [(scores.right.min() ?? 0) > (scores.wrong.max() ?? 0) ? 1 : 0]
          })
      ]
    }
  }

  /// A benchmark's own scores, which are no means over items; and why some are missing.
  var sections: (scores: [(name: String, value: Double)], note: String?) {
    switch kind {
    case .rewardBench: (rewardBench, nil)
    case .rewardBenchTwo: rewardBenchTwo
    default: ([], nil)
    }
  }

  private var rewardBench: [(name: String, value: Double)] {
    var grades: [String: [Double]] = [:]
    for (item, rows) in zip(paper.items, values[0].rows) {
      if let category = item.category { grades[category, default: []] += rows }
    }
    return RewardBenchResult(
      model: "",
      accuracies: grades.filter { !$0.value.isEmpty }.mapValues {
        $0.reduce(0, +) / Double($0.count)
      }
    ).summary
  }

  private var rewardBenchTwo: (scores: [(name: String, value: Double)], note: String?) {
    let rows = zip(paper.items, answers).enumerated().compactMap {
      index, pair -> RewardBenchTwoRow? in
      let (item, answer) = pair
      guard !answer.isMissing, case .completions(let correct, _) = item.question else { return nil }
      return RewardBenchTwoRow(
        id: item.id ?? "\(index)", subset: item.category ?? "",
        correct: Array(answer.scores.prefix(correct.count)),
        incorrect: Array(answer.scores.dropFirst(correct.count)))
    }
    do {
      return (try RewardBenchTwoRow.summary(rows, file: paper.settings.name), nil)
    } catch {
      // Without the ties the other domains still stand.
      let others = rows.filter { $0.subset != RewardBenchTwoRow.ties }
      let scores = (try? RewardBenchTwoRow.summary(others, file: paper.settings.name)) ?? []
      return (scores, "ties have no score: \(error)")
    }
  }
}
