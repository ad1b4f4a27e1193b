import Foundation
import Report
import Runs

/// What trainings of a run took, by its own `costs.jsonl`.
struct StagePrices {
  /// By the training's label.
  private(set) var costs: [String: [PhaseCost]]
  private let run: RunDirectory

  /// - Throws: `RunError` for a damaged record.
  init(_ run: RunDirectory) throws(RunError) {
    self.run = run
    costs = Dictionary(grouping: try Self.costs(run.costs)) { $0.stage }
  }

  private static func costs(_ url: URL) throws(RunError) -> [PhaseCost] {
    guard FileManager.default.fileExists(atPath: url.path) else { return [] }
    return try RecordAdvice.advised(RecordAdvice.costs) { () throws(RunError) in
      try Journal<PhaseCost>.read(url).records
    }
  }

  /// Nil where nothing is on record.
  func seconds(of label: String) -> Double? {
    costs[label].map { $0.reduce(0) { $0 + $1.seconds } }
  }

  /// Of a training, or of the same stage with other seeds, on average; nil where nothing is on record.
  func seconds(like training: RunRecipe.Training) -> Double? {
    if let own = seconds(of: training.label) { return own }
    let others = costs.keys.filter { $0.hasPrefix("\(training.planned.name) seed ") }
    guard !others.isEmpty else { return nil }
    return others.compactMap { seconds(of: $0) }.reduce(0, +) / Double(others.count)
  }

  /// Of measuring policies, whatever was measured of them; nil where nothing is on record.
  func seconds(ofMeasuring policies: [String]) throws -> Double? {
    /// One chunk of an evaluation's work.
    struct Chunk: Codable { var costs: [PhaseCost] }
    var found: [Double] = []
    for policy in policies {
      let folder = run.evaluationWork(of: policy).deletingLastPathComponent()
      guard FileManager.default.fileExists(atPath: folder.path) else { continue }
      for name in try Folder.names(in: folder) where name.hasSuffix("-costs.jsonl") {
        let chunks = try Journal<Chunk>.read(folder.appending(path: name)).records
        found += chunks.flatMap(\.costs).map(\.seconds)
      }
    }
    return found.isEmpty ? nil : found.reduce(0, +)
  }

  /// As a person reads it.
  static func words(_ seconds: Double?) -> String {
    seconds.map { Numeral.plain(Numeral.duration(seconds: $0)) } ?? "unknown"
  }
}
