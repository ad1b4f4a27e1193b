import Runs

/// A whole command line: what is asked, and how the answer should look.
public struct Invocation: Sendable, Equatable {
  public var request: Request
  /// How results are printed.
  public var format: OutputFormat
  /// Results and errors only.
  public var isQuiet: Bool
  /// `--no-color` was given.
  public var refusesColor: Bool

  /// Reads a command line.
  ///
  /// - Parameter arguments: without the program's name.
  /// - Throws: ``CommandError`` with what to write instead.
  public init(_ arguments: [String]) throws(CommandError) {
    let parsed = try ParsedArguments(arguments)
    try parsed.checkPlaces()
    format = try parsed.outputFormat()
    isQuiet = parsed.has(.quiet)
    refusesColor = parsed.has(.noColor)
    if parsed.has(.version) {
      request = .version
    } else if parsed.has(.help) || parsed.specification == nil {
      request = .help(parsed.specification.flatMap { $0.name == .help ? nil : $0.name })
    } else if let specification = parsed.specification {
      request = try Invocation.request(specification, parsed)
    } else {
      request = .help(nil)
    }
  }

  /// Whether a command line asks for JSON that cannot be read otherwise: its mistake is told as an object too.
  public static func wantsJSON(_ arguments: [String]) -> Bool {
    let words = arguments.prefix { $0 != "--" }
    return words.contains("--json") || words.contains("--format=json")
      || zip(words, words.dropFirst()).contains { $0 == "--format" && $1 == "json" }
  }

  private static func request(
    _ specification: CommandSpecification, _ parsed: ParsedArguments
  ) throws(CommandError) -> Request {
    try parsed.checkOperandCount()
    let operands = parsed.operands
    let overrides = parsed.values(.set)
    for override in overrides where !override.contains("=") {
      throw .badValue(option: "--set", value: override, expected: "KEY=VALUE, as in seeds=[7]")
    }
    switch specification.name {
    case .run:
      return .run(try RunRequest(operands, parsed))
    case .train:
      return .train(recipe: operands[0], output: parsed.text(.output), overrides: overrides)
    case .watch: return .watch(run: operands[0])
    case .evaluate:
      // A run alone is measured by its own recipe.
      let isRun = operands.count == 1 && !parsed.has(.evaluationPrompts)
      guard isRun else { return .evaluateModels(try EvaluateRequest(operands, parsed)) }
      for option in CommandOption.evaluating
      where parsed.has(option) && option != .set && option != .requireOfModels {
        throw .missingOption(
          command: "evaluate", option: "--prompts FILE beside --\(option.name)")
      }
      return .evaluate(
        run: operands[0], overrides: overrides,
        requirements: try parsed.requirements(of: nil, takesSubjects: true))
    case .exam:
      return .exam(try ExamRequest(operands, parsed))
    case .judge:
      if parsed.has(.imports) {
        try parsed.allowOnly([.imports, .human], with: .imports)
        return .importJudgments(ImportRequest(files: operands, human: parsed.values(.human)))
      }
      if parsed.has(.human) { throw .conflict(option: "--human", with: "--judge") }
      guard operands.count <= 64 else {
        throw .surplusOperand(operands[64], command: "judge", operands: "64 files at most")
      }
      // What one operand alone is, only its folder tells.
      return .judge(try JudgeRequest(operands, parsed))
    case .annotate:
      guard let page = parsed.text(.page) else {
        throw .missingOption(command: "annotate", option: "--output FILE")
      }
      return .annotate(
        AnnotateRequest(
          files: operands, page: page, reference: parsed.text(.reference),
          limit: try parsed.count(.limit), seed: try parsed.seed(.seed) ?? 0,
          comparesAll: try parsed.word(.matchUps, of: ["first", "all"]) == "all",
          criteria: try Invocation.criteria(parsed)))
    case .calibrate:
      let human = parsed.values(.humanLabels)
      guard !human.isEmpty else {
        throw .missingOption(command: "calibrate", option: "--human FILE")
      }
      guard let output = parsed.text(.calibrationFile) else {
        throw .missingOption(command: "calibrate", option: "--output FILE")
      }
      return .calibrate(
        CalibrateRequest(
          judged: operands, human: human, output: output,
          requirements: try parsed.requirements(
            of: JudgeRequest.agreements, agreement: .requireAgreement)))
    case .diff: return .diff(first: operands[0], second: operands[1])
    case .compare:
      return .compare(
        runs: operands,
        requirements: try parsed.requirements(
          of: ["reward", "difference", "win_rate"], takesSubjects: true))
    case .report
    where parsed.has(.format(of: .report))
      || (!parsed.has(.reportFile) && (parsed.has(.json) || operands.count == 2)):
      return try Invocation.table(operands, parsed)
    case .report:
      guard let output = parsed.text(.reportFile) else {
        throw .missingOption(
          command: "report", option: "--output FILE, or a TABLE (--format list names them)")
      }
      return .report(runs: operands, output: output, omitsTexts: parsed.has(.omitTexts))
    case .capsule:
      guard let output = parsed.text(.capsuleFile) else {
        throw .missingOption(command: "capsule", option: "--output FILE")
      }
      return .capsule(
        run: operands[0], output: output, omitsTexts: parsed.has(.omitCapsuleTexts))
    case .verify:
      return .verify(place: operands[0], run: parsed.text(.verifiedRun))
    case .export:
      guard let output = parsed.text(.exportFolder) else {
        throw .missingOption(command: "export", option: "--output FOLDER")
      }
      return .export(
        ExportRequest(
          place: operands[0], stage: operands.dropFirst().first, output: output,
          seed: try parsed.whole(.seedOfTraining, in: 0...Int.max),
          step: try parsed.step(.step) ?? .last,
          type: try parsed.word(.storedType, among: ["float32", "bfloat16", "float16"]),
          shardBytes: try parsed.bytes(.shardSize) ?? 5_000_000_000))
    case .logs:
      let formats = parsed.values(.format(of: .logs))
      guard !formats.isEmpty else {
        throw .missingOption(command: "logs", option: "--format FORMAT")
      }
      guard let output = parsed.text(.logFolder) else {
        throw .missingOption(command: "logs", option: "--output FOLDER")
      }
      return .logs(run: operands[0], formats: formats, output: output)
    case .merge:
      guard let output = parsed.text(.exportFolder) else {
        throw .missingOption(command: "merge", option: "--output FOLDER")
      }
      return .merge(
        MergeRequest(
          adapter: operands[0], output: output,
          type: try parsed.word(.storedType, among: ["float32", "bfloat16", "float16"])))
    case .sample:
      if parsed.has(.prompt), parsed.has(.promptFile) {
        throw .conflict(option: "--prompts", with: "--prompt")
      }
      for option in [CommandOption.prompt, .promptFile, .samples]
      where parsed.has(.chat) && parsed.has(option) {
        throw .conflict(option: "--\(option.name)", with: "--chat")
      }
      if parsed.has(.system), !parsed.has(.chat) {
        throw .missingOption(command: "sample", option: "--chat beside --system")
      }
      let isServed = operands[0].hasPrefix(ServerOptions.prefix)
      let server = isServed ? try ServerOptions(parsed, of: "sample") : nil
      for option in CommandOption.ofServers + CommandOption.ofTransport
      where !isServed && parsed.has(option) {
        throw .missingOption(
          command: "sample", option: "server:MODEL@URL beside --\(option.name)")
      }
      if isServed, parsed.has(.chat) {
        throw .conflict(option: "--chat", with: "server:MODEL@URL")
      }
      if let server, server.tokenizer == nil, server.checkpoint == nil {
        throw .missingOption(
          command: "sample", option: "--tokenizer FOLDER or --checkpoint FOLDER beside a server")
      }
      return .sample(
        SampleRequest(
          checkpoint: operands[0], stage: operands.dropFirst().first,
          prompt: parsed.text(.prompt) ?? "", prompts: parsed.text(.promptFile),
          number: try parsed.count(.samples, atMost: 100_000) ?? 1,
          temperature: try parsed.temperature(.temperature) ?? 1,
          topK: try parsed.count(.topK), topP: try parsed.topP(.topP) ?? 1,
          maximumTokens: try parsed.count(.maximumTokens, atMost: 10_000_000)
            ?? (parsed.has(.chat) ? 512 : 64),
          seed: try parsed.seed(.seed) ?? 0, isChat: parsed.has(.chat),
          system: parsed.text(.system), chatTemplate: parsed.text(.chatTemplate),
          server: server))
    case .check:
      return .check(recipe: operands[0], overrides: overrides)
    case .plan:
      let schedule = parsed.ownFormat
      if schedule != nil, parsed.has(.json) { throw .conflict(option: "--format", with: "--json") }
      return .plan(
        PlanRequest(
          recipe: operands[0], output: parsed.text(.output), overrides: overrides,
          schedule: schedule.flatMap(PlanRequest.Schedule.init)))
    case .data:
      return .data(
        recipe: operands[0], rows: try parsed.count(.rows) ?? 3, overrides: overrides)
    case .model:
      return .model(directory: operands[0])
    case .doctor:
      return .doctor
    case .leaderboard:
      return .leaderboard(
        LeaderboardRequest(
          files: operands, judge: parsed.text(.boardJudge), difficulty: parsed.text(.difficulty),
          anchors: parsed.values(.anchor), controlsStyle: parsed.has(.style),
          answers: parsed.values(.answers), ranksByStrength: parsed.has(.bradleyTerry)))
    case .agreement:
      let fields = parsed.text(.fields)?.split(separator: ",").map(String.init) ?? []
      guard Set(fields.map { ByteText($0) }).count == fields.count else {
        throw .badValue(
          option: "--fields", value: parsed.text(.fields) ?? "",
          expected: "each field once; a rater always agrees with itself")
      }
      return .agreement(
        file: operands[0],
        fields: fields,
        scale: try parsed.word(.scale, among: ["nominal", "ordinal", "interval", "ratio"])
          ?? "nominal")
    case .power:
      return .power(
        PowerRequest(
          pilots: operands,
          judge: parsed.text(.boardJudge),
          difference: try parsed.number(.difference, between: 0, and: 1),
          deviation: try parsed.number(.deviation, between: 0, and: 1),
          correlation: try parsed.number(.correlation, between: -1, and: 1),
          prompts: try parsed.count(.prompts, atMost: 100_000_000),
          agreement: try parsed.number(.expectedAgreement, between: 0, and: 1),
          labels: try parsed.labels(),
          seeds: try parsed.count(.seeds, atMost: 1_000_000),
          seedDeviation: try parsed.positive(.seedDeviation, atMost: 1_000_000_000),
          significance: try parsed.number(.significance, between: 0, and: 1) ?? 0.05,
          power: try parsed.number(.powerOption, between: 0, and: 1) ?? 0.8))
    case .theory:
      return .theory(output: parsed.text(.theoryFile))
    case .methods: return .methods
    case .explain: return .explain(method: operands[0])
    case .initialise: return .initialise(try initial(parsed))
    case .completion:
      let shells = ["bash", "zsh", "fish"]
      guard shells.contains(operands[0]) else {
        throw .badValue(
          option: "plumb completion", value: operands[0],
          expected: shells.joined(separator: ", "))
      }
      return .completion(shell: operands[0])
    case .schema: return .schema
    case .help: return try help(operands, parsed)
    }
  }

  /// `plumb report RUN TABLE --format FORMAT`, or `plumb report RUN --format list`.
  private static func table(
    _ operands: [String], _ parsed: ParsedArguments
  ) throws(CommandError) -> Request {
    if parsed.has(.omitTexts) { throw .conflict(option: "--omit-texts", with: "--format") }
    let count = parsed.ownFormat == "list" ? 1 : 2
    guard operands.count >= count else {
      throw .missingOperand(command: "report", operands: "RUN TABLE")
    }
    guard operands.count == count else {
      throw .surplusOperand(
        operands[count], command: "report", operands: count == 1 ? "RUN" : "RUN TABLE")
    }
    return .table(
      run: operands[0], table: operands.dropFirst().first, output: parsed.text(.reportFile))
  }

  /// `plumb help`, of a command, of recipes or of measures.
  private static func help(
    _ operands: [String], _ parsed: ParsedArguments
  ) throws(CommandError) -> Request {
    if parsed.has(.manual) {
      guard operands.isEmpty else {
        throw .surplusOperand(operands[0], command: "help", operands: "")
      }
      return .manual
    }
    let folder = parsed.text(.referenceFolder)
    guard folder == nil || operands.first == "reference" else {
      throw .conflict(option: "--output", with: operands.first ?? "help")
    }
    guard let topic = operands.first else { return .help(nil) }
    if topic == "recipe" { return .recipeKeys(kind: operands.dropFirst().first) }
    if operands.count > 1 {
      throw .surplusOperand(operands[1], command: "help", operands: "one name")
    }
    if topic == "measures" { return .measures }
    if topic == "reference" { return .reference(folder: folder) }
    guard let name = CommandName(rawValue: topic) else {
      // What a recipe has and no command is called.
      if KnownWords.kinds.contains(topic) || KnownWords.sweeps.contains(topic) {
        return .recipeKeys(kind: topic)
      }
      let names =
        CommandName.allCases.map(\.rawValue) + ["recipe", "measures", "reference"]
        + KnownWords.kinds + KnownWords.sweeps
      throw .unknownCommand(topic, nearest: NearestName.of(topic, among: names))
    }
    return .help(name)
  }

  private static func initial(_ parsed: ParsedArguments) throws(CommandError) -> InitRequest {
    let kinds: [(CommandOption, (String) -> InitRequest.Data)] = [
      (.initialPairs, { .pairs($0) }), (.initialPrompts, { .prompts($0) }),
      (.initialDemonstrations, { .demonstrations($0) }),
    ]
    let given = kinds.filter { parsed.has($0.0) }
    if given.count > 1 {
      throw .conflict(option: "--\(given[0].0.name)", with: "--\(given[1].0.name)")
    }
    return InitRequest(
      model: parsed.text(.initialModel),
      data: given.first.flatMap { option, make in parsed.text(option).map(make) },
      reward: parsed.text(.initialReward), judge: parsed.text(.initialJudge),
      output: parsed.text(.initialFile) ?? "recipe.yaml", replaces: parsed.has(.replaces))
  }

  /// Names of criteria: none twice, and of letters, since answers are filed under them.
  private static func criteria(_ parsed: ParsedArguments) throws(CommandError) -> [String]? {
    guard let text = parsed.text(.criteria) else { return nil }
    if text == "none" { return [] }
    let names = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    guard names.count <= 5, Set(names).count == names.count,
      names.allSatisfy({ name in
        name.first?.isLetter == true && name.count <= 40
          && name.allSatisfy { $0.isLetter || $0.isNumber || $0 == " " || $0 == "-" }
      })
    else {
      throw .badValue(
        option: "--criteria", value: text, expected: "one to five different names, or none")
    }
    return names
  }
}
