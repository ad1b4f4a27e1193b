import Command
import Comparing
import Foundation
import Recipe
import Report
import Runs
import Torch

/// `plumb run`, `plumb train` and `plumb evaluate`.
public struct RunCommand {
  let request: RunRequest
  let evaluates: Bool
  let console: Console

  /// - Parameter evaluates: also measures and reports; otherwise only trains.
  public init(_ request: RunRequest, evaluates: Bool, console: Console) {
    self.request = request
    self.evaluates = evaluates
    self.console = console
  }

  public func perform() throws -> ExitCode {
    let crew = Crew(ranks: .joined)
    guard crew.ranks.leads else {
      try crew.serve { try execution() }
      return .success
    }
    let code = try lead()
    // All is done: who is not there to be told is missed no more.
    try? crew.call(to: .end)
    return code
  }

  private func lead() throws -> ExitCode {
    var execution = try execution()
    let server = try request.live.map { try PageServer(port: $0) }
    defer { server?.close() }
    if let server { try tell(server) }
    execution.server = server
    let code = try perform(execution)
    if let server, server.isWatched { wait(for: server) }
    return code
  }

  /// Where the live page is: this command alone knows.
  private func tell(_ server: PageServer) throws {
    if console.givesRecords { return try console.print(json: ["live": server.address]) }
    console.warn("live page: \(server.address)")
  }

  /// A browser that shows the live page asks for the finished one in a moment.
  private func wait(for server: PageServer) {
    let seconds = LivePage.renewal + 2
    console.say("the live page is open: waiting until it shows the end, at most \(seconds) seconds")
    server.waitUntilTaken(atMost: .seconds(seconds)) { Signals.interruption != nil }
  }

  private func perform(_ execution: RunExecution) throws -> ExitCode {
    var execution = execution
    let plan = execution.recipe
    let chooses =
      request.only == [SelectionPlan.folder] && plan.evaluation?.selection != nil
    guard !request.only.isEmpty, !chooses else {
      let extent: RunExecution.Extent = chooses ? .selection : evaluates ? .whole : .training
      return try RunCommand.finish(execution.execute(extent), execution, extent)
    }
    execution.isShared = true
    let trainings = try request.only.flatMap {
      try plan.trainings(only: $0, seed: request.seed)
    }
    return try RunCommand.finish(execution.execute(only: trainings), execution, .training)
  }

  /// The run that is asked for.
  private func execution() throws -> RunExecution {
    let document: RecipeDocument
    let base: URL
    if let recipe = request.recipe {
      document = try RecipeDocument.load(path: recipe, overrides: request.overrides)
      base = URL(fileURLWithPath: recipe).deletingLastPathComponent()
    } else {
      document = try RecipeDocument.parse(
        Demonstration.recipe, name: "demonstration", overrides: request.overrides)
      base = URL(fileURLWithPath: FileManager.default.currentDirectoryPath)
    }
    let plan = try RunRecipe(document, base: base)
    try document.checkFiles()
    let change = RunChange(
      redo: request.redo, seed: request.redo.isEmpty ? nil : request.seed,
      reuse: request.reuse.map { RunDirectory(URL(fileURLWithPath: $0).resolvingSymlinksInPath()) },
      isAgreed: request.isAgreed)
    return RunExecution(
      recipe: plan, run: plan.directory(request.output), source: document.source,
      overrides: request.overrides, console: console, change: change)
  }

  /// Measures a trained run again, with its own recipe.
  public static func evaluate(
    _ path: String, overrides: [String], requirements: [Requirement] = [], console: Console,
    _ output: Output
  ) throws -> ExitCode {
    let run = RunDirectory(URL(fileURLWithPath: path).resolvingSymlinksInPath())
    guard FileManager.default.fileExists(atPath: run.recipe.path) else {
      throw RunError.invalidFile(
        path: run.recipe.path,
        problem: "not found; plumb evaluate needs the folder of a run, or models and --prompts FILE"
      )
    }
    let settings = try RunOrigin.read(run)
    let document = try RecipeDocument.load(
      path: run.recipe.path, overrides: settings.overrides + overrides)
    let plan = try RunRecipe(document, base: settings.folder(of: run))
    let execution = RunExecution(
      recipe: plan, run: run, source: document.source,
      overrides: settings.overrides + overrides, console: console)
    try check(requirements, plan)
    return try finish(execution.execute(.whole), execution, .whole, requirements)
  }

  /// Refuses requirements of the command line that the evaluation will not have the numbers for.
  static func check(_ requirements: [Requirement], _ plan: RunRecipe) throws(CommandError) {
    guard let names = plan.evaluation?.measuredNames() else { return }
    for one in requirements {
      guard let problem = names.objection(to: one) else { continue }
      throw .badValue(option: "--require", value: one.words, expected: problem)
    }
  }

  static func finish(
    _ outcome: RunExecution.Outcome, _ execution: RunExecution, _ extent: RunExecution.Extent,
    _ requirements: [Requirement] = []
  ) throws -> ExitCode {
    let console = execution.console
    let path = execution.run.url.path
    switch outcome {
    case .declined:
      console.complain("nothing was touched")
      return .interrupted
    case .interrupted:
      console.complain("stopped; everything until here is saved, the same command goes on")
      return Signals.interruption?.exitCode ?? .interrupted
    case .unanswered(let count, let reasons):
      let why = reasons.first { $0.state == .failed && !$0.isLasting }.map { " (\($0.text))" } ?? ""
      console.complain(
        "\(count) questions to judges failed\(why); the same command asks them again; report: "
          + execution.run.report.path)
      return .incomplete
    case .finished:
      let report = execution.run.report.path
      let hasReport = extent == .whole && FileManager.default.fileExists(atPath: report)
      if hasReport { showRanking(of: execution.run, console) }
      try console.tell(hasReport ? "report" : "run", hasReport ? report : path)
      if hasReport { sayNext(execution.run, console) }
      guard extent == .whole else { return .success }
      return try conclude(execution, requirements)
    }
  }

  /// The order that was found. Programs ask `plumb compare` for it.
  private static func showRanking(of run: RunDirectory, _ console: Console) {
    guard !console.givesRecords else { return }
    do {
      let input = try ReportInput.load(from: run)
      let ranking = try RunRanking(input)
      try console.show { output in
        if !input.hasRewards {
          try PolicyTable([input], severalRuns: false).show(output)
          output.print("")
          output.print(
            "Reward is not measured: the recipe names none (evaluation.reward). KL is to the reference, "
              + "\(input.evaluation.reference), in nats.")
          if ranking != nil { output.print("") }
        }
        guard input.hasRewards == false || ranking != nil else { return }
        ranking?.show(output)
        output.print("")
      }
    } catch {
      // The run is done and its report is there: what cannot be ranked is no failure of it.
      console.say("no ranking: \(error)")
    }
  }

  /// What a reader may want to type now.
  private static func sayNext(_ run: RunDirectory, _ console: Console) {
    let place = ShellWord.quoted(run.shortPath)
    console.say("next: plumb compare \(place)")
    console.say("      plumb sample \(place) --prompt …")
    console.say("      plumb verify \(place)")
  }

  /// Says what came of everything that is required, by the recipe and by the command line.
  private static func conclude(
    _ execution: RunExecution, _ requirements: [Requirement]
  ) throws -> ExitCode {
    let run = execution.run
    var gate = Gate()
    if let evaluation = execution.recipe.evaluation, !requirements.isEmpty {
      try evaluation.records(of: run).hold(requirements, evaluation.sides, &gate)
    }
    var recorded = GateRecord(conditions: [])
    if FileManager.default.fileExists(atPath: run.gates.path) {
      recorded = try RecordFile.read(
        GateRecord.self, from: run.gates, advice: RecordAdvice.measured)
    }
    let all = GateRecord(conditions: recorded.conditions + gate.conditions)
    guard !all.conditions.isEmpty else { return .success }
    let console = execution.console
    if console.givesRecords {
      for one in all.conditions { try console.print(json: GateLine(one)) }
    } else {
      for line in recorded.lines { console.print(line.words) }
      for line in gate.verdicts { console.say(line.words) }
    }
    return all.exitCode
  }
}
