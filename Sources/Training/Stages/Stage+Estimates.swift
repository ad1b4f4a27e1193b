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
    let problems = try sizes.note(name, shape, model)
    let length = min(maxLength, shape.positions)
    let all: [ExampleSize]
    var isCounted = false
    var left: (rows: Int, isCounted: Bool)?
    if learns == .completions {
      let tokenizer = try sizes.tokenizer(model)
      isCounted = tokenizer != nil
      let rows = try data?.demonstrations() ?? []
      all = try rows.map {
        try StageSizes.example($0.prompt, [$0.completion], tokenizer, shape).size
      }.filter { $0.longest <= length }
      if all.isEmpty, !rows.isEmpty { left = (rows.count, tokenizer != nil) }
    } else {
      // A text is cut into pieces of the greatest length and a rest.
      all = try (data?.plainTexts() ?? []).flatMap { text -> [ExampleSize] in
        let tokens = Int(StageSizes.tokens(bytes: text.text.bytes, vocabulary: shape.vocab))
        let pieces = Array(
          repeating: ExampleSize(kind: .sequence, first: length), count: tokens / length)
        return pieces + [ExampleSize(kind: .sequence, first: tokens % length)]
      }
    }
    var estimate = StageEstimate(
      training: training, shape, adapter: model.adapter, precision: sizes.precision, examples: all,
      isCounted: isCounted, order: sizes.order(of: name))
    estimate.problems += problems
    if let left {
      estimate.foresee(
        leftOut: left.rows, "rows", length: length, positions: Int(shape.positions),
        isCounted: left.isCounted)
    }
    return estimate
  }
}

extension ClassifierStage {
  public func estimate(_ name: String, _ sizes: inout StageSizes) throws -> StageEstimate {
    var shape = try sizes.model(model, labels: 1)
    shape.pooling = head.pooling
    let problems = try sizes.note(name, shape, model)
    let length = min(maxLength, shape.positions)
    _ = try test?.labelledTexts(isBinary: true)
    let all = try (data?.labelledTexts(isBinary: true) ?? []).map {
      let tokens = Int(StageSizes.tokens(bytes: $0.text.bytes, vocabulary: shape.vocab))
      return ExampleSize(kind: .scored, first: min(length, tokens))
    }
    var estimate = StageEstimate(
      training: training, shape, adapter: model.adapter, precision: sizes.precision, examples: all)
    estimate.problems += problems
    return estimate
  }
}

extension RewardModelStage {
  public func estimate(_ name: String, _ sizes: inout StageSizes) throws -> StageEstimate {
    let shape = try sizes.model(model, labels: 1)
    let problems = try sizes.note(name, shape, model)
    let length = min(maxLength, shape.positions)
    let tokenizer = try sizes.tokenizer(model)
    // Whether a text ends with the end token is its head's matter.
    let end = endsTexts == false ? 0 : 1
    let pairs = try data?.preferencePairs() ?? []
    let all = try pairs.compactMap { pair -> ExampleSize? in
      let sides = try [pair.chosen, pair.rejected].map { text -> Int in
        guard let tokenizer else {
          return Int(
            StageSizes.tokens(
              bytes: pair.prompt.words.bytes + text.bytes, vocabulary: shape.vocab))
        }
        return try tokenizer.whole(Exchange(pair.prompt, text)).count + end
      }
      guard max(sides[0], sides[1]) <= length else { return nil }
      return ExampleSize(kind: .scored, first: sides[0], others: [sides[1]])
    }
    var estimate = StageEstimate(
      training: training, shape, adapter: model.adapter, precision: sizes.precision, examples: all,
      isCounted: tokenizer != nil, order: sizes.order(of: name))
    estimate.problems += problems
    if all.isEmpty, !pairs.isEmpty {
      estimate.foresee(
        leftOut: pairs.count, "pairs", length: length, positions: Int(shape.positions),
        isCounted: tokenizer != nil)
    }
    if usesMargins, let pair = pairs.first(where: { $0.margin == nil }) {
      estimate.problems.append(
        "margins: row \(pair.id) has no margin, and no score_chosen and score_rejected; add them, or "
          + "set margins: false")
    }
    return estimate
  }
}

extension PromptSettings {
  /// How many prompts there are, and their lengths in tokens, begin token included.
  public struct Sizes: Equatable, Sendable {
    /// Of each prompt, in the order of the data.
    public var lengths: [Double] = []
    /// Of each prompt: the file and row; empty where nobody asks.
    public var ids: [String] = []
    /// Counted, not estimated from bytes.
    public var isExact = false
    /// Cut out of texts by `prefix_tokens`.
    public var areCut = false

    public var count: Int { lengths.count }
    /// The mean.
    public var tokens: Double { lengths.mean }

    /// Those that leave room; all where none does, which is a problem of its own.
    func kept(_ room: PromptRoom) -> Sizes {
      let kept = lengths.indices.filter { room.holds(lengths[$0]) }
      guard !kept.isEmpty else { return self }
      var sizes = self
      sizes.lengths = kept.map { lengths[$0] }
      sizes.ids = ids.isEmpty ? [] : kept.map { ids[$0] }
      return sizes
    }
  }

  /// - Parameters:
  ///   - vocabulary: of the tokenizer, which decides how many bytes a token has.
  ///   - tokenizer: counts the tokens, where one is there already.
  ///   - first: only so many prompts are used.
  public func sizes(
    vocabulary: Int, tokenizer: Tokenizer? = nil, first: Int = Int.max
  ) throws -> Sizes {
    guard let data else { return Sizes() }
    let wanted = min(limit ?? Int.max, first)
    let all = try dialogues(of: data)
    guard let prefixTokens else {
      return Sizes(
        lengths: try all.prefix(wanted).map {
          try StageSizes.tokens(of: $0.dialogue, tokenizer, vocabulary: vocabulary)
        }, ids: all.prefix(wanted).map(\.id), isExact: tokenizer != nil)
    }
    let cut = Double(prefixTokens)
    // The tokenizers of stages put a token in front.
    let length = cut + Double(tokenizer?.leadingTokens.count ?? 1)
    let long = all.lazy.filter {
      StageSizes.tokens(bytes: $0.dialogue.words.bytes, vocabulary: vocabulary) >= cut
    }
    return Sizes(
      lengths: long.prefix(wanted).map { _ in length }, isExact: true, areCut: true)
  }
}

extension StageSizes {
  /// The tokens of a prompt as a model reads it; about so many where there is no tokenizer yet.
  static func tokens(
    of prompt: Dialogue, _ tokenizer: Tokenizer?, vocabulary: Int
  ) throws -> Double {
    try tokenizer.map { Double(try $0.read(prompt, []).prompt.count) }
      ?? tokens(bytes: prompt.words.bytes, vocabulary: vocabulary)
  }

  /// The tokens of a prompt and of its completions with their end tokens, as a model reads them; `isCut`
  /// where a token holds the end of the one and the beginning of the other.
  static func example(
    _ prompt: Dialogue, _ completions: [String], _ tokenizer: Tokenizer?,
    _ shape: ModelConfiguration
  ) throws -> (size: ExampleSize, isCut: Bool) {
    guard let tokenizer else {
      func about(_ text: String) -> Int {
        Int(tokens(bytes: text.bytes, vocabulary: shape.vocab).rounded())
      }
      let size = ExampleSize(
        kind: .completions, first: about(prompt.words), others: completions.map(about))
      return (size, false)
    }
    let reading = try tokenizer.read(prompt, completions)
    let end = shape.endTokens(with: tokenizer).isEmpty ? 0 : 1
    let size = ExampleSize(
      kind: .completions, first: reading.prompt.count,
      others: reading.completions.map { $0.count + end })
    return (size, !reading.straddling.isEmpty)
  }
}

extension SampleStage {
  public func estimate(_ name: String, _ sizes: inout StageSizes) throws -> StageEstimate {
    guard case .model(let policy) = policy else { return try estimateOfServer(name, &sizes) }
    let shape = try sizes.model(policy)
    let all = try prompts.sizes(vocabulary: shape.vocab, tokenizer: try sizes.tokenizer(policy))
    let room = PromptRoom(for: maxTokens, in: shape.positions, prompts.surplus)
    let offered = all.kept(room)
    let (count, tokens) = (offered.count, offered.tokens)
    sizes.candidates[name] = StageSizes.CandidateSizes(
      prompts: count, each: perPrompt, promptTokens: tokens, completionTokens: Double(maxTokens),
      haveRewards: reward != nil, offered: offered)
    var estimate = StageEstimate(
      sampling: shape, precision: sizes.precision, prompts: offered, each: perPrompt,
      maxTokens: maxTokens, together: min(chunk, max(1, count)) * perPrompt, isTaken: true)
    estimate.operations += try sizes.operations(
      of: reward, tokens: Double(count * perPrompt) * (tokens + Double(maxTokens)))
    estimate.foresee(all, room)
    return estimate
  }

  /// What is drawn by a server costs this machine nothing but rewards.
  private func estimateOfServer(
    _ name: String, _ sizes: inout StageSizes
  ) throws -> StageEstimate {
    guard case .server(let maker) = policy else { return StageEstimate(examples: 0) }
    let tokenizer = try maker.tokenizer.flatMap { try sizes.tokenizer($0) }
    let offered = try prompts.sizes(
      vocabulary: tokenizer?.vocabularySize ?? 32_000, tokenizer: tokenizer)
    sizes.candidates[name] = StageSizes.CandidateSizes(
      prompts: offered.count, each: perPrompt, promptTokens: offered.tokens,
      completionTokens: Double(maxTokens), haveRewards: reward != nil, offered: offered)
    let texts = Double(offered.count * perPrompt)
    let tokens = texts * (offered.tokens + Double(maxTokens))
    var estimate = StageEstimate(examples: offered.count, tokens: tokens)
    estimate.operations = try sizes.operations(of: reward, tokens: tokens)
    return estimate
  }
}

extension AlignStage {
  public var checkpoints: Int { training.checkpoints }
  public var checkpointSteps: [Int]? { training.knownCheckpointSteps }

  public func estimate(_ name: String, _ sizes: inout StageSizes) throws -> StageEstimate {
    let shape = try sizes.model(policy)
    let problems = try sizes.note(name, shape, from: policy, under: adapter)
    let tokenizer = try sizes.tokenizer(policy)
    let (rows, every) = try examples(&sizes, tokenizer, shape)
    let limit = min(maxLength ?? shape.positions, shape.positions)
    // One array where nothing is left out: neighbours of a sweep share it.
    let all =
      every.allSatisfy { $0.longest <= limit } ? every : every.filter { $0.longest <= limit }
    var estimate = StageEstimate(
      training: training, shape, adapter: adapter, precision: sizes.precision, examples: all,
      isCounted: tokenizer != nil && !rows.isEmpty, order: sizes.order(of: name),
      hasReference: true, isScored: objective.needs.contains(.reference))
    estimate.problems += problems
    estimate.foresee(movement: training, steps: estimate.steps ?? 0)
    if let problem = candidatesProblem(sizes) ?? widthProblem(rows) {
      estimate.problems.append(problem)
    }
    if !every.isEmpty, all.isEmpty {
      let isCounted = tokenizer != nil && !rows.isEmpty
      let whose =
        every.count == 1
        ? "its one example is" : "all of its \(every.count) examples are"
      let text =
        "data: \(isCounted ? "" : "about ")\(whose) longer than "
        + (limit < shape.positions
          ? "max_length, \(limit) tokens, and those are left out; raise it"
          : "the model's context of \(limit) positions, and those are left out; shorten them")
      if isCounted { estimate.problems.append(text) } else { estimate.remarks.append(text) }
    }
    try alarm?.foresee(into: &estimate, sizes, policy)
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

  /// Why no row of the data gives an example of the candidates that the recipe asks for; nil where
  /// some do.
  private func widthProblem(_ rows: [StageSizes.Row]) -> String? {
    guard asksWidth, objective.needs.width == nil,
      let widest = rows.map(\.completions.count).max(), widest < width
    else { return nil }
    return "candidates: \(type(of: objective).name) takes \(width) candidates of a row, and no row "
      + "of the data has more than \(widest); lower candidates to \(widest)"
  }

  /// Rows and lengths, read once for neighbours of a sweep that learn from the same pairs.
  private func examples(
    _ sizes: inout StageSizes, _ tokenizer: Tokenizer?, _ shape: ModelConfiguration
  ) throws -> (
    rows: [StageSizes.Row], lengths: [ExampleSize]
  ) {
    // Rows of groups depend on the stage's own settings.
    let areOfAll = objective.needs.contains(.pairs) || objective.needs.contains(.labels)
    let key = areOfAll ? sizes.reads.map { "\($0) \(objective.needs.rawValue)" } : nil
    if let key, let shared = sizes.shared, shared.key == key {
      return (shared.rows, shared.lengths)
    }
    let rows = try dataRows()
    let every = try lengths(rows, sizes, tokenizer, shape)
    sizes.shared = key.map { StageSizes.SharedRows(key: $0, rows: rows, lengths: every) }
    return (rows, every)
  }

  /// Prompts of the data's rows with the completions that make an example; none of a sample stage.
  private func dataRows() throws -> [StageSizes.Row] {
    guard case .data(let data)? = source else { return [] }
    if objective.needs.contains(.pairs) {
      return try data.preferencePairs().map {
        StageSizes.Row(prompt: $0.prompt, completions: [$0.chosen, $0.rejected])
      }
    }
    if objective.needs.contains(.labels) {
      return try data.labelledCompletions().map {
        StageSizes.Row(prompt: $0.prompt, completions: [$0.completion])
      }
    }
    return try data.scoredGroups().map(checked).map { group in
      StageSizes.Row(
        prompt: group.prompt, completions: group.completions, read: objective.read(of: group.scores)
      )
    }
  }

  private func lengths(
    _ rows: [StageSizes.Row], _ sizes: StageSizes,
    _ tokenizer: Tokenizer?, _ shape: ModelConfiguration
  ) throws -> [ExampleSize] {
    switch source {
    case .candidates(let stage):
      guard let found = sizes.candidates[stage] else { return [] }
      let each = min(groups, found.each / width)
      let one = ExampleSize(
        kind: .completions, first: Int(found.promptTokens.rounded()),
        others: Array(
          repeating: Int(found.completionTokens),
          count: objective.read(of: (0..<width).map(Double.init))?.count ?? width))
      return Array(repeating: one, count: found.prompts * each)
    case .data:
      return try rows.map { row in
        var size = try StageSizes.example(row.prompt, row.completions, tokenizer, shape).size
        if let read = row.read { size.others = read.map { size.others[$0] } }
        return size
      }
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
