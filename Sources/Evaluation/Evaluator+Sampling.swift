import Foundation
import Policy
import Runs

extension Evaluator {
  /// What decides the numbers of all work on a policy.
  func key(of subject: Subject) -> [String] {
    [
      "version 2", subject.policy.id, subject.policy.weights, reference.policy.weights,
      "temperature \(settings.temperature) \(settings.truncationNote)",
      "tokens \(settings.maxTokens)",
      "seed \(settings.seed)", "precision \(settings.precision.rawValue)",
      oracle?.identity ?? "no reward",
    ]
  }

  /// Text and tokens of prompts, for a key.
  static func identity(of prompts: [EvaluationPrompt]) -> String {
    let hash = SHA256()
    func add(_ text: String) {
      // The length in front keeps apart lists that read the same one after the other.
      Data("\(text.utf8.count):\(text)".utf8).withUnsafeBytes { hash.update($0) }
    }
    for prompt in prompts {
      add(prompt.id)
      add(prompt.dialogue.words)
      add(prompt.tokens.map(String.init).joined(separator: " "))
      for pair in prompt.pairs {
        add("pair")
        add(pair.chosen)
        add(pair.rejected)
        for ids in pair.drawn ?? [] { add(ids.map(String.init).joined(separator: " ")) }
      }
    }
    return hash.finish()
  }

  /// The rows of a policy, from its journal as far as they are there.
  func sample(
    _ subject: Subject, _ model: LazyModel, beside base: LazyModel, _ meter: inout CostMeter
  ) throws -> [PromptRows] {
    let isReference = subject.policy.id == reference.policy.id
    let chunks = (prompts.count + settings.batch - 1) / settings.batch
    let key =
      key(of: subject) + [
        "samples \(settings.samples)", "batch \(settings.batch)", Self.identity(of: prompts),
        heldOut?.identity ?? "", givenScorer.map { "\($0.name)@\($0.version)" } ?? "",
      ]
    let work = try WorkFolder(directory, id: subject.policy.id)
    let (found, costs) = try work.complete(
      "samples", key: key, chunks: chunks, over: ranks, shouldStop: shouldStop,
      progress: following(
        subject.policy.id, "samples", chunks: chunks,
        each: Self.eachPrompt(settings) * Double(prompts.count) / Double(max(1, chunks))),
      make: { (index: Int, meter: inout CostMeter) -> SampledChunk in
        let reference = try base.model()
        return try SampleWork(
          settings: settings, policy: model.reader(),
          reference: isReference ? nil : reference, prompts: prompts,
          scorer: givenScorer ?? PerplexityScorer(name: self.reference.policy.id, model: reference),
          scorerIsReference: givenScorer == nil,
          reward: oracle.map { RewardCalls(reward: $0.reward) },
          heldOut: heldOut.map { RewardCalls(reward: $0.reward) }
        ).chunk(index, &meter)
      })
    for cost in costs { meter.add(cost) }
    return found.flatMap(\.prompts)
  }

  /// Records of what the reference and the final checkpoints wrote.
  func samples(_ rows: [[PromptRows]]) -> [SampleRecord] {
    zip([reference] + subjects, rows).flatMap { subject, rows -> [SampleRecord] in
      guard subject.policy.isFinal || subject.policy.id == reference.policy.id else { return [] }
      return zip(prompts, rows).flatMap { prompt, found in
        found.samples.enumerated().map { index, row in
          SampleRecord(
            policy: subject.policy.id, prompt: prompt.id, dialogue: prompt.dialogue, index: index,
            text: row.text, tokens: row.tokens.count, finished: row.finished,
            logProbability: row.logProbability,
            referenceLogProbability: row.referenceLogProbability,
            // Only what is finite can be written as a number.
            reward: row.reward.flatMap { $0.isFinite ? $0 : nil })
        }
      }
    }
  }
}
