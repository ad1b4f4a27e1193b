import Corpus
import Runs

/// A kind of examination: how rows of its public file become questions, and how answers are graded.
///
/// Prompts are those of lm-evaluation-harness 0.4.13, so that log-likelihoods and grades agree with its.
public enum ExamKind: String, Sendable, Equatable, CaseIterable {
  case arc, mmlu, hellaswag
  case truthfulQAOne = "truthfulqa-mc1"
  case truthfulQATwo = "truthfulqa-mc2"
  case gsm8k
  case rewardBench = "reward-bench"
  case rewardBenchTwo = "reward-bench-2"
  case rmBench = "rm-bench"
  /// Prompts with choices of one's own.
  case choices
  /// Prompts with an answer of one's own.
  case answers
  case perplexity

  /// What is asked of a model.
  public enum Form: Sendable, Equatable {
    case choices, answer, text, completions
  }

  public var form: Form {
    switch self {
    case .arc, .mmlu, .hellaswag, .truthfulQAOne, .truthfulQATwo, .choices: .choices
    case .gsm8k, .answers: .answer
    case .perplexity: .text
    case .rewardBench, .rewardBenchTwo, .rmBench: .completions
    }
  }

  /// The form in words, for tables.
  public var words: String {
    switch form {
    case .choices: "log-likelihood of each choice"
    case .answer: "answer in text"
    case .text: "log-likelihood of whole texts"
    case .completions: "scores of better and worse completions"
    }
  }

  /// Whether items may have others with their answers in front of them.
  public var takesShots: Bool {
    switch self {
    // Six examples are part of the prompt.
    case .truthfulQAOne, .truthfulQATwo: false
    default: form == .choices || form == .answer
    }
  }

  /// The metric by which checkpoints are compared, by its name in ``ExamMetric``.
  public var primary: String {
    switch self {
    case .arc, .hellaswag: "acc_norm"
    case .mmlu, .truthfulQAOne, .truthfulQATwo, .choices: "acc"
    case .gsm8k: "flexible_extract"
    case .answers: "exact_match"
    case .perplexity: "bits_per_byte"
    case .rewardBench, .rewardBenchTwo, .rmBench: "accuracy"
    }
  }

  /// Texts at which a written answer ends.
  ///
  /// Source: lm-evaluation-harness 0.4.13, `tasks/gsm8k/gsm8k.yaml`.
  public var until: [String] {
    switch self {
    case .gsm8k: ["Question:", "</s>", "<|im_end|>"]
    case .answers: ["\n\n"]
    default: []
    }
  }

  /// The kind that the name of an examination says: `mmlu`, `gsm8k_train`, `rewardbench2`.
  public init?(named name: String) {
    let plain = String(name.lowercased().filter { $0.isLetter || $0.isNumber })
    // The longest first: reward-bench-2 begins as reward-bench does.
    let found = Self.allCases.filter { kind in
      guard kind != .choices, kind != .answers else { return name == kind.rawValue }
      return plain.hasPrefix(String(kind.rawValue.filter { $0.isLetter || $0.isNumber }))
    }.max { $0.rawValue.count < $1.rawValue.count }
    guard let found else { return nil }
    self = found
  }

  /// The kind that the fields of a file's first row say.
  ///
  /// - Throws: ``PublishedError`` where they say none, or two.
  init(of object: JSONObject, file: String) throws(PublishedError) {
    func has(_ names: String...) -> Bool { names.allSatisfy { object[$0] != nil } }
    func isList(_ name: String) -> Bool { object[name]?.array != nil }
    if has("endings", "ctx_a") {
      self = .hellaswag
    } else if has("mc1_targets") || has("mc2_targets") {
      throw .content(
        file: file, problem: "is TruthfulQA, of which there are two examinations",
        advice: "name it truthfulqa-mc1 or truthfulqa-mc2, or give that as its kind")
    } else if has("answerKey") {
      self = .arc
    } else if has("choices", "answer") {
      self = has("question") ? .mmlu : .choices
    } else if isList("chosen"), isList("rejected") {
      self =
        object["chosen"]?.array?.count == 3 && object["rejected"]?.array?.count == 3
        ? .rmBench : .rewardBenchTwo
    } else if has("chosen", "rejected") {
      self = .rewardBench
    } else if has("answer"), has("question") || has("prompt") {
      self = object["answer"]?.string?.contains(GradeSchool.mark) == true ? .gsm8k : .answers
    } else if has("text") {
      self = .perplexity
    } else {
      let fields = object.members.map { JSONText.line(.string($0.key)) }.joined(separator: ", ")
      throw .content(
        file: file, problem: "has the fields \(fields), which no examination has",
        advice: "give its kind, or rename columns as README says")
    }
  }
}
