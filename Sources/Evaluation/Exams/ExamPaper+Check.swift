import Corpus
import Policy
import Published

extension ExamPaper {
  /// Refuses a model that could not sit the examination, from its shape and tokenizer alone.
  ///
  /// - Throws: ``ExamError``.
  public func check(
    _ shape: ModelConfiguration, _ tokenizer: Tokenizer, named policy: String
  ) throws {
    if let problem = problem(shape, tokenizer) {
      throw ExamError.wrongModel(exam: settings.name, policy: policy, problem: problem)
    }
    let reader = ExamReader(
      self, tokenizer, positions: shape.positions, endTokens: shape.endTokens(with: tokenizer))
    try ExamWork.checkLengths(reader, policy: policy, hasRewardHead: shape.labels != nil)
  }

  /// Why a model cannot sit the examination, to stand behind its name; nil where it can.
  func problem(_ shape: ModelConfiguration, _ tokenizer: Tokenizer) -> String? {
    if settings.isChat, tokenizer.chatTemplate == nil {
      return "has no chat template; leave chat out, or name a template as chat_template"
    }
    return kind.form == .completions && shape.labels != nil
      ? shape.rewardProblem : shape.languageProblem
  }

  /// Names of the numbers that answers to it will have, `accuracy` for what models are compared by among
  /// them.
  public var metrics: [String] {
    let grade = ExamGrade(paper: self, answers: [], reference: [])
    var found = grade.values.map(\.metric.name)
    if kind.form == .choices, kind != .truthfulQATwo {
      found.append(ExamMetric.calibrationError.name)
    }
    let isShare = grade.values.contains {
      $0.metric.name == kind.primary && $0.metric.unit == "share"
    }
    if isShare, !found.contains("accuracy") { found.append("accuracy") }
    return found
  }

  /// As ``tokens(_:positions:)`` where no tokenizer is there yet.
  ///
  /// - Parameter tokens: about how many a text of so many bytes has.
  public func tokens(ofBytes tokens: (Double) -> Double) -> Double {
    func size(_ text: String) -> Double { tokens(Double(text.utf8.count)) }
    return items.reduce(0) { sum, item in
      let prompt = size(dialogue(of: item).words)
      switch item.question {
      case .choices(let choices):
        return sum + prompt + choices.reduce(0) { $0 + size($1.text) }
      case .answer: return sum + prompt + Double(settings.samples * settings.maxTokens)
      case .text(let text): return sum + size(text)
      case .completions(let correct, let incorrect):
        return sum + (correct + incorrect).reduce(0) { $0 + prompt + size($1) }
      }
    }
  }

  /// Tokens that a model of this tokenizer reads and writes, for an estimate.
  public func tokens(_ tokenizer: Tokenizer, positions: Int) throws -> Double {
    let reader = ExamReader(self, tokenizer, positions: positions, endTokens: [])
    let step = max(1, items.count / 64)
    let looked = stride(from: 0, to: items.count, by: step)
    var total = 0.0
    for index in looked {
      let item = try reader.whole(index)
      total +=
        item.prompt.isEmpty
        ? item.sequences.reduce(Double(item.sequences.first?.start ?? 0)) { $0 + Double($1.scored) }
        : Double(item.prompt.count + settings.samples * settings.maxTokens)
    }
    return total * Double(items.count) / Double(max(1, looked.underestimatedCount))
  }
}
