import Corpus
import Foundation
import Runs

/// The judgments that a run keeps of its own samples: a file for each comparison, named in
/// `judging.json`.
public enum RunJudgments {
  /// The paths with the files of judgments in the place of each folder of a run.
  ///
  /// - Throws: ``PublishedError`` for a run whose samples nobody judged.
  public static func expanded(_ paths: [String]) throws(PublishedError) -> [String] {
    var files: [String] = []
    for path in paths {
      let run = RunDirectory(URL(filePath: path))
      guard isFile(run.judging) else {
        guard !isFile(run.evaluation) else {
          throw .content(
            file: path, problem: "is a run whose samples nobody has judged",
            advice: "add judging to its recipe, or judge them with: plumb judge \(path)/A \(path)/B"
          )
        }
        files.append(path)
        continue
      }
      files += try report(run).comparisons.map { "\(path)/\($0.file)" }
    }
    return files
  }

  /// The run whose judgments a file holds; nil for a file of no run.
  static func run(of file: URL) -> RunDirectory? {
    var folder = file.deletingLastPathComponent()
    while folder.path != "/" {
      let run = RunDirectory(folder)
      if isFile(run.judging) { return run }
      folder.deleteLastPathComponent()
    }
    return nil
  }

  /// What the run calls the two sides of a file of judgments, with what each stands for by content,
  /// and who judged; nil for a file of no run.
  static func comparison(
    of path: String
  ) throws(PublishedError) -> (
    first: JudgingNames.Named, second: JudgingNames.Named, report: JudgingReport,
    summary: JudgingSummary
  )? {
    var folder = URL(filePath: path).standardizedFileURL.deletingLastPathComponent()
    var below = URL(filePath: path).lastPathComponent
    while folder.path != "/" {
      let run = RunDirectory(folder)
      if isFile(run.judging) {
        let report = try report(run)
        guard let found = report.comparisons.first(where: { $0.file == below }) else { return nil }
        let weights = try weights(run)
        func named(_ name: String) -> JudgingNames.Named {
          JudgingNames.Named(name: name, hash: weights[name] ?? name)
        }
        return (named(found.summary.first), named(found.summary.second), report, found.summary)
      }
      below = "\(folder.lastPathComponent)/\(below)"
      folder.deleteLastPathComponent()
    }
    return nil
  }

  /// Of policies by their ids; completions called chosen stand for the run's prompts.
  private static func weights(_ run: RunDirectory) throws(PublishedError) -> [String: String] {
    let record = try read(EvaluationRecord.self, run.evaluation)
    var weights = Dictionary(
      record.policies.map { ($0.id, $0.weights) }, uniquingKeysWith: { first, _ in first })
    weights["chosen"] = record.identity?.prompts
    for point in record.bestOf?.points ?? [] {
      let name = "best-of-\(point.n)"
      weights[name] = "\(name) \(weights[record.reference] ?? record.reference)"
    }
    return weights
  }

  private static func report(_ run: RunDirectory) throws(PublishedError) -> JudgingReport {
    try read(JudgingReport.self, run.judging)
  }

  private static func read<Record: Decodable>(
    _ type: Record.Type, _ url: URL
  ) throws(PublishedError) -> Record {
    do {
      return try RecordFile.read(type, from: url, advice: RecordAdvice.measured)
    } catch {
      throw .content(
        file: url.relativePath, problem: "cannot be read: \(error)",
        advice: "give the folder as its run left it")
    }
  }

  private static func isFile(_ url: URL) -> Bool {
    FileManager.default.fileExists(atPath: url.path)
  }
}
