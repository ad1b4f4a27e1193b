import Foundation
import Report
import Runs

/// What a run still has to do, as jobs that may run beside one another.
struct RunPlan {
  /// One training.
  struct Job {
    let training: RunRecipe.Training
    /// Places in ``RunPlan/jobs`` of what it is made from.
    let needs: [Int]
    let isDone: Bool
    /// Nil where nothing computes.
    let seconds: Double?
    /// In bytes; 0 where it is not known.
    let memory: Double
  }

  /// What ends a plan.
  enum End {
    /// Measuring and reporting.
    case run
    /// A selection's choice, after which a new plan tells what is trained again.
    case selection
  }

  /// Each after what it is made from.
  let jobs: [Job]
  let end: End
  /// Of the process that measures, in bytes.
  let memory: Double
  /// Of one job.
  let threads: Int
  /// How the run was asked for.
  let recipe: String
  let output: String?
  let overrides: [String]
  let run: RunDirectory

  /// - Parameter threads: of a process for which the recipe says nothing.
  init(
    _ plan: RunRecipe, recipe: String, output: String?, overrides: [String], threads: Int
  ) throws {
    let run = plan.directory(output)
    let outlook = try Outlook(plan)
    try outlook.check()
    let lines = try Dictionary(
      CostEstimate(plan, outlook).lines.map { ($0.stage, $0) },
      uniquingKeysWith: { first, _ in first })
    var trainings = plan.firstTrainings
    var end = End.run
    if let evaluation = plan.evaluation, evaluation.selection != nil {
      if FileManager.default.fileExists(atPath: run.choice.path) {
        let choice = try RecordFile.read(EqualTermsRecord.self, from: run.choice)
        let known = Set(trainings.map(\.label))
        trainings += plan.trainings(following: choice.chosen(besides: evaluation.reference.title))
          .filter { !known.contains($0.label) }
      } else {
        end = .selection
      }
    }
    let places = Dictionary(
      trainings.enumerated().map { ($1.label, $0) }, uniquingKeysWith: { first, _ in first })
    jobs = try trainings.map { training in
      let line = lines[training.planned.name]
      let seal = try StageSeal.read(
        run.stage(training.planned.name, seed: training.seed))
      return Job(
        training: training, needs: plan.sources(of: training).compactMap { places[$0.label] },
        isDone: seal?.isFinished == true,
        seconds: line.flatMap { line in line.seconds.map { $0 / Double(max(1, line.seeds)) } },
        memory: line?.memory ?? 0)
    }
    self.end = end
    memory = lines[end == .run ? "evaluation" : "selection"]?.memory ?? 0
    self.threads = plan.threads ?? threads
    self.recipe = recipe
    self.output = output
    self.overrides = overrides
    self.run = run
  }

  /// Those that are not done, by their places.
  var open: [(place: Int, job: Job)] {
    jobs.enumerated().filter { !$1.isDone }.map { ($0, $1) }
  }

  /// What the job in a place waits for.
  func waits(_ place: Int) -> [Int] { jobs[place].needs.filter { !jobs[$0].isDone } }

  // MARK: Commands

  /// The words that make one training, after the program's name.
  func command(for job: Job) -> [String] {
    let seed = job.training.seed.map { ["--seed", String($0)] } ?? []
    return command(["--only", job.training.planned.name] + seed)
  }

  /// The words that end the plan.
  var lastCommand: [String] {
    command(end == .run ? [] : ["--only", SelectionPlan.folder])
  }

  /// As a user writes it: a run's records hold the words that made it.
  private func command(_ some: [String]) -> [String] {
    ["run", recipe] + some + (output.map { ["-o", $0] } ?? [])
      + overrides.flatMap { ["--set", $0] }
  }

  /// The words that write the next plan, in a format.
  func planCommand(_ format: String) -> [String] {
    ["plan", recipe] + (output.map { ["-o", $0] } ?? [])
      + overrides.flatMap { ["--set", $0] } + ["--format", format]
  }

  // MARK: Time

  /// Of all that is open, one after the other.
  var seconds: Double { open.reduce(0) { $0 + ($1.job.seconds ?? 0) } }

  /// Of the longest chain in which each waits for the one before: no number of processes is faster.
  var longestChain: Double {
    var ends = Array(repeating: 0.0, count: jobs.count)
    for (place, job) in jobs.enumerated() {
      let start = job.needs.map { ends[$0] }.max() ?? 0
      ends[place] = start + (job.isDone ? 0 : job.seconds ?? 0)
    }
    return ends.max() ?? 0
  }
}
