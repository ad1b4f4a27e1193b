import Corpus
import Policy
import Runs

extension AlignStage {
  /// The rows of an alignment, read and checked before any model is loaded.
  enum Rows {
    case sampled([AlignmentTask.Example])
    case pairs([PreferencePair])
    case groups([ScoredGroup])
    case labelled([LabelledCompletion])

    /// What the data says; nothing of what was sampled.
    var exchanges: [Exchange] {
      switch self {
      case .sampled: []
      case .pairs(let rows):
        rows.flatMap { [Exchange($0.prompt, $0.chosen), Exchange($0.prompt, $0.rejected)] }
      case .groups(let rows):
        rows.flatMap { row in row.completions.map { Exchange(row.prompt, $0) } }
      case .labelled(let rows): rows.map { Exchange($0.prompt, $0.completion) }
      }
    }

    /// What the rows count for; empty where they were sampled.
    var weights: [Double] {
      switch self {
      case .sampled: []
      case .pairs(let rows): rows.map(\.weight)
      case .groups(let rows): rows.map(\.weight)
      case .labelled(let rows): rows.map(\.weight)
      }
    }

    /// Pairs that say how much better the chosen completion is.
    var margins: Int {
      if case .pairs(let rows) = self { rows.count { $0.margin != nil } } else { 0 }
    }
  }

  /// - Throws: ``TrainingError/unusable(_:)`` naming the first row that the objective cannot use.
  func rows(_ context: StageContext) throws -> Rows {
    switch source {
    case .candidates(let stage):
      let rows = try Journal<CandidateRow>.read(context.directory(of: stage).rows).records
      let isSingle = objective.needs.contains(.labels)
      let examples = try rows.flatMap(isSingle ? singles : split)
      let possible = rows.reduce(0) { sum, row in
        let count = row.candidates.count
        return sum + min(groups, isSingle ? count - count % 2 : count / width)
      }
      if examples.count < possible {
        let what = isSingle ? "completions" : "pairs"
        context.note("\(possible - examples.count) \(what) have equal rewards and say nothing")
      }
      return .sampled(examples)
    case .data(let data):
      if objective.needs.contains(.pairs) {
        return .pairs(try context.read { try data.preferencePairs($0) })
      }
      if objective.needs.contains(.labels) {
        return .labelled(try context.read { try data.labelledCompletions($0) })
      }
      return .groups(try context.read { try data.scoredGroups($0) }.map(checked))
    case nil: return .sampled([])
    }
  }

  /// The examples as the model reads them; those beyond `max_length` or its context are left
  /// out and counted.
  func examples(
    _ rows: Rows, _ model: LanguageModel, _ context: StageContext
  ) throws -> [AlignmentTask.Example] {
    if case .data(let data) = source {
      context.noteReading(of: rows.exchanges, from: data, by: model.reader)
      context.noteWeights(rows.weights)
      if rows.margins > 0 {
        context.note(
          "margins of \(rows.margins) pairs are not used: \(type(of: objective).name) knows none "
            + "(reward models do, with margins: true)")
      }
    }
    let all = try tokenised(rows, model, context)
    let positions = model.decoder.configuration.positions
    let limit = min(maxLength ?? positions, positions)
    let name = limit < positions ? "max_length" : "the context"
    let short = all.filter { example in
      let longest = example.candidates.map(\.count).max() ?? 0
      return example.prompt.count + longest <= limit
    }
    if short.count < all.count {
      try context.leaveOut("\(all.count - short.count) examples exceed \(name) and are left out")
    }
    guard !short.isEmpty else {
      let reason =
        all.isEmpty
        ? "of its data no example is left, as candidates of equal rewards say nothing"
        : "\(all.count == 1 ? "its one example is" : "all \(all.count) examples are") longer than "
          + (limit < positions
            ? "max_length, \(limit) tokens; raise it"
            : "the model's context of \(limit) tokens; shorten the rows")
      throw TrainingError.unusable("stage \(context.name): \(reason)")
    }
    return short
  }

  private func tokenised(
    _ rows: Rows, _ model: LanguageModel, _ context: StageContext
  ) throws -> [AlignmentTask.Example] {
    func example(
      _ id: String, _ prompt: Dialogue, _ completions: [String], _ weight: Double
    ) throws -> AlignmentTask.Example {
      let reading = try context.row(id) { try model.read(prompt, completions) }
      return AlignmentTask.Example(
        id: id, prompt: reading.prompt, candidates: reading.completions, weight: weight)
    }

    switch rows {
    case .sampled(let examples): return examples
    case .pairs(let pairs):
      return try pairs.map {
        try example($0.id, $0.prompt, [$0.chosen, $0.rejected], $0.weight)
      }
    case .groups(let groups):
      return try groups.map {
        var example = try example($0.id, $0.prompt, $0.completions, $0.weight)
        example.rewards = $0.scores
        return example
      }
    case .labelled(let rows):
      return try rows.map {
        var example = try example($0.id, $0.prompt, [$0.completion], $0.weight)
        example.isDesirable = $0.isDesirable
        return example
      }
    }
  }

  /// Cuts a prompt's candidates into examples of `width`; a pair is ordered by reward, and one of
  /// equal rewards says nothing.
  private func split(_ row: CandidateRow) throws -> [AlignmentTask.Example] {
    let isPairwise = objective.needs.contains(.pairs)
    var examples: [AlignmentTask.Example] = []
    for start in stride(from: 0, to: row.candidates.count - width + 1, by: width) {
      guard examples.count < groups else { break }
      var part = Array(row.candidates[start..<start + width])
      let rewards = part.compactMap(\.reward)
      guard rewards.count == width else { throw Self.unlabelled(row) }
      if isPairwise {
        if rewards[0] == rewards[1] { continue }
        if rewards[0] < rewards[1] { part.swapAt(0, 1) }
      }
      try check(rewards, of: "prompt \(row.id)")
      let drawn = part.compactMap(\.logProbability)
      examples.append(
        AlignmentTask.Example(
          id: start == 0 ? row.id : "\(row.id)+\(start)", prompt: row.promptTokens,
          candidates: part.map(\.tokens), rewards: part.compactMap(\.reward),
          sampler: drawn.count == part.count ? drawn : nil))
    }
    return examples
  }

  /// The candidates of a prompt one by one: of neighbours, the better one is desirable and the other
  /// is not, as preference data become labels in the KTO paper; equal rewards say nothing.
  private func singles(_ row: CandidateRow) throws -> [AlignmentTask.Example] {
    let pairs = try PairRule.neighbours(row.candidates.count).flatMap {
      places -> [AlignmentTask.Example] in
      let pair = [places.first, places.second]
      let rewards = pair.compactMap { row.candidates[$0].reward }
      guard rewards.count == 2 else { throw Self.unlabelled(row) }
      guard rewards[0] != rewards[1] else { return [] }
      return zip(pair, [rewards[0] > rewards[1], rewards[1] > rewards[0]]).map { place, isBetter in
        let candidate = row.candidates[place]
        return AlignmentTask.Example(
          id: "\(row.id)+\(place)", prompt: row.promptTokens, candidates: [candidate.tokens],
          isDesirable: isBetter)
      }
    }
    return Array(pairs.prefix(groups))
  }

  private static func unlabelled(_ row: CandidateRow) -> TrainingError {
    .unusable("prompt \(row.id) has candidates without reward; set reward in the sample stage")
  }

  /// The first candidates of a group.
  ///
  /// - Throws: ``TrainingError/unusable(_:)`` for a row that the objective cannot use.
  func checked(_ group: ScoredGroup) throws -> ScoredGroup {
    let scores = Array(group.scores.prefix(width))
    guard scores.count >= objective.smallestGroup else {
      throw TrainingError.unusable(
        "row \(group.id): \(type(of: objective).name) compares at least "
          + "\(objective.smallestGroup) candidates, and there is \(scores.count); remove the row")
    }
    try check(scores, of: "row \(group.id)")
    return ScoredGroup(
      id: group.id, prompt: group.prompt, completions: Array(group.completions.prefix(width)),
      scores: scores, weight: group.weight)
  }

  private func check(_ rewards: [Double], of place: String) throws {
    if let objection = objective.objection(to: rewards) {
      throw TrainingError.unusable("\(place): \(objection)")
    }
  }
}
