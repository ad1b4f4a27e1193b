import Foundation
import Runs

extension Comparison {
  /// The policies of a run by what its judge said of each against the reference, prompt by prompt; the
  /// reference itself stands at one half.
  ///
  /// - Parameters:
  ///   - prefix: put before each name.
  ///   - opponent: what else policies were judged against, as `chosen`; nil for the reference.
  ///   - name: what a policy is filed under.
  /// - Returns: nil where no judge was asked, or one that canaries fooled, or that stopped as soon as it
  ///   was decided, which overstates differences between policies.
  /// - Throws: `RunError` for judgments that cannot be read.
  public static func judged(
    _ input: ReportInput, prefix: String = "", against opponent: String? = nil,
    name: (EvaluatedPolicy) -> String
  ) throws -> (systems: [System], yardstick: Yardstick)? {
    let reference = opponent ?? input.evaluation.reference
    let found = (input.judging?.comparisons ?? []).filter { $0.summary.second == reference }
    guard let report = input.judging, let folder = input.folder, !found.isEmpty,
      found.allSatisfy({ $0.summary.alarms.isEmpty && $0.summary.looks == nil })
    else { return nil }
    var systems: [System] = []
    var prompts: [String] = []
    for comparison in found {
      // Of a method the last checkpoints are ranked, whatever else was judged; and the best of n.
      let first = comparison.summary.first
      let policy = input.evaluation.policies.first { $0.id == first && $0.isFinal }
      let isBest = input.evaluation.bestOf?.points.contains { "best-of-\($0.n)" == first } ?? false
      guard let title = policy.map(name) ?? (isBest ? first : nil) else { continue }
      let pairs = try pairs(folder.appending(path: comparison.file))
      let samples = pairs.map { sample(first, $0.id, $0.judgment.preference) }
      prompts += pairs.map(\.id).filter { !prompts.contains($0) }
      let name = prefix + title
      if let place = systems.firstIndex(where: { $0.name == name }) {
        systems[place].samples += samples
      } else {
        systems.append(System(name: name, samples: samples))
      }
    }
    guard !systems.isEmpty else { return nil }
    systems.append(
      System(name: prefix + reference, samples: prompts.map { sample(reference, $0, 0.5) }))
    return (systems, .judge(report.judge.name, against: reference))
  }

  /// The comparisons of a file of judgments, without canaries.
  private static func pairs(_ file: URL) throws -> [JudgedPair] {
    try Journal<JudgedPair>.read(file).records.filter { $0.canary == nil }
  }

  private static func sample(
    _ policy: String, _ prompt: String, _ preference: Double?
  ) -> SampleRecord {
    SampleRecord(
      policy: policy, prompt: prompt, dialogue: .text(prompt), index: 0, text: "", tokens: 0,
      finished: true, logProbability: 0, reward: preference)
  }
}
