import Corpus
import Policy
import Runs

/// Estimates read the rows of data files, to count them, and load no model.
extension TokenizerStage {
  public func estimate(_ name: String, _ sizes: inout StageSizes) throws -> StageEstimate {
    sizes.vocabularies[name] = vocabulary
    return StageEstimate(examples: try data?.plainTexts().count ?? 0)
  }
}

extension LanguageModelStage {
  public func estimate(_ name: String, _ sizes: inout StageSizes) throws -> StageEstimate {
    let shape = try sizes.model(model)
    sizes.models[name] = shape
    let length = Double(min(maxLength, shape.positions))
    let all: [Double]
    if learns == .completions {
      all = try (data?.demonstrations() ?? []).map {
        StageSizes.tokens(
          bytes: $0.prompt.words.bytes + $0.completion.bytes, vocabulary: shape.vocab)
      }.filter { $0 <= length }
    } else {
      // A text is cut into pieces of the greatest length and a rest.
      all = try (data?.plainTexts() ?? []).flatMap { text -> [Double] in
        let tokens = StageSizes.tokens(bytes: text.text.bytes, vocabulary: shape.vocab)
        let whole = Int(tokens / length)
        return Array(repeating: length, count: whole) + [tokens - Double(whole) * length]
      }
    }
    return StageEstimate(
      training: training, shape, examples: all.count, mean: all.mean, longest: length)
  }
}

extension ClassifierStage {
  public func estimate(_ name: String, _ sizes: inout StageSizes) throws -> StageEstimate {
    var shape = try sizes.model(model, labels: 1)
    shape.pooling = head.pooling
    sizes.models[name] = shape
    let length = Double(min(maxLength, shape.positions))
    let all = try (data?.labelledTexts() ?? []).map {
      min(length, StageSizes.tokens(bytes: $0.text.bytes, vocabulary: shape.vocab))
    }
    return StageEstimate(
      training: training, shape, examples: all.count, mean: all.mean, longest: length)
  }
}

extension RewardModelStage {
  public func estimate(_ name: String, _ sizes: inout StageSizes) throws -> StageEstimate {
    let shape = try sizes.model(model, labels: 1)
    sizes.models[name] = shape
    let length = Double(min(maxLength, shape.positions))
    let all = try (data?.preferencePairs() ?? []).compactMap { pair -> Double? in
      let sides = [pair.chosen, pair.rejected].map {
        StageSizes.tokens(bytes: pair.prompt.words.bytes + $0.bytes, vocabulary: shape.vocab)
      }
      return max(sides[0], sides[1]) <= length ? sides[0] + sides[1] : nil
    }
    var estimate = StageEstimate(
      training: training, shape, examples: all.count, mean: all.mean, longest: 2 * length)
    if all.isEmpty {
      estimate.remarks.append(
        "max_length: about all pairs are longer than \(Int(length)) tokens, and those are left out; "
          + "raise it, or the model's positions")
    }
    return estimate
  }
}

extension PromptSettings {
  /// How many prompts there are, and their lengths in tokens.
  public struct Sizes: Equatable, Sendable {
    public var count = 0
    /// The mean.
    public var tokens = 0.0
    public var shortest = 0.0
    public var longest = 0.0
    /// The shortest and the longest are counted, not estimated from bytes.
    public var isExact = false
  }

  /// - Parameters:
  ///   - vocabulary: of the tokenizer, which decides how many bytes a token has.
  ///   - tokenizer: counts the tokens of the longest texts, where one is there already.
  public func sizes(vocabulary: Int, tokenizer: Tokenizer? = nil) throws -> Sizes {
    guard let data else { return Sizes() }
    let all = try dialogues(of: data).prefix(prefixTokens == nil ? limit ?? Int.max : Int.max)
    var lengths = all.map {
      StageSizes.tokens(bytes: $0.dialogue.words.bytes, vocabulary: vocabulary)
    }
    if let prefixTokens {
      let cut = Double(prefixTokens)
      lengths = lengths.filter { $0 >= cut }.map { _ in cut }
    }
    let used = Array(lengths.prefix(limit ?? lengths.count))
    var sizes = Sizes(
      count: used.count, tokens: used.mean, shortest: used.min() ?? 0, longest: used.max() ?? 0,
      isExact: prefixTokens != nil)
    // The tokenizers of stages put a token in front.
    if tokenizer == nil, prefixTokens != nil {
      sizes.shortest += 1
      sizes.longest += 1
    }
    if let tokenizer, prefixTokens == nil {
      // Sixteen of the longest in bytes hold the longest in tokens, or one that is hardly shorter.
      let long = all.map(\.dialogue).sorted { $0.words.utf8.count > $1.words.utf8.count }
      let counts = try long.prefix(16).map { Double(try tokenizer.read($0, []).prompt.count) }
      sizes.longest = counts.max() ?? 0
      sizes.shortest = min(sizes.shortest, sizes.longest)
      sizes.isExact = true
    }
    return sizes
  }
}

extension SampleStage {
  public func estimate(_ name: String, _ sizes: inout StageSizes) throws -> StageEstimate {
    let shape = try sizes.model(policy)
    let offered = try prompts.sizes(
      vocabulary: shape.vocab, tokenizer: try sizes.tokenizer(policy))
    let (count, tokens) = (offered.count, offered.tokens)
    sizes.candidates[name] = StageSizes.CandidateSizes(
      prompts: count, each: perPrompt, promptTokens: tokens, completionTokens: Double(maxTokens),
      haveRewards: reward != nil)
    var estimate = StageEstimate(
      sampling: shape, prompts: count, each: perPrompt, promptTokens: tokens,
      maxTokens: maxTokens, together: min(chunk, max(1, count)) * perPrompt)
    estimate.operations += try sizes.operations(
      of: reward, tokens: Double(count * perPrompt) * (tokens + Double(maxTokens)))
    estimate.foresee(offered, maxTokens: maxTokens, in: shape, needsAll: true)
    return estimate
  }
}

extension AlignStage {
  public var checkpoints: Int { training.checkpoints }

  public func estimate(_ name: String, _ sizes: inout StageSizes) throws -> StageEstimate {
    let shape = try sizes.model(policy)
    sizes.models[name] = shape
    let every = try lengths(sizes, vocabulary: shape.vocab)
    let all = every.filter { $0.longest <= Double(shape.positions) }
    var estimate = StageEstimate(
      training: training, shape, examples: all.count, mean: all.map(\.tokens).mean,
      longest: all.map(\.tokens).max() ?? 0, hasReference: true,
      isScored: objective.needs.contains(.reference))
    estimate.foresee(movement: training, steps: estimate.steps ?? 0)
    if let problem = candidatesProblem(sizes) { estimate.problems.append(problem) }
    if !every.isEmpty, all.isEmpty {
      estimate.remarks.append(
        "data: about all of its \(every.count) examples are longer than the model's context of "
          + "\(shape.positions) positions, and those are left out; shorten them")
    }
    return estimate
  }

  /// Why the samples of a stage give no example; nil where they do, or the rows are no samples.
  private func candidatesProblem(_ sizes: StageSizes) -> String? {
    guard case .candidates(let stage) = source, let found = sizes.candidates[stage] else {
      return nil
    }
    guard found.haveRewards else {
      return "data: the samples of stage \(stage) have no rewards; set reward in it"
    }
    // Single completions come from pairs of a prompt's samples.
    let needed = objective.needs.contains(.labels) ? 2 : width
    guard found.each < needed else { return nil }
    return "\(objective.needs.width == nil ? "candidates" : "data"): "
      + "\(type(of: objective).name) takes \(needed) samples of a prompt, and stage \(stage) draws "
      + "\(found.each); raise its per_prompt"
      + (objective.needs.width == nil ? ", or lower candidates" : "")
  }

  /// Tokens of each example in all, and of its longest row.
  private func lengths(
    _ sizes: StageSizes, vocabulary: Int
  ) throws -> [(tokens: Double, longest: Double)] {
    func length(_ prompt: Dialogue, _ completions: [String]) -> (tokens: Double, longest: Double) {
      func tokens(_ text: String) -> Double {
        StageSizes.tokens(bytes: text.bytes, vocabulary: vocabulary)
      }
      let written = completions.map(tokens)
      let read = tokens(prompt.words)
      return (read + written.reduce(0, +), read + (written.max() ?? 0))
    }
    switch source {
    case .candidates(let stage):
      guard let found = sizes.candidates[stage] else { return [] }
      let each = min(groups, found.each / width)
      let one = (
        tokens: found.promptTokens + Double(width) * found.completionTokens,
        longest: found.promptTokens + found.completionTokens
      )
      return Array(repeating: one, count: found.prompts * each)
    case .data(let data):
      if objective.needs.contains(.pairs) {
        return try data.preferencePairs().map { length($0.prompt, [$0.chosen, $0.rejected]) }
      }
      if objective.needs.contains(.labels) {
        return try data.labelledCompletions().map { length($0.prompt, [$0.completion]) }
      }
      return try data.scoredGroups().map(checked).map { length($0.prompt, $0.completions) }
    case nil: return []
    }
  }
}

extension String {
  fileprivate var bytes: Double { Double(utf8.count) }
}

extension Array where Element == Double {
  fileprivate var mean: Double { isEmpty ? 0 : reduce(0, +) / Double(count) }
}
