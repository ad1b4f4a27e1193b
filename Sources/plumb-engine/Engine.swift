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
import Serving
import Torch
import Tracking
import Training

/// Carries out a command and gives its exit code.
enum Engine {
  static func main(_ arguments: [String]) -> ExitCode {
    StandardStream.secure()
    Libtorch.endInALine()
    if arguments.first == "bench" { return Bench.main(Array(arguments.dropFirst())) }
    var output = Output(format: Invocation.wantsJSON(arguments) ? .json : .text, isQuiet: false)
    var readsRecipe = false
    do {
      let invocation = try Invocation(arguments)
      output = Output(format: invocation.format, isQuiet: invocation.isQuiet)
      switch invocation.request {
      case .run, .train, .evaluate, .check, .plan: readsRecipe = true
      default: break
      }
      Signals.install()
      unblockSignals()
      try MachineMemory.checkAddressSpace()
      guard try joinOthers(invocation.request) else { return .success }
      if !Ranks.joined.leads { output = Output(format: .text, isQuiet: true) }
      let code = output.finish(
        try perform(invocation, output), leavesRecords: invocation.request.leavesRecords)
      Ranks.leave()
      return code
    } catch {
      let code = complain(of: error, output, readsRecipe: readsRecipe)
      Ranks.leave("\(error)")
      return code
    }
  }

  /// One rank speaks for all: the leading one, or the first of those that are left.
  private static func complain(
    of error: any Error, _ output: Output, readsRecipe: Bool
  ) -> ExitCode {
    let code = exitCode(of: error)
    if (error as? TorchError)?.isSaidElsewhere ?? !Ranks.joined.leads { return code }
    _ = output.fail(error, code)
    if readsRecipe, case CorpusError.rows(let rows, _) = error,
      !rows.contains(where: \.endsReading)
    {
      output.note("on_bad_rows: skip, beside files, leaves such rows out and counts them")
    }
    return code
  }

  /// Meets the other processes that a launcher has started for one run. Any other command is carried out by
  /// the first of them.
  ///
  /// - Returns: false for a process that has nothing to do.
  private static func joinOthers(_ request: Request) throws -> Bool {
    switch request {
    case .run, .train: break
    default: return (try? Launch(ProcessInfo.processInfo.environment))?.rank ?? 0 == 0
    }
    let launch = try Launch(ProcessInfo.processInfo.environment)
    try Ranks.join(launch) { error in
      if !error.isSaidElsewhere { Output(format: .text, isQuiet: false).complain("\(error)") }
      _exit(exitCode(of: error).rawValue)
    }
    // Processes on one machine share its processors, unless somebody has said how.
    if launch.onThisMachine > 1, getenv("OMP_NUM_THREADS") == nil {
      try Libtorch.setThreads(max(1, Libtorch.threads / launch.onThisMachine))
    }
    return true
  }

  /// A process that another one starts may inherit signals blocked, and would never be stopped.
  private static func unblockSignals() {
    var signals = sigset_t()
    sigemptyset(&signals)
    for number in [SIGINT, SIGTERM, SIGHUP] { sigaddset(&signals, number) }
    sigprocmask(SIG_UNBLOCK, &signals, nil)
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
      try show(schema: RecipeSchema.json, console)
      return .success
    case .initialise(let request):
      return try InitCommand(request, console: console).perform()
    case .help, .measures, .completion, .manual, .watch, .compare, .diff, .report, .table, .capsule,
      .logs,
      .data,
      .importJudgments, .annotate,
      .calibrate, .leaderboard, .agreement, .power:
      console.complain("this command belongs to plumb, not to plumb-engine")
      return .usage
    }
  }

  /// For programs in one line, as all that they read.
  private static func show(schema: String, _ console: Console) throws {
    guard console.isJSON else { return console.print(schema) }
    let line = try JSONSerialization.data(
      withJSONObject: JSONSerialization.jsonObject(with: Data(schema.utf8)),
      options: [.sortedKeys, .withoutEscapingSlashes])
    console.print(jsonLine: String(decoding: line, as: UTF8.self))
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
      ("ranks", ranks),
      ("CUDA devices", "\(devices == 0 ? "none" : "\(devices)"); CUDA is compiled and untested"),
    ]
  }

  /// What several processes that work on one run exchange with here.
  private static var ranks: String {
    // Whoever links NCCL has it in the process's table of symbols.
    let hasNCCL = dlsym(nil, "ncclGetVersion") != nil
    return "c10d over Gloo, on the CPU; NCCL \(hasNCCL ? "is there and not used" : "is not there")"
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
    case let error as ServingError: return ExitCode(rawValue: error.exitCode) ?? .judge
    default: return .fileSystem
    }
  }
}
