/// What `plumb run` needs to know.
public struct RunRequest: Sendable, Equatable {
  /// Nil for the demonstration.
  public var recipe: String?
  /// The run's folder; nil for `runs/<name>`.
  public var output: String?
  public var overrides: [String]
  /// Stages that alone are made; empty for the whole run.
  public var only: [String] = []
  /// Of those, or of what is made anew; nil for every seed they need.
  public var seed: Int?
  /// Stages that are made anew, with all that is made from them.
  public var redo: [String] = []
  /// Folders of runs whose equal stages are taken over.
  public var reuse: [String] = []
  /// Nobody has to be asked before results are set aside.
  public var isAgreed = false
  /// The port of a live page, 0 for any; nil for none.
  public var live: Int?

  public init(
    recipe: String?, output: String?, overrides: [String], only: [String] = [], seed: Int? = nil,
    live: Int? = nil
  ) {
    self.recipe = recipe
    self.output = output
    self.overrides = overrides
    self.only = only
    self.seed = seed
    self.live = live
  }

  init(_ operands: [String], _ parsed: ParsedArguments) throws(CommandError) {
    self.init(
      recipe: operands.first, output: parsed.text(.output), overrides: parsed.values(.set),
      only: parsed.values(.only), seed: try parsed.whole(.seedAlone, in: 0...Int.max))
    redo = parsed.values(.redo)
    reuse = parsed.values(.reuse)
    isAgreed = parsed.has(.agreed)
    let port = try parsed.whole(.live, in: 1...65535)
    live = parsed.has(.live) ? port ?? 0 : nil
    if !only.isEmpty, operands.isEmpty {
      throw .missingOperand(command: "run", operands: "RECIPE")
    }
    for option in [CommandOption.redo, .reuse, .live] where parsed.has(option) && !only.isEmpty {
      throw .conflict(option: "--\(option.name)", with: "--only")
    }
    if only.isEmpty, redo.isEmpty, seed != nil {
      throw .missingOption(command: "run", option: "--only STAGE or --redo STAGE beside --seed")
    }
    if isAgreed, redo.isEmpty {
      throw .missingOption(command: "run", option: "--redo STAGE beside --yes")
    }
  }
}
