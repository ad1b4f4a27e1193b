import Foundation
import Judging
import Runs

/// What policies of a run wrote, as pairs to judge.
struct JudgedSamples {
  /// One policy against another, or against chosen completions.
  struct Comparison: Sendable {
    var policy: String
    var opponent: String
    var pairs: [JudgingPair]
  }

  private let record: EvaluationRecord
  private let samples: [SampleRecord]
  private let chosen: [ChosenRecord]

  /// Reads the records of a finished evaluation.
  init(_ run: RunDirectory) throws {
    record = try RecordFile.read(
      EvaluationRecord.self, from: run.evaluation, advice: RecordAdvice.measured)
    samples = try Journal<SampleRecord>.read(run.samples).records
    chosen = try Journal<ChosenRecord>.read(run.chosen).records
  }

  /// The first sample of every final policy, prompt by prompt, with the opponent's first.
  ///
  /// A prompt whose opponent has no completion is left out: equal rewards label no pair. Of a group
  /// with several seeds a policy meets the one of its own seed, or else the first.
  ///
  /// - Parameter groups: whose policies; nil for all.
  func comparisons(
    of groups: [String]? = nil, _ against: [JudgingPlan.Opponent], prompts: Int
  ) -> [Comparison] {
    var first: [String: [ByteText: SampleRecord]] = [:]
    var order: [(id: String, dialogue: Dialogue)] = []
    for sample in samples where sample.index == 0 {
      if sample.policy == record.reference { order.append((sample.prompt, sample.dialogue)) }
      first[sample.policy, default: [:]][ByteText(sample.prompt)] = sample
    }
    let kept = Dictionary(
      chosen.map { (ByteText($0.prompt), $0.text) }, uniquingKeysWith: { earlier, _ in earlier })
    let finals = record.policies.filter { $0.isFinal && $0.id != record.reference }
    return against.flatMap { opponent in
      finals.compactMap { policy -> Comparison? in
        guard groups?.contains(policy.group) ?? true else { return nil }
        let name: String
        switch opponent {
        case .chosen: name = "chosen"
        case .reference: name = record.reference
        case .group(let group):
          let others = finals.filter { $0.group == group }
          guard group != policy.group,
            let other = others.first(where: { $0.seed == policy.seed }) ?? others.first
          else { return nil }
          name = other.id
        }
        let pairs = order.prefix(prompts).compactMap { prompt -> JudgingPair? in
          let other =
            opponent == .chosen
            ? kept[ByteText(prompt.id)] : first[name]?[ByteText(prompt.id)]?.text
          guard let own = first[policy.id]?[ByteText(prompt.id)]?.text, let other else {
            return nil
          }
          return JudgingPair(id: prompt.id, prompt: prompt.dialogue, first: own, second: other)
        }
        return Comparison(policy: policy.id, opponent: name, pairs: pairs)
      }
    }
  }
}
