import Foundation
import Policy
import Runs
import Torch

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
    /// Of a reward in a server: what that was held against, nil for nothing.
    public var served: (() throws -> ServedRecord?)?

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
  /// Nil where nothing ranks completions: then only divergences, lengths and the like are measured.
  let oracle: Oracle?
  let heldOut: Oracle?
  let givenScorer: PerplexityScorer?
  let prompts: [EvaluationPrompt]
  let offered: Int
  let leftOut: [String]
  let directory: URL
  let shouldStop: () -> Bool
  let progress: (EvaluationProgress) -> Void
  /// That measure together.
  public var ranks = Ranks.alone
  private let share: WorkShare

  /// - Parameters:
  ///   - reference: what divergences and win rates are taken against; measured as well.
  ///   - subjects: the checkpoints, without the reference.
  ///   - oracle: ranks completions; without one there are no rewards, win rates and best of n.
  ///   - heldOut: a reward that nothing was trained on.
  ///   - scorer: gives the perplexity of samples; the reference where it is nil.
  ///   - prompts: the first `settings.prompts` of them are used.
  ///   - leftOut: what of the data is not asked, and why, a phrase each.
  ///   - directory: where results are kept.
  ///   - shouldStop: asked before each chunk.
  public init(
    settings: EvaluationSettings, reference: Subject, subjects: [Subject], oracle: Oracle?,
    heldOut: Oracle? = nil, scorer: PerplexityScorer? = nil, prompts: [EvaluationPrompt],
    leftOut: [String] = [], directory: URL, shouldStop: @escaping () -> Bool = { false },
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
    self.leftOut = leftOut
    self.directory = directory
    self.shouldStop = shouldStop
    self.progress = progress
    share = WorkShare(
      Self.weight(
        settings, subjects.map(\.policy), prompts: self.prompts.count, ranks: oracle != nil))
  }

  /// Completions that models write or read, at most.
  private static func weight(
    _ settings: EvaluationSettings, _ policies: [EvaluatedPolicy], prompts: Int, ranks: Bool
  ) -> Double {
    var weight = Double((policies.count + 1) * prompts) * eachPrompt(settings)
    guard ranks else { return weight }
    if !settings.bestOf.isEmpty {
      weight += Double(min(prompts, settings.bestOfPrompts) * settings.bestOfPool)
    }
    let work = settings.densityWork(prompts: prompts, policies: policies.count(where: \.isFinal))
    return weight + Double(work.draws + work.scores)
  }

  /// Of the samples of a policy: written, and read by it and by the reference.
  static func eachPrompt(_ settings: EvaluationSettings) -> Double { 3 * Double(settings.samples) }

  /// - Parameter each: completions that a chunk is.
  func following(
    _ policy: String, _ work: String, chunks: Int, each: Double
  ) -> (Int) -> Void {
    share.following(policy, work, chunks: chunks, each: each, progress)
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
    let base = LazyModel { try self.loaded(self.reference, beside: nil) }
    var rows = [try sample(reference, base, beside: base, &meter)]
    var texts = EqualTexts(rows[0])
    let bestOf = try bestOf(base, samples: rows[0], &meter)
    var near: Set<String> = []
    for subject in subjects {
      let model = LazyModel { try self.loaded(subject, beside: base.reader()) }
      let found = texts.tied(try sample(subject, model, beside: base, &meter))
      // What reads other ids than the reference has no divergence from it.
      if found.first?.samples.first?.divergence != nil { near.insert(subject.policy.id) }
      rows.append(found)
    }
    let panels = try densityPanels(near: near, base, &meter)
    let chosen = try oracle.map { oracle in
      try meter.measure("reward") { amount in
        amount.calls = prompts.reduce(0) { $0 + $1.chosen.count }
        let given = prompts.map(\.chosen)
        return texts.tied(
          try RewardCalls(reward: oracle.reward).values(given, of: prompts), of: given)
      }
    }
    let served = try servedRecords()
    let rewardNotes = try rewardNotes()
    let record = meter.measure("measure") { _ in
      self.record(
        rows, chosen: chosen ?? [], bestOf: bestOf, panels: panels, served: served,
        notes: rewardNotes)
    }
    let values = zip([reference] + subjects, rows).map {
      PolicyValues($0.policy, $1, isReference: $0.policy.id == reference.policy.id)
    }
    return EvaluationResult(
      record: record, samples: samples(rows), costs: meter.costs, values: values,
      chosen: chosen ?? [])
  }

  /// - Parameter reference: nil for the reference itself.
  func loaded(_ subject: Subject, beside reference: PolicyReader?) throws -> PolicyReader {
    if let served = subject.served, let reference {
      return try answering(served, subject, beside: reference)
    }
    let model = try subject.load()
    let reader =
      try reference.map { try PolicyReader(.here(model), prompts, beside: $0) }
      ?? PolicyReader(model, prompts)
    let positions = model.decoder.configuration.positions
    for prompt in reader.prompts where prompt.tokens.count + settings.maxTokens > positions {
      throw EvaluationError.promptTooLong(
        prompt: prompt.id, tokens: prompt.tokens.count, maxTokens: settings.maxTokens,
        positions: positions, policy: subject.policy.id)
    }
    return reader
  }

  /// A policy in a server, after it was held against its checkpoint.
  ///
  /// Whenever a process goes on, it is held anew: a server may have been started again meanwhile.
  private func answering(
    _ served: any ServedPolicy, _ subject: Subject, beside reference: PolicyReader
  ) throws -> PolicyReader {
    let reader = try PolicyReader(.server(served), prompts, beside: reference)
    guard let check = subject.check else { return reader }
    let found = try check(
      reader.prompts.map(\.served), (self.reference.policy.id, try reference.model))
    try RecordFile.write(found, to: servedRecord(of: subject))
    return reader
  }

  /// Where it is kept what a server was held against.
  private func servedRecord(of subject: Subject) -> URL {
    directory.appending(path: "\(WorkFolder.name(of: subject.policy.id))/served.json")
  }

  /// What servers were held against, as far as any was.
  func servedRecords() throws -> [ServedRecord] {
    try subjects.filter { $0.check != nil }.map {
      try RecordFile.read(ServedRecord.self, from: servedRecord(of: $0))
    }
  }
}
