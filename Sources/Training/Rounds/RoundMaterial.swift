import Corpus
import Policy
import Runs

/// A prompt of the rounds with what the data holds for it.
struct RoundItem: Equatable {
  struct Completion: Equatable {
    var text: String
    var tokens: [Int]
    /// log μ of a sample, as it was drawn, in nats.
    var logProbability: Double?
  }

  var prompt: PromptSettings.Prompt
  /// A demonstration; a pair, the better one first; or a group. Empty where everything is sampled.
  var given: [Completion] = []
}

/// What the rounds of a stage begin with: rows that were read and not yet cut into tokens.
enum RoundMaterial {
  case prompts(PromptSettings)
  /// Texts of prompts and of the completions that the data holds for each.
  case texts([(id: String, prompt: Dialogue, completions: [String])], of: DataSource?)
  case rows([CandidateRow])

  /// Rounds compare completions with samples anew, whatever a row counts for.
  private static func noteUnused(_ weights: [Double], _ context: StageContext) {
    guard weights.contains(where: { $0 != 1 }) else { return }
    context.note("weights of rows are not used in rounds")
  }

  /// - Throws: `CorpusError` for rows that are not what the stage needs.
  static func read(_ stage: RoundsStage, _ context: StageContext) throws -> RoundMaterial {
    switch (stage.data, stage.choices.source) {
    case (.candidates(let name)?, _):
      return .rows(try Journal<CandidateRow>.read(context.directory(of: name).rows).records)
    case (.data(let data)?, .demonstrations):
      let rows = try context.read { try data.demonstrations($0) }
      if let calling = rows.first(where: { $0.fields != nil }) {
        throw TrainingError.unusable(
          "stage \(context.name): row \(calling.id) answers with calls of tools or thoughts, which "
            + "rounds cannot compare with samples; remove the row")
      }
      noteUnused(rows.map(\.weight), context)
      return .texts(rows.map { ($0.id, $0.prompt, [$0.completion]) }, of: data)
    case (.data(let data)?, .data):
      let rows = try context.read { try data.preferencePairs($0) }
      noteUnused(rows.map(\.weight), context)
      return .texts(rows.map { ($0.id, $0.prompt, [$0.chosen, $0.rejected]) }, of: data)
    case (.data(let data)?, _):
      let rows = try context.read { try data.scoredGroups($0) }
      noteUnused(rows.map(\.weight), context)
      return .texts(rows.map { ($0.id, $0.prompt, $0.completions) }, of: data)
    case (nil, _):
      guard let prompts = stage.prompts else { return .texts([], of: nil) }
      return .prompts(prompts)
    }
  }

  /// The prompts and completions as a model reads them.
  ///
  /// - Parameters:
  ///   - isPairwise: a sample stage's candidates are cut into pairs by their rewards.
  ///   - room: for what is drawn behind each prompt; nil where nothing is.
  /// - Throws: ``TrainingError/unusable(_:)`` where nothing is left.
  func items(
    _ model: LanguageModel, isPairwise: Bool, room: PromptRoom?, _ context: StageContext
  ) throws -> [RoundItem] {
    let all: [RoundItem]
    switch self {
    case .prompts(let settings):
      all = try settings.prompts(model.reader, context).map { RoundItem(prompt: $0) }
    case .texts(let rows, of: let data):
      context.noteReading(
        of: rows.lazy.flatMap { row in row.completions.map { Exchange(row.prompt, $0) } },
        from: data, by: model.reader)
      let found = try rows.compactMap { row -> RoundItem? in
        let reading = try context.row(row.id) { try model.read(row.prompt, row.completions) }
        // Samples begin where the prompt ends, which here is inside a token of the data's completion.
        guard reading.straddling.isEmpty else { return nil }
        return RoundItem(
          prompt: .init(id: row.id, row.prompt, tokens: reading.prompt),
          given: zip(row.completions, reading.completions).map { .init(text: $0, tokens: $1) })
      }
      if found.count < rows.count {
        try context.leaveOut(
          "\(rows.count - found.count) rows have one token for the end of the prompt and the "
            + "beginning of a completion and are left out; plumb data shows them")
      }
      all = found
    case .rows(let rows): all = try rows.flatMap { try Self.items(of: $0, isPairwise: isPairwise) }
    }
    let limit = model.decoder.configuration.positions
    let fitting =
      try room?.kept(
        of: all, "stage \(context.name)", prompt: \.prompt, note: context.leaveOut) ?? all
    let short = fitting.filter { item in
      item.prompt.tokens.count + (item.given.map(\.tokens.count).max() ?? 0) <= limit
    }
    if short.count < fitting.count {
      try context.leaveOut(
        "\(fitting.count - short.count) prompts exceed the context and are left out")
    }
    guard !short.isEmpty else {
      throw TrainingError.unusable(
        all.isEmpty
          ? "stage \(context.name): no row is left to begin with; plumb data shows why"
          : "stage \(context.name): all \(all.count) prompts with what is given to them are longer "
            + "than the model's context of \(limit) tokens; shorten the rows")
    }
    return short
  }

  private static func items(of row: CandidateRow, isPairwise: Bool) throws -> [RoundItem] {
    func item(_ id: String, _ candidates: [CandidateRow.Candidate]) -> RoundItem {
      RoundItem(
        prompt: .init(id: id, row.prompt, tokens: row.promptTokens),
        given: candidates.map { .init(text: $0.text, tokens: $0.tokens) })
    }
    guard isPairwise else { return [item(row.id, row.candidates)] }
    return try PairRule.neighbours(row.candidates.count).compactMap { first, second in
      let pair = [row.candidates[first], row.candidates[second]]
      guard let one = pair[0].reward, let other = pair[1].reward else {
        throw TrainingError.unusable(
          "prompt \(row.id) has candidates without reward; set reward in the sample stage")
      }
      // Equal rewards say nothing.
      guard one != other else { return nil }
      return item(
        first == 0 ? row.id : "\(row.id)+\(first)", one > other ? pair : pair.reversed())
    }
  }
}
