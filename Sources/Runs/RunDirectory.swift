import Foundation

/// Where everything of one run lies on disk.
///
/// ```
/// runs/<name>/
///   recipe.yaml  resolved.json  provenance.json  evaluation.json  samples.jsonl  costs.jsonl
///   judging.json  judgments/  exams.json  exams/  gates.json  reused.json  report.html
///   <stage>/            a stage that runs once (tokenizer, language model, classifier)
///   <stage>/seed-<s>/   a stage that runs once per seed
///     steps.jsonl  rows.jsonl  done.json  checkpoints/step-000500/…
/// ```
public struct RunDirectory: Sendable, Equatable {
  public let url: URL

  public init(_ url: URL) { self.url = url }

  /// Files of the run itself, as paths below it, sorted. What is set aside, or says who works on the run, lies in
  /// hidden folders and is none of its records.
  public var files: [String] {
    get throws(RunError) {
      try Folder.files(below: url.resolvingSymlinksInPath()).filter { !$0.hasPrefix(".") }
    }
  }

  /// As short as a command of this process's folder can have it.
  public var shortPath: String {
    let here = FileManager.default.currentDirectoryPath
    let path = url.filePath
    return path.hasPrefix(here + "/") ? String(path.dropFirst(here.utf8.count + 1)) : path
  }

  public var recipe: URL { url.appending(path: "recipe.yaml") }
  public var resolved: URL { url.appending(path: "resolved.json") }
  public var provenance: URL { url.appending(path: "provenance.json") }
  public var evaluation: URL { url.appending(path: "evaluation.json") }
  /// What a selection measured of everything that could be chosen.
  public var selection: URL { url.appending(path: "selection/evaluation.json") }
  /// What it chose, without measurements of it.
  public var choice: URL { url.appending(path: "selection/choice.json") }
  public var samples: URL { url.appending(path: "samples.jsonl") }
  /// Completions that policies are compared with as chosen.
  public var chosen: URL { url.appending(path: "evaluation/chosen.jsonl") }
  /// Which of the evaluation's prompts were trained on.
  public var overlap: URL { url.appending(path: "overlap.json") }
  /// What judges said of the policies' samples, in numbers.
  public var judging: URL { url.appending(path: "judging.json") }
  /// Every question to judges and every answer.
  public var judgments: URL { url.appending(path: "judgments") }
  /// The calibration that corrected them.
  public var judgmentCalibration: URL { judgments.appending(path: "calibration.json") }
  /// What examinations found, and every answer behind it.
  public var exams: URL { url.appending(path: "exams.json") }
  public var examAnswers: URL { url.appending(path: "exams") }
  /// What the recipe requires of its numbers, and what came of it.
  public var gates: URL { url.appending(path: "gates.json") }
  /// What was taken over from other runs.
  public var reused: URL { url.appending(path: "reused.json") }
  /// Results that are made anew, until the new ones stand.
  public var aside: URL { url.appending(path: ".aside") }
  public var costs: URL { url.appending(path: "costs.jsonl") }
  public var report: URL { url.appending(path: "report.html") }
  public var lock: URL { url.appending(path: ".lock") }
  /// Of those that make single trainings.
  public var locks: URL { url.appending(path: ".locks") }
  /// What processes that work on the run say of themselves meanwhile.
  public var progress: URL { url.appending(path: ".progress") }
  public func lock(of name: String) -> URL { locks.appending(path: name) }

  /// The folder of a stage; `seed` is nil for a stage that runs once.
  public func stage(_ name: String, seed: Int? = nil) -> StageDirectory {
    let stage = url.appending(path: name)
    return StageDirectory(seed.map { stage.appending(path: "seed-\($0)") } ?? stage)
  }
}
