/// What the user asked for, with every option checked.
public enum Request: Sendable, Equatable {
  /// The list of commands, or one command's help.
  case help(CommandName?)
  case version
  case run(RunRequest)
  case train(recipe: String, output: String?, overrides: [String])
  case evaluate(run: String, overrides: [String], requirements: [Requirement] = [])
  /// Models that no recipe names.
  case evaluateModels(EvaluateRequest)
  case exam(ExamRequest)
  /// Step records as `tensorboard`, `csv` or `trackio`.
  case logs(run: String, formats: [String], output: String)
  case judge(JudgeRequest)
  case importJudgments(ImportRequest)
  case annotate(AnnotateRequest)
  case calibrate(CalibrateRequest)
  /// A run, from another process.
  case watch(run: String)
  case compare(runs: [String], requirements: [Requirement])
  case diff(first: String, second: String)
  case report(runs: [String], output: String, omitsTexts: Bool)
  /// A table of a run as papers print it; the list of them where no table is named.
  case table(run: String, table: String?, output: String?)
  case capsule(run: String, output: String, omitsTexts: Bool)
  /// A capsule or a run; and the run whose checkpoints a capsule's records are of.
  case verify(place: String, run: String?)
  case export(ExportRequest)
  case merge(MergeRequest)
  case sample(SampleRequest)
  case check(recipe: String, overrides: [String])
  case plan(PlanRequest)
  case data(recipe: String, rows: Int, overrides: [String])
  case model(directory: String)
  case doctor
  case leaderboard(LeaderboardRequest)
  case agreement(file: String, fields: [String], scale: String)
  case power(PowerRequest)
  case theory(output: String?)
  /// Every method.
  case methods
  /// One of them.
  case explain(method: String)
  /// Keys of one kind of section of a recipe; the kinds where it is nil.
  case recipeKeys(kind: String?)
  /// What a report measures.
  case measures
  case initialise(InitRequest)
  /// `bash`, `zsh` or `fish`.
  case completion(shell: String)
  case schema
  /// The manual page.
  case manual
  /// The reference pages, into a folder or as one text.
  case reference(folder: String?)
}

/// What `plumb init` needs to know.
public struct InitRequest: Sendable, Equatable {
  /// What the rows of the data hold.
  public enum Data: Sendable, Equatable {
    case pairs(String)
    case prompts(String)
    case demonstrations(String)
  }

  /// A folder or a name; nil for a model from scratch.
  public var model: String?
  /// Nil for the demonstration's.
  public var data: Data?
  public var reward: String?
  public var judge: String?
  public var output: String
  /// Whether a file that is there may be written over.
  public var replaces: Bool

  public init(
    model: String? = nil, data: Data? = nil, reward: String? = nil, judge: String? = nil,
    output: String = "recipe.yaml", replaces: Bool = false
  ) {
    self.model = model
    self.data = data
    self.reward = reward
    self.judge = judge
    self.output = output
    self.replaces = replaces
  }
}

/// What `plumb plan` needs to know.
public struct PlanRequest: Sendable, Equatable {
  /// What makes a plan come true.
  public enum Schedule: String, Sendable, CaseIterable {
    case make, snakemake, slurm
  }

  public var recipe: String
  /// The run's folder; nil for `runs/<name>`.
  public var output: String?
  public var overrides: [String]
  /// nil for what people and programs read.
  public var schedule: Schedule?
}

/// What `plumb judge --import` needs to know.
public struct ImportRequest: Sendable, Equatable {
  public var files: [String]
  /// Those whose judgments people gave, besides annotators' answers.
  public var human: [String]
}

/// What `plumb calibrate` needs to know.
public struct CalibrateRequest: Sendable, Equatable {
  /// Folders of judgings, by one judge.
  public var judged: [String]
  /// What people said, at least one.
  public var human: [String]
  public var output: String
  public var requirements: [Requirement]
}

/// What `plumb leaderboard` needs to know.
public struct LeaderboardRequest: Sendable, Equatable {
  public var files: [String]
  /// Whose judgments count; nil where the files hold one judge's.
  public var judge: String?
  public var difficulty: String?
  public var anchors: [String]
  /// Whether win rates at equal style are shown as well.
  public var controlsStyle: Bool
  /// Files of Arena-Hard's answers, whose style is counted.
  public var answers: [String]
  /// By Bradley–Terry, which needs no baseline that all share.
  public var ranksByStrength: Bool
}

/// What `plumb annotate` needs to know.
public struct AnnotateRequest: Sendable, Equatable {
  /// Of outputs, two or more.
  public var files: [String]
  public var page: String
  public var reference: String?
  public var limit: Int?
  public var seed: UInt64
  /// Every pair of files, instead of the first with each other one.
  public var comparesAll: Bool
  /// Nil for the usual ones.
  public var criteria: [String]?
}

/// What `plumb power` needs to know; shares, not percent.
public struct PowerRequest: Sendable, Equatable {
  /// Files of a pilot, at most two.
  public var pilots: [String]
  /// Whose judgments count, where a pilot holds several judges'.
  public var judge: String?
  /// The difference to be found; nil for a table of several.
  public var difference: Double?
  /// Standard deviation of one preference; nil for what a pilot shows, or 0.5, that of a fair coin.
  public var deviation: Double?
  /// Between two models' preferences on one prompt; nil for what two pilots show, or one model.
  public var correlation: Double?
  /// How many prompts there are; nil where that is asked.
  public var prompts: Int?
  /// Of a judge with people, where it is labels that are planned.
  public var agreement: Double?
  /// Of people, that there are; nil where that is asked.
  public var labels: Int?
  /// Trainings of each method; nil where luck of training is left out.
  public var seeds: Int?
  /// Of a method's mean between trainings.
  public var seedDeviation: Double?
  public var significance: Double
  public var power: Double
}

/// What `plumb export` needs to know.
public struct ExportRequest: Sendable, Equatable {
  /// Which of a training's checkpoints.
  public enum Step: Sendable, Equatable {
    case last
    /// That of the greatest win rate, or reward, in the run's evaluation.
    case best
    case number(Int)
  }

  /// A run, a stage's folder or a model's.
  public var place: String
  /// Of the run; nil where the place is a stage or a model.
  public var stage: String?
  public var output: String
  /// nil for the first, and for a stage that runs once.
  public var seed: Int?
  public var step: Step
  /// What the weights are stored as; nil for what they are.
  public var type: String?
  /// The most bytes of one file of weights.
  public var shardBytes: Int
}

/// What `plumb merge` needs to know.
public struct MergeRequest: Sendable, Equatable {
  /// A folder of an adapter, or a stage or run that trained one.
  public var adapter: String
  public var output: String
  /// What the weights are stored as; nil for what the base model's are.
  public var type: String?
}

/// What `plumb sample` needs to know.
public struct SampleRequest: Sendable, Equatable {
  /// A model's folder, a stage's or a run's.
  public var checkpoint: String
  /// Of the run, where it is one.
  public var stage: String?
  public var prompt: String
  /// A file of prompts, in place of ``prompt``.
  public var prompts: String?
  /// How many completions; at least 1.
  public var number: Int
  /// 0 takes the likeliest token.
  public var temperature: Double
  /// Only so many of the likeliest tokens are drawn; nil for all.
  public var topK: Int?
  /// Of these only the fewest that hold this share, in (0, 1].
  public var topP: Double
  /// The longest completion, in tokens; at least 1.
  public var maximumTokens: Int
  public var seed: UInt64
  /// A conversation, whose turns are read from standard input.
  public var isChat = false
  /// What it begins with.
  public var system: String?
  /// The name of a chat template, or a file's, in the place of the model's own.
  public var chatTemplate: String?
  /// How a policy in a server is asked; nil for a checkpoint.
  public var server: ServerOptions?
}

extension Request {
  /// What the command finds is left in files, whatever it prints.
  public var leavesRecords: Bool {
    switch self {
    case .run, .train, .evaluate, .evaluateModels, .exam, .logs, .judge, .report, .annotate,
      .calibrate, .export, .capsule, .merge, .initialise:
      true
    case .help, .version, .watch, .compare, .diff, .table, .verify, .sample, .check, .plan, .data,
      .model,
      .doctor,
      .leaderboard,
      .agreement, .power, .theory, .importJudgments, .methods, .explain, .recipeKeys, .measures,
      .completion, .schema, .manual, .reference:
      false
    }
  }
}
