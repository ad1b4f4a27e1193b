import Runs
import Statistics

/// What is told of answers to an examination, each declared once.
enum ExamMetric {
  static let accuracy = Measure(
    "acc", title: "Accuracy", .higher, .share,
    definition:
      "Share of items whose likeliest choice is right, the first of equals; of TruthfulQA MC2 "
      + "the probability of right choices among all.")
  static let byCharacters = Measure(
    "acc_norm", title: "Accuracy by characters", .higher, .share,
    definition:
      "The same by log-likelihood per character of the choice, lm-evaluation-harness's acc_norm.")
  static let byBytes = Measure(
    "acc_bytes", title: "Accuracy by bytes", .higher, .share,
    definition: "The same by log-likelihood per byte of the choice.")
  static let byTokens = Measure(
    "acc_tokens", title: "Accuracy by tokens", .higher, .share,
    definition: "The same by log-likelihood per token of the choice.")
  static let brier = Measure(
    "brier", title: "Brier score", .lower, .nonnegative,
    definition:
      "Mean over items of Σ (p − y)² over choices, p their probabilities among each other and y 1 "
      + "for the right ones (shared where there are several).")
  static let calibrationError = Measure(
    "calibration_error", title: "Calibration error", .lower, .share,
    definition:
      "Expected distance of the likeliest choice's probability from its accuracy, in ten equal "
      + "bins of probability (Guo et al. 2017).")
  static let overconfidence = Measure(
    "overconfidence", title: "Overconfidence", .neutral,
    definition: "Mean probability of the likeliest choice, less accuracy.")

  /// The least and greatest value of one item, where a mean of few would have an interval beyond them.
  private static let ranges: [String: ClosedRange<Double>] = [
    brier.name: 0...2, overconfidence.name: -1...1,
  ]

  /// An estimate whose interval does not leave what is possible.
  static func kept(_ estimate: Estimate?, of metric: Measure) -> Estimate? {
    guard let range = ranges[metric.name], let interval = estimate?.interval else {
      return estimate
    }
    var kept = estimate
    kept?.interval = Interval(
      max(interval.low, range.lowerBound), min(interval.high, range.upperBound))
    return kept
  }

  static let strict = Measure(
    "strict_match", title: "Strict match", .higher, .share,
    definition: "Share of answers with the right number behind the first ####.")
  static let flexible = Measure(
    "flexible_extract", title: "Flexible extract", .higher, .share,
    definition: "Share of answers whose last number is right.")
  static let exact = Measure(
    "exact_match", title: "Exact match", .higher, .share,
    definition:
      "Share of answers that equal the right one in lower case, without blanks at the ends and "
      + "more than one between words, and without a full stop.")
  static let unfinished = Measure(
    "unfinished", title: "Unfinished", .neutral, .share,
    definition: "Share of answers that reached the length limit.")

  /// Right at least once among k answers, and every time.
  static func passes(_ k: Int) -> (any: Measure, all: Measure) {
    (
      Measure(
        "pass_at_\(k)", title: "pass@\(k)", .higher, .share,
        definition: "Chance that one of \(k) answers is right, without bias from all of them."),
      Measure(
        "pass_all_\(k)", title: "pass^\(k)", .higher, .share,
        definition: "Chance that all of \(k) answers are right, without bias from all of them.")
    )
  }

  static let bitsPerByte = Measure(
    "bits_per_byte", title: "Bits per byte", unit: "bits per byte", .lower, .nonnegative,
    definition: "Σ −log₂ π of all texts by their bytes.")
  static let bytePerplexity = Measure(
    "byte_perplexity", title: "Perplexity per byte", .lower, .exponential,
    definition: "exp of the mean negative log-likelihood per byte.")
  static let wordPerplexity = Measure(
    "word_perplexity", title: "Perplexity per word", .lower, .exponential,
    definition: "The same per word, between blanks.")
  static let tokenPerplexity = Measure(
    "token_perplexity", title: "Perplexity per token", .lower, .exponential,
    definition: "The same per token, which differs between tokenizers.")

  static let preference = Measure(
    "accuracy", title: "Accuracy", .higher, .share,
    definition: "Share of comparisons in which the better completion scores higher, ties lost; of "
      + "RewardBench 2 the credit of the best of all.")
  /// By log π − log π_ref in the place of log π.
  static let implicit = Measure(
    "implicit_accuracy", title: "Accuracy by log-ratio", .higher, .share,
    definition: "The same by log π − log π_ref of the completions, the policy's implicit reward.")
  static let hard = Measure(
    "hard", title: "Hard", .higher, .share,
    definition: "Comparisons in which the worse completion has the more elaborate style.")
  static let normal = Measure(
    "normal", title: "Normal", .higher, .share, definition: "Comparisons in one style.")
  static let easy = Measure(
    "easy", title: "Easy", .higher, .share,
    definition: "Comparisons in which the better completion has the more elaborate style.")
  /// A published benchmark's own weighted score.
  static func section(_ name: String) -> Measure {
    Measure(
      "score " + name, title: name, .higher, .share,
      definition: "The benchmark's own weighting of its subsets.")
  }
}
