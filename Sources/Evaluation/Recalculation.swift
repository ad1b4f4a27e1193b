import Foundation
import Runs

/// Makes an evaluation's numbers again from what its policies wrote, without any model.
public struct Recalculation {
  /// A number that is not what the records give.
  public struct Difference: Equatable, Sendable {
    /// As `kl of dpo/seed-0/step-6 against sft`.
    public let what: String
    public let recorded: String
    public let found: String
  }

  /// Numbers that were made again.
  public private(set) var numbers = 0
  public private(set) var differences: [Difference] = []
  /// Journals that are not there, below the evaluation's folder; nothing is made again then.
  public private(set) var missing: [String] = []
  /// What could not be made again, and why.
  public private(set) var omitted: [String] = []
  /// What policies got on every prompt, the reference first; empty where journals are missing.
  public private(set) var values: [PolicyValues] = []

  /// - Parameters:
  ///   - record: as it was read.
  ///   - folder: of the evaluation's work, `evaluation` of a run.
  ///   - settings: those of the recipe.
  ///   - rewardIsLogOdds: as the recipe says.
  ///   - samples: the records of `samples.jsonl`.
  /// - Throws: `RunError` for a journal that cannot be read.
  public init(
    _ record: EvaluationRecord, in folder: URL, settings: EvaluationSettings,
    rewardIsLogOdds: Bool, samples: [SampleRecord]
  ) throws {
    func note(_ name: String) -> String? {
      record.protocolNotes.first { $0.name == name }?.value
    }
    let ordered =
      record.policies.filter { $0.id == record.reference }
      + record.policies.filter { $0.id != record.reference }
    var rows: [[PromptRows]] = []
    for policy in ordered {
      let url = Self.journal("samples", of: policy.id, in: folder)
      guard FileManager.default.fileExists(atPath: url.path) else {
        missing.append("\(url.deletingLastPathComponent().lastPathComponent)/samples.jsonl")
        continue
      }
      rows.append(try Journal<SampledChunk>.read(url).records.flatMap(\.prompts))
    }
    guard missing.isEmpty else { return }
    guard let first = rows.first, rows.allSatisfy({ $0.count == first.count }) else {
      omitted.append("evaluation.json: policies wrote to different numbers of prompts")
      return
    }
    var texts = EqualTexts(first)
    rows = [first] + rows.dropFirst().map { texts.tied($0) }
    let chosen = try Self.chosen(folder, first)
    let rewardName = note("reward").flatMap { $0 == "none" ? nil : $0 }
    let betas = Self.betas(record.measurements)
    let measured = MeasuredPolicies(
      settings: settings, policies: ordered.map { ($0, betas[$0.id]) },
      scorer: note("perplexity scorer") ?? record.reference, rewardName: rewardName,
      heldOutName: note("held-out reward"), rewardIsLogOdds: rewardIsLogOdds
    ).measurements(rows, chosen: chosen ?? [])
    values = zip(ordered, rows).map {
      PolicyValues($0, $1, isReference: $0.id == record.reference)
    }
    compare(record.measurements, measured, hasChosen: chosen != nil)
    compare(samples, with: zip(ordered, rows).map { ($0, $1) })
    try compareBestOf(record, first, folder, settings)
    if !record.panels.isEmpty { omitted.append("density panels") }
  }

  /// The scale of a policy's implicit reward, as the words beside its margin give it.
  private static func betas(_ measurements: [Runs.Measurement]) -> [String: Double] {
    measurements.reduce(into: [:]) { betas, one in
      guard one.name == Measure.rewardMargin.name,
        let words = one.method.split(separator: "β = ").last
      else { return }
      let digits = words.prefix { $0.isNumber || ".e-+".contains($0) }
      betas[one.subject] = Double(digits)
    }
  }

  private static func journal(_ work: String, of policy: String, in folder: URL) -> URL {
    folder.appending(path: WorkFolder.name(of: policy)).appending(path: "\(work).jsonl")
  }

  /// Rewards by the order of the prompts; nil where they were not kept.
  private static func chosen(_ folder: URL, _ rows: [PromptRows]) throws -> [[Double]]? {
    let url = folder.appending(path: "chosen.jsonl")
    guard FileManager.default.fileExists(atPath: url.path) else { return nil }
    let records = try Journal<ChosenRecord>.read(url).records
    guard records.allSatisfy({ $0.reward != nil }) else { return nil }
    let known = Dictionary(grouping: records) { ByteText($0.prompt) }
    return rows.map { row in (known[ByteText(row.prompt)] ?? []).compactMap(\.reward) }
  }

  private mutating func compare(
    _ recorded: [Runs.Measurement], _ found: [Runs.Measurement], hasChosen: Bool
  ) {
    func key(_ one: Runs.Measurement) -> String {
      "\(one.name) of \(one.subject)" + (one.reference.map { " against \($0)" } ?? "")
    }
    let known = Dictionary(found.map { (key($0), $0) }) { first, _ in first }
    var left = 0
    for one in recorded {
      if !hasChosen, one.reference == "chosen" {
        left += 1
        continue
      }
      let again = known[key(one)]
      numbers += 1
      if again != one {
        differences.append(
          Difference(
            what: key(one), recorded: Self.words(one), found: again.map(Self.words) ?? "nothing"))
      }
    }
    if left > 0 {
      omitted.append("\(left) win rates against chosen completions, whose rewards were not kept")
    }
    let told = Set(recorded.map(key))
    for one in found where !told.contains(key(one)) && (hasChosen || one.reference != "chosen") {
      differences.append(Difference(what: key(one), recorded: "nothing", found: Self.words(one)))
    }
  }

  private static func words(_ one: Runs.Measurement) -> String {
    let value = one.value.map { "\($0)" } ?? "none"
    guard let low = one.low, let high = one.high else { return value }
    return "\(value) [\(low), \(high)] of \(one.count)"
  }

  private static func shown(_ value: Double?) -> String { value.map { "\($0)" } ?? "none" }

  private mutating func compare(
    _ samples: [SampleRecord], with rows: [(EvaluatedPolicy, [PromptRows])]
  ) {
    struct Place: Hashable {
      let policy: String
      let prompt: String
      let index: Int
    }
    var known: [Place: SampleRow] = [:]
    for (policy, prompts) in rows {
      for prompt in prompts {
        for (index, row) in prompt.samples.enumerated() {
          known[Place(policy: policy.id, prompt: prompt.prompt, index: index)] = row
        }
      }
    }
    for sample in samples {
      let row = known[Place(policy: sample.policy, prompt: sample.prompt, index: sample.index)]
      numbers += 1
      let finite = row?.reward.flatMap { $0.isFinite ? $0 : nil }
      if row?.text != sample.text || row?.logProbability != sample.logProbability
        || finite != sample.reward || row?.tokens.count != sample.tokens
        || row?.referenceLogProbability != sample.referenceLogProbability
        || row?.finished != sample.finished
      {
        differences.append(
          Difference(
            what: "samples.jsonl: sample \(sample.index) of \(sample.policy) to \(sample.prompt)",
            recorded: (row.map { $0.text != sample.text } ?? false ? "another text, " : "")
              + "reward \(sample.reward.map { "\($0)" } ?? "none"), log π \(Self.shown(sample.logProbability))",
            found: row.map {
              "reward \($0.reward.map { "\($0)" } ?? "none"), log π \(Self.shown($0.logProbability))"
            } ?? "nothing"))
      }
    }
  }

  private mutating func compareBestOf(
    _ record: EvaluationRecord, _ rows: [PromptRows], _ folder: URL, _ settings: EvaluationSettings
  ) throws {
    guard let recorded = record.bestOf else { return }
    let url = [[1], []].map {
      Self.journal(BestOfWork.name(keeping: $0), of: record.reference, in: folder)
    }.first { FileManager.default.fileExists(atPath: $0.path) }
    guard let url else {
      omitted.append("best of n: its pools are not there")
      return
    }
    let pools = try Journal<BestOfWork.Chunk>.read(url).records.flatMap(\.pools)
    let found = BestOfWork.record(
      pools, samples: rows.prefix(pools.count).map { $0.samples.compactMap(\.reward) },
      reference: record.reference, settings: settings)
    for (index, point) in recorded.points.enumerated() {
      numbers += 3
      let again = index < found.points.count ? found.points[index] : nil
      if again != point {
        differences.append(
          Difference(
            what: "best of \(point.n)", recorded: Self.words(point.reward),
            found: again.map { Self.words($0.reward) } ?? "nothing"))
      }
    }
  }
}
