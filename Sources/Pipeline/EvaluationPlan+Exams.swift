import Command
import Corpus
import Evaluation
import Foundation
import Policy
import Recipe
import Runs
import Torch
import Training

extension EvaluationPlan {
  /// `evaluation.exams`; none where the key is missing.
  ///
  /// - Parameter base: where relative paths begin; nil where no folder is looked into.
  static func exams(from section: Section, base: URL?) -> [ExamSettings] {
    // Asking for a section would put an empty one among the resolved settings.
    guard section.has("exams") else { return [] }
    return section.sections(
      "exams", about: "Examinations that the reference and all final checkpoints sit."
    ).map { name, section in
      let settings = ExamSettings(name, from: section)
      for file in settings.files {
        guard let base, let problem = absence(of: file, base) else { continue }
        section.absent("file", at: file, problem)
      }
      return settings
    }
  }

  /// Why there is nothing where a name of files points; nil where there is.
  private static func absence(of file: String, _ base: URL) -> String? {
    do {
      return try DataFile.paths(file, from: base)
        .first { !FileManager.default.fileExists(atPath: $0) }.map { "there is no file \($0)" }
    } catch {
      // A folder of several tables is an examination of several parts.
      let path = URL(fileURLWithPath: file, relativeTo: base).path
      return FileManager.default.fileExists(atPath: path) ? nil : "\(error)"
    }
  }

  /// Has the reference and all final checkpoints sit the examinations.
  ///
  /// - Returns: false when it was asked to stop.
  func sitExams(
    _ subjects: [Subject], recipe: RunRecipe, run: RunDirectory, console: Console
  ) throws -> Bool {
    let files = FileManager.default
    guard !exams.isEmpty else {
      // What an earlier recipe asked for is no result of this one.
      if files.fileExists(atPath: run.exams.path) { try files.removeItem(at: run.exams) }
      return true
    }
    console.run?.end("evaluation")
    console.run?.begin("exams")
    console.say("exams")
    let papers = try exams.map { try ExamPaper($0, from: recipe.base) }
    for paper in papers where paper.skippedRows > 0 {
      console.say("  \(paper.settings.name): \(paper.skippedRows) rows are left out")
    }
    let meter = Meter()
    let outcome = try Examination(
      papers, subjects: subjects, directory: run.examAnswers,
      context: [recipe.chatTemplate?.source ?? "", settings.precision.rawValue]
        .joined(separator: "\u{0}"),
      confidence: settings.confidence, shouldStop: { Signals.interruption != nil },
      progress: { console.show($0) }
    ).run()
    console.endLine()
    guard case .finished(let record, let costs) = outcome else {
      try meter.write(to: run, stage: "exams", phase: "interrupted", tokens: 0, oracleCalls: 0)
      return false
    }
    let before = files.contents(atPath: run.exams.path)
    try RecordFile.write(record, to: run.exams)
    // What only read finished answers back cost nothing.
    if before != files.contents(atPath: run.exams.path) {
      try meter.write(
        to: run, stage: "exams", phase: "exams", tokens: costs.reduce(0) { $0 + $1.tokens },
        oracleCalls: costs.reduce(0) { $0 + $1.oracleCalls })
    }
    return true
  }

  /// What the examinations add to an estimate, and what of them cannot work, by the key to change.
  func foreseeExams(
    _ plan: RunRecipe, _ sizes: StageSizes, into estimate: inout StageEstimate
  ) throws {
    guard !exams.isEmpty else { return }
    // The models whose tokenizers are there; what stages make is not known yet.
    let sources = [reference] + folders.keys.sorted().map { ModelSource.folder($0) }
    var readers: [(name: String, shape: ModelConfiguration, tokenizer: Tokenizer)] = []
    for source in sources {
      if let tokenizer = try sizes.tokenizer(source) {
        readers.append((source.title, try sizes.model(source), tokenizer))
      }
    }
    let models = Double(finals(plan).values.reduce(1, +))
    var metrics: [String: [String]] = [:]
    for settings in exams {
      func note(_ key: String, _ error: any Error) {
        let line = "\(error)".split(separator: "\n").first.map(String.init) ?? ""
        estimate.problems.append("exams.\(settings.name)\(key): \(line)")
      }
      let paper: ExamPaper
      do {
        paper = try ExamPaper(settings, from: plan.base)
      } catch let error as ExamError {
        note("", error)
        continue
      } catch {
        note(".file", error)
        continue
      }
      metrics[settings.name] = paper.metrics
      if paper.skippedRows > 0 {
        estimate.remarks.append(
          "exams.\(settings.name): \(paper.skippedRows) rows cannot be used and are left out")
      }
      for reader in readers {
        do {
          try paper.check(reader.shape, reader.tokenizer, named: reader.name)
        } catch {
          note("", error)
        }
      }
      // Of a tokenizer that a stage makes nothing is known but how many ids it has.
      let shape = try readers.first?.shape ?? sizes.model(reference)
      let tokens =
        try readers.first.map { try paper.tokens($0.tokenizer, positions: shape.positions) }
        ?? paper.tokens(ofBytes: { StageSizes.tokens(bytes: $0, vocabulary: shape.vocab) })
      estimate.tokens += models * tokens
      let operations = 2 * Double(shape.parameterCount) * models * tokens
      estimate.operations += operations
      estimate.examOperations += operations
    }
    estimate.problems += gateProblems(metrics)
  }
}
