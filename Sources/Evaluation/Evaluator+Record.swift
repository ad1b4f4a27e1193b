import Foundation
import Policy
import Runs
import Statistics

extension Evaluator {
  /// All measurements, from the rows of the reference and the subjects, in that order.
  func record(
    _ rows: [[PromptRows]], chosen: [[Double]], bestOf: BestOfRecord?, panels: [DensityPanel],
    served: [ServedRecord] = [], notes rewardNotes: [EvaluationRecord.Note] = []
  ) -> EvaluationRecord {
    let all = [reference] + subjects
    let measurements = MeasuredPolicies(
      settings: settings, policies: all.map { ($0.policy, $0.beta) },
      scorer: givenScorer?.name ?? reference.policy.id, rewardName: oracle?.reward.name,
      heldOutName: heldOut?.reward.name, rewardIsLogOdds: oracle?.isLogOdds ?? false
    ).measurements(rows, chosen: chosen)
    var record = EvaluationRecord(
      reference: reference.policy.id, policies: all.map(\.policy), measurements: measurements,
      bestOf: bestOf, panels: panels,
      protocolNotes: notes(strangers(rows)) + servedNotes(rows, served) + rewardNotes,
      identity: EvaluationIdentity(
        reward: oracle?.version ?? EvaluationIdentity.noReward, heldOutReward: heldOut?.version,
        reference: reference.policy.weights, prompts: Self.identity(of: prompts)),
      resamples: settings.bootstrap)
    record.served = served.isEmpty ? nil : served
    if oracle != nil, heldOut != nil {
      let found = OverOptimisation(
        inference: settings.inference, reference: rows.first ?? [],
        policies: Array(zip(subjects.map(\.policy), rows.dropFirst()))
      ).records
      record.overOptimisation = found.isEmpty ? nil : found
    }
    return record
  }

  /// What rewards in servers were held against.
  func rewardNotes() throws -> [EvaluationRecord.Note] {
    try [oracle, heldOut].compactMap { oracle in
      guard let oracle, let served = oracle.served else { return nil }
      return EvaluationRecord.Note(
        name: "reward server",
        value: "\(oracle.reward.name): \(try served()?.words ?? "held against no checkpoint")")
    }
  }

  /// Policies that read the prompts as other ids than the reference does.
  private func strangers(_ rows: [[PromptRows]]) -> [String] {
    zip([reference] + subjects, rows).compactMap { subject, rows in
      rows.first?.samples.first?.referenceLogProbability == nil ? subject.policy.id : nil
    }
  }

  /// What servers were held against, and how far what they tell is enough for a divergence.
  private func servedNotes(
    _ rows: [[PromptRows]], _ records: [ServedRecord]
  ) -> [EvaluationRecord.Note] {
    zip(subjects, rows.dropFirst()).compactMap { subject, rows in
      guard let served = subject.served else { return nil }
      let samples = rows.flatMap(\.samples)
      let silent = samples.count { $0.logProbability == nil }
      let divergence: String
      if samples.contains(where: { $0.referenceLogProbability == nil }) {
        divergence = "no divergence: its tokens are its own"
      } else if silent == 0 {
        divergence = "divergence by k1 and k3 of its samples, never exact"
      } else if settings.temperature != 1 {
        divergence = "no divergence: a server tells log-probabilities at temperature 1 alone"
      } else {
        divergence =
          "no divergence: it tells no log-probabilities of \(silent) of \(samples.count) samples"
      }
      let held =
        records.first { $0.policy == "\(served.name)" }.map(\.words)
        ?? "held against no checkpoint"
      return EvaluationRecord.Note(
        name: "server", value: "\(subject.policy.id): \(divergence); \(held)")
    }
  }

  /// The protocol, in the order in which a reader asks for it.
  private func notes(_ strangers: [String]) -> [EvaluationRecord.Note] {
    var notes = [("reference", reference.policy.id), ("reward", oracle?.reward.name ?? "none")]
    if let heldOut { notes.append(("held-out reward", heldOut.reward.name)) }
    notes += [
      (
        "prompts",
        offered > prompts.count ? "the first \(prompts.count) of \(offered)" : "\(prompts.count)"
      ),
      ("samples per prompt", "\(settings.samples)"),
      (
        "temperature",
        "\(settings.temperature), in sampling and in scoring"
          + (settings.truncation == .none
            ? "" : "; samples with \(settings.truncationNote), probabilities of the whole policies")
      ),
      ("longest completion", "\(settings.maxTokens) tokens"),
      ("perplexity scorer", givenScorer?.name ?? reference.policy.id),
      ("matrix products", settings.precision.rawValue),
      (
        "random numbers",
        "seed \(settings.seed), a stream for each prompt and sample, common to all policies"
      ),
      ("prompt set", String(Self.identity(of: prompts).prefix(16))),
      ("confidence", "\(settings.percent) %"),
    ]
    if !leftOut.isEmpty { notes.append(("left out", leftOut.joined(separator: "; "))) }
    if !strangers.isEmpty {
      notes.append(
        (
          EvaluationRecord.strangers,
          "\(strangers.joined(separator: ", ")): no divergence from the reference, and lengths in these "
            + "tokens"
        ))
    }
    return notes.map { EvaluationRecord.Note(name: $0.0, value: $0.1) }
  }
}
