import Foundation
import Policy
import Runs

/// Measures checkpoints: samples them, scores what they wrote, and gives every number an interval.
///
/// Models are loaded one at a time beside the reference. Results are kept chunk by chunk in
/// `directory`; the same call after an interruption goes on with the next chunk and ends with the
/// same record.
public final class Evaluator {
  /// The reward and what is known about it.
  public struct Oracle {
    public let reward: any Reward
    /// The value is the log-odds of the wanted class, so that its sign classifies.
    public let isLogOdds: Bool
    /// Tells apart versions of one name, for example the hash of a model's weights.
    public let version: String

    public init(_ reward: any Reward, isLogOdds: Bool = false, version: String = "") {
      self.reward = reward
      self.isLogOdds = isLogOdds
      self.version = version
    }

    var identity: String { "\(reward.name)@\(version)" }
  }

  let settings: EvaluationSettings
  let reference: Subject
  let subjects: [Subject]
  let oracle: Oracle
  let heldOut: Oracle?
  let givenScorer: PerplexityScorer?
  let prompts: [EvaluationPrompt]
  let offered: Int
  let directory: URL
  let shouldStop: () -> Bool
  let progress: (EvaluationProgress) -> Void

  /// - Parameters:
  ///   - reference: what divergences and win rates are taken against; measured as well.
  ///   - subjects: the checkpoints, without the reference.
  ///   - heldOut: a reward that nothing was trained on.
  ///   - scorer: gives the perplexity of samples; the reference where it is nil.
  ///   - prompts: the first `settings.prompts` of them are used.
  ///   - directory: where results are kept.
  ///   - shouldStop: asked before each chunk.
  public init(
    settings: EvaluationSettings, reference: Subject, subjects: [Subject], oracle: Oracle,
    heldOut: Oracle? = nil, scorer: PerplexityScorer? = nil, prompts: [EvaluationPrompt],
    directory: URL, shouldStop: @escaping () -> Bool = { false },
    progress: @escaping (EvaluationProgress) -> Void = { _ in }
  ) {
    self.settings = settings
    self.reference = reference
    self.subjects = subjects
    self.oracle = oracle
    self.heldOut = heldOut
    givenScorer = scorer
    self.prompts = Array(prompts.prefix(settings.prompts))
    offered = prompts.count
    self.directory = directory
    self.shouldStop = shouldStop
    self.progress = progress
  }

  /// - Throws: ``EvaluationError`` for prompts or checkpoints that do not fit together, and what
  ///   loading, sampling, rewards and files throw.
  public func run() throws -> EvaluationOutcome {
    try check()
    do {
      return .finished(try evaluate())
    } catch is WorkFolder.Interruption {
      return .interrupted
    }
  }

  private func check() throws {
    guard !prompts.isEmpty else { throw EvaluationError.noPrompts }
    var ids: Set<String> = []
    for prompt in prompts where !ids.insert(prompt.id).inserted {
      throw EvaluationError.repeatedPrompt(prompt.id)
    }
    var policies: Set<String> = []
    for subject in [reference] + subjects where !policies.insert(subject.policy.id).inserted {
      throw EvaluationError.repeatedPolicy(subject.policy.id)
    }
  }

  private func evaluate() throws -> EvaluationResult {
    var meter = CostMeter()
    let base = LazyModel { try self.loaded(self.reference) }
    var rows = [try sample(reference, base, beside: base, &meter)]
    let bestOf = try bestOf(base, samples: rows[0], &meter)
    let draws = try densityDraws(base, &meter)
    let shown = Set(panelPolicies.map(\.id))
    var scores: [String: [[Double]]] = [:]
    for subject in subjects {
      let model = LazyModel { try self.loaded(subject, beside: base.model()) }
      rows.append(try sample(subject, model, beside: base, &meter))
      if !draws.isEmpty, shown.contains(subject.policy.id) {
        scores[subject.policy.id] = try densityScores(subject, model, draws, &meter)
      }
    }
    let chosen = try meter.measure("reward") { amount in
      amount.calls = prompts.reduce(0) { $0 + $1.chosen.count }
      return try RewardCalls(reward: oracle.reward).values(prompts.map(\.chosen), of: prompts)
    }
    let record = meter.measure("measure") { _ in
      self.record(
        rows, chosen: chosen, bestOf: bestOf, panels: panels(draws, scores: scores))
    }
    return EvaluationResult(record: record, samples: samples(rows), costs: meter.costs)
  }

  private func loaded(
    _ subject: Subject, beside reference: LanguageModel? = nil
  ) throws -> LanguageModel {
    let model = try subject.load()
    let positions = model.decoder.configuration.positions
    for prompt in prompts where prompt.tokens.count + settings.maxTokens > positions {
      throw EvaluationError.promptTooLong(
        prompt: prompt.id, tokens: prompt.tokens.count, maxTokens: settings.maxTokens,
        positions: positions, policy: subject.policy.id)
    }
    if let reference, reference.tokenizer.hash != model.tokenizer.hash {
      throw EvaluationError.differentTokenizers(
        policy: subject.policy.id, reference: self.reference.policy.id)
    }
    if let rows = reference?.decoder.configuration.vocab,
      rows != model.decoder.configuration.vocab
    {
      throw EvaluationError.differentRows(
        policy: subject.policy.id, rows: model.decoder.configuration.vocab,
        reference: self.reference.policy.id, others: rows)
    }
    return model
  }
}
