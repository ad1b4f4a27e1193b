import Foundation
import Runs

/// What one training of a run reported: a `steps.jsonl`.
public struct LoggedTraining: Sendable, Equatable {
  /// Its folder below the run's: `exo-rw/seed-0`, `sft`, `irl/seed-0/round-0001/reward`.
  public var path: String
  /// The folders that are no seed's.
  public var stage: String
  /// Nil for a stage that runs once.
  public var seed: Int?
  /// In the order of their steps, with running totals where ``MetricName`` has them.
  public var records: [StepRecord]

  public init(path: String, stage: String, seed: Int?, records: [StepRecord]) {
    self.path = path
    self.stage = stage
    self.seed = seed
    self.records = records
  }

  /// All trainings of a run, finished or under way, by their paths.
  ///
  /// A last line that is being written is left for the next time.
  /// - Throws: `RunError` for a journal that cannot be read, naming the line.
  public static func all(of run: RunDirectory) throws(RunError) -> [LoggedTraining] {
    let root = run.url.resolvingSymlinksInPath()
    var found: [LoggedTraining] = []
    for path in try run.files where path.hasSuffix("/steps.jsonl") {
      let folders = path.split(separator: "/").dropLast().map(String.init)
      let seeds = folders.compactMap { folder in
        folder.hasPrefix("seed-") ? Int(folder.dropFirst("seed-".count)) : nil
      }
      let stage = folders.filter { folder in
        !(folder.hasPrefix("seed-") && Int(folder.dropFirst("seed-".count)) != nil)
      }
      let records = try Journal<StepRecord>.read(root.appending(path: path)).records
      found.append(
        LoggedTraining(
          path: folders.joined(separator: "/"), stage: stage.joined(separator: "/"),
          seed: seeds.last, records: totalled(records)))
    }
    return found
  }

  /// The records with sums in the place of what is counted step by step.
  static func totalled(_ records: [StepRecord]) -> [StepRecord] {
    var sums: [String: Double] = [:]
    return records.map { record in
      var record = record
      for name in MetricName.running {
        guard let value = record.metrics[name] else { continue }
        sums[name, default: 0] += value
        record.metrics[name] = sums[name]
      }
      return record
    }
  }
}
