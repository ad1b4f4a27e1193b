import Command
import Comparing
import Corpus
import Evaluation
import Foundation
import Glibc
import Judging
import Pipeline
import Policy
import Published
import Recipe
import Report
import Runs
import Torch
import Tracking
import Training

/// Carries out a command and gives its exit code.
enum Engine {
  static func main(_ arguments: [String]) -> ExitCode {
    StandardStream.secure()
    Libtorch.endInALine()
    if arguments.first == "bench" { return Bench.main(Array(arguments.dropFirst())) }
    var output = Output(isJSON: false, isQuiet: false)
    do {
      let invocation = try Invocation(arguments)
      output = Output(isJSON: invocation.isJSON, isQuiet: invocation.isQuiet)
      Signals.install()
      unblockSignals()
      try MachineMemory.checkAddressSpace()
      try Ranks.join(Launch(ProcessInfo.processInfo.environment))
      defer { Ranks.leave() }
      if !Ranks.joined.leads { output = Output(isJSON: false, isQuiet: true) }
      return output.finish(
        try performTogether(invocation, output), leavesRecords: invocation.request.leavesRecords)
    } catch let error as TorchError where error.isSaidElsewhere {
      return exitCode(of: error)
    } catch {
      let ranks = Ranks.joined
      output.complain(ranks.leads ? "\(error)" : "rank \(ranks.rank): \(error)")
      return exitCode(of: error)
    }
  }

  /// A process that another one starts may inherit signals blocked, and would never be stopped.
  private static func unblockSignals() {
    var signals = sigset_t()
    sigemptyset(&signals)
    for number in [SIGINT, SIGTERM, SIGHUP] { sigaddset(&signals, number) }
    sigprocmask(SIG_UNBLOCK, &signals, nil)
  }

  /// Ranks carry out a run together; any other command the leading one does alone.
  private static func performTogether(
    _ invocation: Invocation, _ output: Output
  ) throws -> ExitCode {
    switch invocation.request {
    case .run, .train: return try perform(invocation, output)
    default: return Ranks.joined.leads ? try perform(invocation, output) : .success
    }
  }

  private static func perform(_ invocation: Invocation, _ output: Output) throws -> ExitCode {
    let console = Console(output, refusesColor: invocation.refusesColor)
    defer { console.endLine() }
    switch invocation.request {
    case .judge(let request):
      return try judge(request, output, refusesColor: invocation.refusesColor)
    case .run(let request):
      return try RunCommand(request, evaluates: true, console: console).perform()
    case .train(let recipe, let output, let overrides):
      let request = RunRequest(recipe: recipe, output: output, overrides: overrides)
      return try RunCommand(request, evaluates: false, console: console).perform()
    case .evaluate(let run, let overrides, let requirements):
      return try RunCommand.evaluate(
        run, overrides: overrides, requirements: requirements, console: console, output)
    case .evaluateModels(let request):
      return try EvaluateCommand(request, console: console, output: output).perform()
    case .exam(let request):
      return try ExamCommand(request, console: console, output: output).perform()
    case .check(let recipe, let overrides):
      return try CheckCommand(recipe: recipe, overrides: overrides, console: console).perform()
    case .plan(let request):
      return try PlanCommand(request, console: console).perform()
    case .export(let request):
      return try ExportCommand(request, console: console).perform()
    case .verify(let place, let run):
      return try VerifyCommand(place: place, run: run, console: console).perform()
    case .merge(let request):
      return try MergeCommand(request, console: console).perform()
    case .sample(let request) where request.isChat:
      return try ChatCommand(request: request, console: console).perform()
    case .sample(let request):
      return try SampleCommand(request: request, console: console).perform()
    case .model(let directory):
      return try ModelCommand(directory: directory, console: console).perform()
    case .version:
      console.print("plumb-engine \(Plumb.version), libtorch \(Libtorch.version)")
      return .success
    case .doctor:
      for (name, value) in facts { console.print("\(name)\t\(value)") }
      return .success
    case .theory(let output):
      return try TheoryCommand(output: output, console: console).perform()
    case .methods:
      return try MethodsCommand(method: nil, console: console).perform()
    case .explain(let method):
      return try MethodsCommand(method: method, console: console).perform()
    case .recipeKeys(let kind):
      return try KeysCommand(kind: kind, console: console).perform()
    case .reference(let folder):
      return try ReferenceCommand(folder: folder, console: console).perform()
    case .schema:
      console.print(try RecipeSchema.json)
      return .success
    case .initialise(let request):
      return try InitCommand(request, console: console).perform()
    case .help, .measures, .completion, .manual, .compare, .diff, .report, .table, .capsule, .logs,
      .data,
      .importJudgments, .annotate,
      .calibrate, .leaderboard, .agreement, .power:
      console.complain("this command belongs to plumb, not to plumb-engine")
      return .usage
    }
  }

  /// `plumb judge` with judges that are models in this process.
  private static func judge(
    _ request: JudgeRequest, _ output: Output, refusesColor: Bool
  ) throws -> ExitCode {
    guard let device = Device(request.device) else {
      throw CommandError.badValue(
        option: "--device", value: request.device, expected: "cpu, cuda or cuda:0")
    }
    try device.check()
    let command = JudgeCommand(
      request, refusesColor: refusesColor,
      local: { LocalJudges.maker(on: device) })
    return try command.perform(output)
  }

  /// What `plumb doctor` cannot know without libtorch.
  private static var facts: [(name: String, value: String)] {
    let devices = Libtorch.cudaDevices
    return [
      ("libtorch", Libtorch.version),
      ("kernels", "\(Libtorch.capability), \(Libtorch.threads) threads"),
      ("bfloat16", Libtorch.hasNativeBFloat16 ? "native" : "emulated; slower than float32"),
      ("CUDA devices", "\(devices == 0 ? "none" : "\(devices)"); CUDA is compiled and untested"),
    ]
  }

  private static func exitCode(of error: any Error) -> ExitCode {
    switch error {
    case is RecipeError, is CorpusError, is PolicyError, is EvaluationError, is ExamError,
      is PublishedError, is ReportError, is TrackingError:
      return .data
    case let error as TrainingError:
      if case .nonfinite = error { return .tensor }
      return .data
    case is TorchError, is MemoryShortage: return .tensor
    case is LaunchError: return .usage
    case let error as RunError: return ExitCode(rawValue: error.exitCode) ?? .fileSystem
    case is CommandError: return .usage
    case let error as JudgingError: return ExitCode(rawValue: error.exitCode) ?? .judge
    default: return .fileSystem
    }
  }
}
