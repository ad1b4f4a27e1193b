import Corpus
import Foundation
import Policy
import Published
import Runs
import Torch

/// Puts the items of an examination to one model.
struct ExamWork {
  let paper: ExamPaper
  let policy: String
  let model: LanguageModel
  let reader: ExamReader

  /// - Throws: ``ExamError`` for a model of another kind, and for items that are too long where those are
  ///   refused.
  init(_ paper: ExamPaper, _ model: LanguageModel, policy: String) throws {
    self.paper = paper
    self.model = model
    self.policy = policy
    let reader = ExamReader(paper, model)
    self.reader = reader
    let shape = model.decoder.configuration
    if let problem = paper.problem(shape, model.tokenizer) {
      throw ExamError.wrongModel(exam: paper.settings.name, policy: policy, problem: problem)
    }
    try Self.checkLengths(reader, policy: policy, hasRewardHead: shape.labels != nil)
  }

  /// Items that are kept together, chosen so that a chunk is some seconds of work.
  static func chunkSize(_ paper: ExamPaper) -> Int {
    switch paper.kind.form {
    case .choices, .completions: 32
    case .answer: max(1, 32 / paper.settings.samples)
    case .text: 8
    }
  }

  /// - Throws: ``ExamError/tooLong(exam:policy:items:longest:positions:)`` where such items are refused,
  ///   ``ExamError/nothingLeft(exam:policy:)`` where none else is there.
  static func checkLengths(
    _ reader: ExamReader, policy: String, hasRewardHead: Bool = false
  ) throws {
    // A reward model reads the end of what is too long for it.
    let paper = reader.paper
    guard !hasRewardHead else { return }
    var longest = 0
    var (surplus, lost) = (0, 0)
    for index in paper.items.indices {
      let length = try reader.whole(index).longest
      longest = max(longest, length)
      guard length > reader.positions else { continue }
      surplus += 1
      // What is cut may still not fit.
      if paper.settings.tooLong != .refuse, try reader.read(index) == nil { lost += 1 }
    }
    if surplus > 0, paper.settings.tooLong == .refuse {
      throw ExamError.tooLong(
        exam: paper.settings.name, policy: policy, items: surplus, longest: longest,
        positions: reader.positions)
    }
    if lost == paper.items.count {
      throw ExamError.nothingLeft(exam: paper.settings.name, policy: policy)
    }
  }

  func chunk(_ index: Int, _ meter: inout CostMeter) throws -> ExamChunk {
    let size = Self.chunkSize(paper)
    let range = index * size..<min((index + 1) * size, paper.items.count)
    return try meter.measure("exam \(paper.settings.name)") { amount in
      if model.decoder.configuration.labels != nil {
        amount.calls = range.count
        return ExamChunk(answers: try rewards(range))
      }
      let items = try range.map { try reader.read($0) }
      var answers = items.map { item -> ExamAnswer in
        guard let item else { return ExamAnswer(isTooLong: true) }
        return ExamAnswer(
          isCut: item.isCut, isStraddling: item.isStraddling, tokens: item.lengths)
      }
      let asked = items.indices.filter { items[$0] != nil }
      let found = asked.compactMap { items[$0] }
      if paper.kind.form == .answer {
        let written = try texts(found, range: asked.map { range.lowerBound + $0 })
        for (place, completions) in zip(asked, written) {
          answers[place].texts = completions.map(\.text)
          answers[place].finished = completions.map(\.isFinished)
          answers[place].tokens = completions.map(\.tokens)
        }
        amount.tokens = written.joined().reduce(0) { $0 + $1.tokens }
        return ExamChunk(answers: answers)
      }
      let sums = try SharedScores(model.decoder).sums(found.map(\.sequences))
      guard sums.joined().allSatisfy({ !$0.isNaN }) else {
        throw ExamError.notFinite(exam: paper.settings.name, policy: policy)
      }
      for (place, sums) in zip(asked, sums) {
        // A whole text is one, in however many windows.
        let isWhole = paper.kind.form == .text
        answers[place].scores = isWhole ? [sums.reduce(0, +)] : sums
        if isWhole { answers[place].tokens = [answers[place].tokens.reduce(0, +)] }
      }
      amount.tokens = answers.reduce(0) { $0 + $1.tokens.reduce(0, +) }
      return ExamChunk(answers: answers)
    }
  }

  // MARK: Rewards

  private func rewards(_ range: Range<Int>) throws -> [ExamAnswer] {
    let reward = try ModelReward(name: policy, model: model)
    let completions = range.map { index -> [String] in
      guard case .completions(let correct, let incorrect) = paper.items[index].question else {
        return []
      }
      return correct + incorrect
    }
    let prompts = range.map { paper.dialogue(of: paper.items[$0]) }
    let values = try reward.rewards(of: completions, after: prompts)
    let positions = model.decoder.configuration.positions
    return try range.indices.map { index in
      let place = index - range.lowerBound
      let lengths = try completions[place].map { text in
        try reward.whole(Exchange(prompts[place], text)).count
      }
      return ExamAnswer(
        isCut: lengths.contains { $0 > positions }, areRewards: true, scores: values[place],
        tokens: lengths)
    }
  }

  // MARK: Written answers

  private struct Written {
    var text: String
    var isFinished: Bool
    var tokens: Int
  }

  private func texts(_ items: [ExamReader.Item], range: [Int]) throws -> [[Written]] {
    guard !items.isEmpty else { return [] }
    let settings = paper.settings
    let numbers = try DrawingNumbers(seed: UInt64(settings.seed), stream: "exam/\(settings.name)")
      .rows(of: range.map(String.init), count: settings.samples, length: settings.maxTokens)
    let sampling = model.sampling(
      temperature: settings.usedTemperature, maxTokens: settings.maxTokens)
    let stops = paper.until
    let tail = (stops.map(\.utf8.count).max() ?? 0) + 4
    let tokenizer = model.tokenizer
    let drawn = try Sampler(model.decoder, sampling).sample(
      items.map(\.prompt), count: settings.samples, uniform: numbers
    ) { tokens in
      // Every token is a byte at least: what is new can only stand at the end.
      let end = tokenizer.decode(Array(tokens.suffix(tail)))
      return stops.contains { !$0.isEmpty && end.contains($0) }
    }
    return zip(items, drawn).map { item, completions in
      completions.map { completion in
        Written(
          text: Self.ended(model.text(of: completion, after: item.prompt), at: stops),
          isFinished: completion.isFinished, tokens: completion.tokens.count)
      }
    }
  }

  /// What stands in front of the first of each of these texts.
  static func ended(_ text: String, at stops: [String]) -> String {
    var text = text
    for stop in stops where !stop.isEmpty {
      if let place = text.range(of: stop, options: .literal) {
        text = String(text[..<place.lowerBound])
      }
    }
    return text
  }
}
