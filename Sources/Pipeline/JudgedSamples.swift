import Evaluation
import Foundation
import Judging
import Runs
import Training

/// What policies of a run wrote, as pairs to judge.
struct JudgedSamples {
  /// One policy against another, or against chosen completions.
  struct Comparison: Sendable {
    var policy: String
    var opponent: String
    /// The two without their seeds: a method where both are last checkpoints of its trainings.
    var system: String
    var against: String
    var pairs: [JudgingPair]
  }

  /// Who wrote one side of a comparison: a policy of the record, or what stands beside them.
  private struct Voice: Equatable {
    var id: String
    var seed: Int?
    /// Seeds of one method, or of one of its checkpoints, share it.
    var system: String

    init(_ id: String) {
      self.id = id
      system = id
    }

    init(_ policy: EvaluatedPolicy) {
      id = policy.id
      seed = policy.seed
      system =
        policy.isFinal
        ? policy.group : policy.group + (policy.step.map { "/step-\($0)" } ?? "")
    }
  }

  private let record: EvaluationRecord
  private let written: WrittenTexts
  /// The prompts in the evaluation's order.
  private let order: [(id: String, dialogue: Dialogue)]
  private var texts: [String: [ByteText: String]] = [:]

  /// Reads the records of a finished evaluation.
  init(_ run: RunDirectory) throws {
    record = try RecordFile.read(
      EvaluationRecord.self, from: run.evaluation, advice: RecordAdvice.measured)
    written = WrittenTexts(run)
    var order: [(id: String, dialogue: Dialogue)] = []
    for sample in try Journal<SampleRecord>.read(run.samples).records where sample.index == 0 {
      if sample.policy == record.reference { order.append((sample.prompt, sample.dialogue)) }
      texts[sample.policy, default: [:]][ByteText(sample.prompt)] = sample.text
    }
    self.order = order
    texts["chosen"] = Dictionary(
      try Journal<ChosenRecord>.read(run.chosen).records.map { (ByteText($0.prompt), $0.text) },
      uniquingKeysWith: { earlier, _ in earlier })
  }

  /// All comparisons, each once, prompt by prompt with the first completion of each side.
  ///
  /// A prompt for which a side has no completion is left out: equal rewards label no pair. Of a group
  /// with several seeds a policy meets the one of its own seed, or else the first.
  ///
  /// - Parameters:
  ///   - groups: whose final policies meet each of `against`; nil for all.
  ///   - pairs: sides that meet each other.
  /// - Throws: `TrainingError.unusable` for a checkpoint that the run does not have.
  mutating func comparisons(
    of groups: [String]? = nil, _ against: [JudgedSide], pairs: [JudgingPlan.Pair] = [],
    prompts: Int
  ) throws -> [Comparison] {
    let finals = record.policies.filter {
      $0.isFinal && $0.id != record.reference && groups?.contains($0.group) ?? true
    }.map(Voice.init)
    var met: [(Voice, Voice)] = []
    for opponent in against { met += Self.met(finals, try voices(opponent)) }
    for pair in pairs {
      let (first, second) = (try voices(pair.first), try voices(pair.second))
      met +=
        first.count < second.count
        ? Self.met(second, first).map { ($1, $0) } : Self.met(first, second)
    }
    var known: Set<[String]> = []
    return try met.filter { known.insert([$0.0.id, $0.1.id]).inserted }.map { first, second in
      Comparison(
        policy: first.id, opponent: second.id, system: first.system, against: second.system,
        pairs: try self.pairs(first.id, second.id, prompts: prompts))
    }
  }

  /// What two wrote first to each prompt, by the prompt's id; of prompts that one of them has no text
  /// for, nothing.
  mutating func written(by first: String, against second: String) throws -> [ByteText: JudgingPair]
  {
    Dictionary(
      try pairs(first, second, prompts: order.count).map { (ByteText($0.id), $0) },
      uniquingKeysWith: { earlier, _ in earlier })
  }

  private mutating func pairs(
    _ first: String, _ second: String, prompts: Int
  ) throws -> [JudgingPair] {
    let (own, others) = (try text(first), try text(second))
    return order.prefix(prompts).compactMap { prompt in
      let id = ByteText(prompt.id)
      guard let own = own[id], let other = others[id] else { return nil }
      return JudgingPair(id: prompt.id, prompt: prompt.dialogue, first: own, second: other)
    }
  }

  /// Each of the first with that of the second which has its seed, or the first of them.
  private static func met(_ first: [Voice], _ second: [Voice]) -> [(Voice, Voice)] {
    first.compactMap { one in
      let other = second.first { $0.seed == one.seed } ?? second.first
      return other.flatMap { $0.id == one.id ? nil : (one, $0) }
    }
  }

  /// What results call those that a side stands for; empty where the run has none.
  func ids(of side: JudgedSide) -> [String] { ((try? voices(side)) ?? []).map(\.id) }

  private func voices(_ side: JudgedSide) throws -> [Voice] {
    switch side {
    case .reference: return [Voice(record.reference)]
    case .chosen: return [Voice("chosen")]
    case .bestOf(let size): return [Voice("best-of-\(size)")]
    case .policy(let group, let seed, let step):
      let own = record.policies.filter { $0.group == group }
      // A selection did not choose it.
      guard !own.isEmpty else { return [] }
      let found = own.filter {
        (seed == nil || $0.seed == seed) && (step == nil ? $0.isFinal : $0.step == step)
      }
      guard !found.isEmpty else {
        let name = [group, seed.map { "seed-\($0)" }, step.map { "step-\($0)" }]
          .compactMap(\.self).joined(separator: "/")
        throw TrainingError.unusable(
          "judging: \(name) is no checkpoint of the run; there is "
            + own.map(\.id).joined(separator: ", "))
      }
      return found.map(Voice.init)
    }
  }

  /// What somebody wrote first to each prompt; of checkpoints that are not the last, and of the best of
  /// n, only the evaluation's own work tells.
  private mutating func text(_ id: String) throws -> [ByteText: String] {
    if let found = texts[id] { return found }
    let found =
      try JudgedSide.bestOf(id).map { try written.bestOf($0, reference: record.reference) }
      ?? written.first(of: id)
    texts[id] = found
    return found
  }
}
