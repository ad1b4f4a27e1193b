/// What the user asked for, with every option checked.
public enum Request: Sendable, Equatable {
  /// The list of commands, or one command's help.
  case help(CommandName?)
  case version
  case run(recipe: String?, output: String?, overrides: [String])
  case train(recipe: String, output: String?, overrides: [String])
  case evaluate(run: String, overrides: [String])
  case judge(JudgeRequest)
  case compare(runs: [String])
  case report(runs: [String], output: String, omitsTexts: Bool)
  case sample(SampleRequest)
  case check(recipe: String, overrides: [String])
  case data(recipe: String, rows: Int, overrides: [String])
  case model(directory: String)
  case doctor
  case leaderboard(files: [String], difficulty: String?, anchors: [String])
  case agreement(file: String, fields: [String], scale: String)
  case power(PowerRequest)
  case theory(output: String?)
}

/// What `plumb power` needs to know; shares, not percent.
public struct PowerRequest: Sendable, Equatable {
  /// Files of a pilot, at most two.
  public var pilots: [String]
  /// The difference to be found; nil for a table of several.
  public var difference: Double?
  /// Standard deviation of one preference; nil for what a pilot shows, or 0.5, that of a fair coin.
  public var deviation: Double?
  /// Between two models' preferences on one prompt; nil for what two pilots show, or one model.
  public var correlation: Double?
  /// How many prompts there are; nil where that is asked.
  public var prompts: Int?
  public var significance: Double
  public var power: Double
}

/// What `plumb sample` needs to know.
public struct SampleRequest: Sendable, Equatable {
  public var checkpoint: String
  public var prompt: String
  /// How many completions; at least 1.
  public var number: Int
  /// 0 takes the likeliest token.
  public var temperature: Double
  /// The longest completion, in tokens; at least 1.
  public var maximumTokens: Int
  public var seed: UInt64
}
