import Command
import Comparing
import Corpus
import Foundation
import Glibc
import Judging
import Published
import Recipe
import Report
import Runs
import Tracking

/// Carries out what needs no model, hands over the rest, and gives the exit code.
enum Front {
  static func main(_ arguments: [String]) -> ExitCode {
    StandardStream.secure()
    // For `benchmarks`, not for users.
    if arguments.first == "bench" { return CoverageBench.main(Array(arguments.dropFirst())) }
    var output = Output(format: Invocation.wantsJSON(arguments) ? .json : .text, isQuiet: false)
    do {
      let invocation = try Invocation(arguments)
      output = Output(format: invocation.format, isQuiet: invocation.isQuiet)
      return output.finish(
        try perform(invocation, arguments, output),
        leavesRecords: invocation.request.leavesRecords)
    } catch {
      return output.fail(error, exitCode(of: error))
    }
  }

  private static func perform(
    _ invocation: Invocation, _ arguments: [String], _ output: Output
  ) throws -> ExitCode {
    switch invocation.request {
    case .help(let name):
      output.write(name.map(Usage.text(for:)) ?? Usage.text)
      return .success
    case .version:
      output.print("plumb \(Plumb.version)")
      // What computes says its own version, where it is there and starts.
      if let engine = try? EngineProgram.find(), let answer = engine.output(of: ["--version"]),
        answer.succeeded, let words = answer.text.split(separator: ", ", maxSplits: 1).last
      {
        output.write(String(words))
      }
      return .success
    case .measures:
      return try MeasuresCommand().perform(output)
    case .completion(let shell):
      output.write(Completion.script(for: shell))
      return .success
    case .manual:
      output.write(Manual.page)
      return .success
    case .report(let runs, let file, let omitsTexts):
      return try ReportCommand(runs: runs, file: file, omitsTexts: omitsTexts).perform(output)
    case .table(let run, let table, let file):
      return try TableCommand(run: run, table: table, file: file).perform(output)
    case .capsule(let run, let file, let omitsTexts):
      return try CapsuleCommand(run: run, file: file, omitsTexts: omitsTexts).perform(output)
    case .logs(let run, let formats, let folder):
      return try LogsCommand(run: run, formats: formats, folder: folder).perform(output)
    case .judge(let request):
      if try JudgeCommand.needsModels(request) {
        throw try engine().replaceThisProcess(arguments)
      }
      return try JudgeCommand(request, refusesColor: invocation.refusesColor).perform(output)
    case .importJudgments(let request):
      return try ImportCommand(request: request).perform(output)
    case .annotate(let request):
      return try AnnotateCommand(request: request).perform(output)
    case .calibrate(let request):
      return try CalibrateCommand(request: request).perform(output)
    case .diff(let first, let second):
      return try DiffCommand(first: first, second: second).perform(output)
    case .watch(let run):
      return try WatchCommand(run: run, refusesColor: invocation.refusesColor).perform(output)
    case .compare(let runs, let requirements):
      return try CompareCommand(runs: runs, requirements: requirements).perform(output)
    case .data(let recipe, let rows, let overrides):
      let terminal = Terminal(
        descriptor: 1, environment: ProcessInfo.processInfo.environment,
        refusesColor: invocation.refusesColor)
      return try DataCommand(
        recipe: recipe, rows: rows, overrides: overrides, terminal: terminal
      ).perform(output)
    case .doctor:
      return try DoctorCommand().perform(output)
    case .leaderboard(let request):
      return try LeaderboardCommand(request: request).perform(output)
    case .agreement(let file, let fields, let scale):
      return try AgreementCommand(file: file, fields: fields, scale: scale).perform(output)
    case .power(let request):
      return try PowerCommand(request: request).perform(output)
    case .run, .train, .evaluate, .evaluateModels, .exam, .verify, .export, .merge, .sample, .check,
      .plan, .model, .theory, .methods, .explain, .recipeKeys, .initialise, .schema,
      .reference:
      throw try engine().replaceThisProcess(arguments)
    }
  }

  private static func engine() throws(FrontError) -> EngineProgram {
    let engine = try EngineProgram.find()
    // Libraries of the engine end the process where there is none, in their own words.
    guard let folder = getcwd(nil, 0) else { throw .noWorkingFolder }
    free(folder)
    try engine.checkMemory()
    return engine
  }

  private static func exitCode(of error: any Error) -> ExitCode {
    switch error {
    case is CommandError, FrontError.noAnswer: return .usage
    case FrontError.noMemory: return .tensor
    case is RecipeError, is CorpusError, is ReportError, is PublishedError, is TrackingError:
      return .data
    case let error as JudgingError: return ExitCode(rawValue: error.exitCode) ?? .judge
    case let error as RunError: return ExitCode(rawValue: error.exitCode) ?? .fileSystem
    default: return .fileSystem
    }
  }
}
