import Foundation
import Policy
import Runs
import Torch

/// Holds what a server says of its own samples against a checkpoint that lies here: served = measured.
///
/// A server may have loaded other weights, an older round, another precision or another template; all of
/// that shows in the log-probabilities of what it wrote itself.
public struct ServedCheck {
  let policy: any ServedPolicy
  let bound: Double

  /// Weights that a server which missed a change may still have, read where they are wanted.
  public struct Other {
    let name: String
    let model: () throws -> LanguageModel

    public init(name: String, model: @escaping () throws -> LanguageModel) {
      self.name = name
      self.model = model
    }
  }

  public init(_ policy: any ServedPolicy, bound: Double) {
    self.policy = policy
    self.bound = bound
  }

  /// - Parameters:
  ///   - prompts: what is written to, from the first one on, several times where there are few.
  ///   - maxTokens: the longest sample.
  ///   - checkpoint: what the server is said to serve, and what it is called.
  ///   - others: weights that a server which missed a change may still have.
  /// - Throws: ``ServingError/otherWeights(server:problem:)`` where the difference is above the bound, or
  ///   the samples are much closer to other weights; ``ServingError/useless(server:problem:)`` where there
  ///   is nothing to hold.
  public func perform(
    on prompts: [ServedPrompt], maxTokens: Int, seed: UInt64,
    against checkpoint: (name: String, model: LanguageModel), others: [Other] = []
  ) throws -> ServedRecord {
    let wanted = ServingSettings.checked
    let asked = Array(prompts.prefix(wanted))
    let each = asked.isEmpty ? 0 : (wanted + asked.count - 1) / asked.count
    let draw = ServedDraw(
      checkpoint.model.sampling(temperature: 1, maxTokens: maxTokens), seed: seed,
      stream: "served", isFresh: true)
    let drawn = try policy.completions(of: asked, count: each, draw)
    let samples = zip(asked, drawn).flatMap { prompt, all in all.map { (prompt, $0) } }
      .prefix(wanted)
    return try hold(Array(samples), against: checkpoint, others: others)
  }

  /// The same of samples that were drawn already, at temperature 1.
  public func hold(
    _ samples: [(ServedPrompt, ServedCompletion)],
    against checkpoint: (name: String, model: LanguageModel), others: [Other] = []
  ) throws -> ServedRecord {
    var told: [[Double]] = []
    for (prompt, sample) in samples {
      let values =
        try sample.logProbabilities
        ?? (sample.areDrawn
          ? policy.logProbabilities(of: [[sample.tokens]], after: [prompt])[0][0] : nil)
      guard let values else {
        throw ServingError.useless(
          server: "\(policy.name)",
          problem:
            "gives no log-probabilities of what it writes, so that nothing can be held against "
            + "\(checkpoint.name); leave checkpoint out, and its numbers stand unchecked")
      }
      told.append(values)
    }
    func gap(_ model: LanguageModel) throws -> (mean: Double, largest: Double) {
      var sum = 0.0
      var largest = 0.0
      for ((prompt, sample), values) in zip(samples, told) {
        let own = try Self.logProbabilities(of: sample.tokens, after: prompt.tokens, model)
        for (here, there) in zip(own, values) {
          sum += abs(here - there)
          largest = max(largest, abs(here - there))
        }
      }
      return (sum / Double(max(1, told.joined().count)), largest)
    }
    let found = try gap(checkpoint.model)
    let record = ServedRecord(
      policy: "\(policy.name)", checkpoint: checkpoint.name, samples: told.count,
      tokens: told.joined().count, meanDifference: found.mean, largestDifference: found.largest,
      bound: bound)
    guard found.mean <= bound else {
      throw otherWeights(record, "which is above the bound of \(bound)")
    }
    for other in others where found.mean >= Self.rounding {
      // What serves the checkpoint is not twice as close to anything else.
      let gap = try gap(other.model())
      guard gap.mean * 2 >= found.mean else {
        throw otherWeights(
          record, "and only \(Self.shown(gap.mean)) from \(other.name), which it seems to serve")
      }
    }
    return record
  }

  /// So far two kernels in float32 may be from each other, in nats a token.
  private static let rounding = 1e-4

  /// As LanguageModel says; in the precision that it was loaded with.
  private static func logProbabilities(
    of tokens: [Int], after prompt: [Int], _ model: LanguageModel
  ) throws -> [Double] {
    let decoder = model.decoder
    return try withoutGradient {
      let targets = try Targets.completions(
        [[tokens]], of: [prompt], positions: decoder.configuration.positions, on: decoder.device)
      return try targets.perCompletion(decoder.logProbabilities(of: targets))[0]
    }
  }

  private func otherWeights(_ record: ServedRecord, _ why: String) -> ServingError {
    .otherWeights(
      server: record.policy,
      problem: "serves other weights than \(record.checkpoint): its log-probabilities of "
        + "\(record.samples) of its own samples are \(Self.shown(record.meanDifference)) nats a token away "
        + "on average (\(Self.shown(record.largestDifference)) at most), \(why); load the checkpoint, or "
        + "name the one that it serves")
  }

  static func shown(_ value: Double) -> String {
    value < 0.001 ? String(format: "%.1e", value) : String(format: "%.3f", value)
  }
}
