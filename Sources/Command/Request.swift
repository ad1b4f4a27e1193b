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
