import Command
import Comparing
import Corpus
import Evaluation
import Foundation
import Policy
import Recipe
import Runs
import Torch

/// `plumb exam`: models that no recipe names sit examinations.
public struct ExamCommand {
  private let request: ExamRequest
  private let console: Console
  private let output: Output

  public init(_ request: ExamRequest, console: Console, output: Output) {
    self.request = request
    self.console = console
    self.output = output
  }

  public func perform() throws -> ExitCode {
    guard let device = Device(request.device) else {
      throw CommandError.badValue(
        option: "--device", value: request.device, expected: "cpu, cuda or cuda:0")
    }
    try device.check()
    if device == .cpu { try Libtorch.requireDeterminism() }
    let base = URL(
      fileURLWithPath: FileManager.default.currentDirectoryPath, isDirectory: true)
    let template = try request.chatTemplate.map { try ChatTemplate.named($0, from: base) }
    let papers = try settings.map { try ExamPaper($0, from: base) }
    for paper in papers where paper.skippedRows > 0 {
      console.warn("exam \(paper.settings.name): \(paper.skippedRows) rows are left out")
    }
    try check(papers)
    let subjects = try subjects(papers, template, on: device)
    let folder = URL(fileURLWithPath: request.output ?? "runs/\(runName)").resolvingSymlinksInPath()
    let place = RunDirectory(folder)
    guard !FileManager.default.fileExists(atPath: place.recipe.path) else {
      throw RunError.invalidFile(
        path: folder.path, problem: "is a run; choose another --output for examinations")
    }
    let lock = try RunLock.acquire(place)
    defer { lock.close() }
    let examination = Examination(
      papers, subjects: subjects, directory: place.examAnswers,
      context: [template?.source ?? "", request.precision].joined(separator: "\u{0}"),
      shouldStop: { Signals.interruption != nil }, progress: { console.show($0) })
    let outcome = try examination.run()
    console.endLine()
    guard case .finished(let record, _) = outcome else {
      console.complain("stopped; every answer until here is saved, the same command goes on")
      return Signals.interruption?.exitCode ?? .interrupted
    }
    try RecordFile.write(record, to: place.exams)
    try ExamLines(record).show(output)
    if !output.givesRecords {
      output.print("")
      output.print("answers: \(place.examAnswers.path)")
    }
    let gate = MeasurementGate(request.requirements, record).held()
    if output.givesRecords {
      for one in gate.conditions { try output.print(json: GateLine(one)) }
    }
    gate.tell(output)
    return gate.exitCode
  }

  /// Refuses requirements that the examinations will not have the numbers for.
  private func check(_ papers: [ExamPaper]) throws {
    let titles = PolicyTitles.of(request.models, beside: "")
    let models = request.models.map { titles[$0] ?? $0 }
    var names = MeasuredNames(models: models, objection: { _ in nil })
    for paper in papers { names.exams[paper.settings.name] = paper.metrics }
    let known = names
    names.objection = { models.contains($0) ? nil : known.objection(unknown: $0) }
    for one in request.requirements {
      guard let problem = names.objection(to: one) else { continue }
      throw CommandError.badValue(option: "--require", value: one.words, expected: problem)
    }
  }

  private var settings: [ExamSettings] {
    get throws {
      try request.tasks.map { task in
        var settings = ExamSettings(task.name, files: task.files)
        settings.shots = task.shots
        settings.shotFiles = task.shots == 0 ? [] : task.shotFiles
        settings.limit = request.limit
        settings.isChat = request.isChat
        settings.tooLong = ExamSettings.Length(rawValue: request.tooLong) ?? .refuse
        settings.skipsBadRows = request.skipsBadRows
        settings.samples = request.samples
        settings.temperature = request.temperature
        settings.maxTokens = request.maxTokens
        settings.until = request.until
        settings.seed = Int(request.seed)
        if let (key, problem) = settings.problems.first {
          throw PolicyError.input("exam \(task.name): \(key) \(problem)")
        }
        return settings
      }
    }
  }

  /// The models under the names that were given; each is looked at before any is put to work.
  private func subjects(
    _ papers: [ExamPaper], _ template: ChatTemplate?, on device: Device
  ) throws -> [Subject] {
    let precision = Precision(rawValue: request.precision) ?? .full
    // As evaluations call them: without the way to a folder of this machine.
    let titles = PolicyTitles.of(request.models, beside: "")
    return try request.models.map { name in
      let title = titles[name] ?? name
      let folder = try TrainedModel.find(name).folder
      try ExamCheck.require(
        papers, of: ModelFolder.body(of: folder), named: name, template: template)
      return Subject(
        policy: EvaluatedPolicy(
          id: title, group: title, method: title, seed: nil, step: nil, isFinal: true, options: [:],
          weights: try ModelIdentity.of(folder))
      ) {
        try LanguageModel.load(folder, precision: precision, on: device)
          .replacingChatTemplate(template)
      }
    }
  }

  /// The folder below `runs`, where none is named.
  private var runName: String {
    let parts = request.models.map { model in
      model.split(separator: "/").suffix(2).filter { $0 != "." && $0 != ".." }
        .joined(separator: "-")
    }
    return FolderName.of(["exam"] + parts)
  }
}
