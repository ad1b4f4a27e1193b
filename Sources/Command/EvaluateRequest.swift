/// What `plumb evaluate` needs to know of models that no recipe names.
public struct EvaluateRequest: Sendable, Equatable {
  /// A key of a recipe with what the command line says of it.
  public struct Setting: Sendable, Equatable {
    public enum Value: Sendable, Equatable {
      /// To be quoted.
      case text(String)
      case texts([String])
      /// A number or a truth value, as a recipe has it.
      case plain(String)
    }

    public var key: String
    public var value: Value

    public init(_ key: String, _ value: Value) {
      self.key = key
      self.value = value
    }
  }

  /// Folders, names of the hub, runs and stages of runs; the first is the reference unless one is named.
  public var models: [String]
  /// Files of prompts; at least one.
  public var prompts: [String]
  public var reference: String?
  public var reward: String?
  public var judges: [String]
  public var output: String?
  /// Of the recipe itself, of its evaluation and of its judging: only what was typed.
  public var settings: [Setting]
  public var evaluation: [Setting]
  public var judging: [Setting]
  /// How policies in servers are asked; nil where there is none among the models.
  public var servers: ServerOptions?
  public var overrides: [String]
  /// What has to hold for the command to end with 0.
  public var requirements: [Requirement]

  init(_ models: [String], _ parsed: ParsedArguments) throws(CommandError) {
    self.models = models
    prompts = parsed.values(.evaluationPrompts)
    guard !prompts.isEmpty else {
      throw .missingOption(command: "evaluate", option: "--prompts FILE beside models")
    }
    reference = parsed.text(.referencePolicy)
    reward = parsed.text(.reward)
    judges = parsed.values(.panel)
    output = parsed.text(.evaluationOutput)
    overrides = parsed.values(.set)
    requirements = try parsed.requirements(of: nil, takesSubjects: true)
    settings = []
    evaluation = []
    func text(_ option: CommandOption, _ key: String) -> Setting? {
      parsed.text(option).map { Setting(key, .text($0)) }
    }
    func plain(_ key: String, _ value: (some LosslessStringConvertible)?) -> Setting? {
      value.map { Setting(key, .plain(String($0))) }
    }
    // Of judges in this process, and of what is measured.
    let precision = plain(
      "precision", try parsed.word(.precision, among: ["float32", "bfloat16"]))
    settings = [
      text(.evaluationDevice, "device"),
      precision,
      text(.chatTemplate, "chat_template"),
    ].compactMap(\.self)
    evaluation = [
      plain("prompts", try parsed.count(.limit, atMost: 10_000_000)),
      plain("samples", try parsed.count(.completions, atMost: 10_000)),
      plain("temperature", try Self.temperature(parsed)),
      plain("top_k", try parsed.count(.topK, atMost: 1_000_000)),
      plain("top_p", try parsed.topP(.topP)),
      plain("max_tokens", try parsed.count(.evaluationLength, atMost: 1_000_000) ?? 256),
      plain("seed", try parsed.seed(.seed)),
      precision,
    ].compactMap(\.self)
    judging = try Self.judging(parsed)
    let served = models.contains { $0.hasPrefix(ServerOptions.prefix) }
    servers = served ? try ServerOptions(parsed, of: "evaluate") : nil
    if !served, let lost = ServerOptions.own(parsed) {
      throw .missingOption(
        command: "evaluate", option: "a model server:MODEL@URL beside --\(lost.name)")
    }
    let reach = served ? CommandOption.ofTransport : []
    if judges.isEmpty,
      let lost = CommandOption.evaluationJudging.first(where: {
        parsed.has($0) && !reach.contains($0)
      })
    {
      throw .missingOption(command: "evaluate", option: "--judge JUDGE beside --\(lost.name)")
    }
  }

  /// A greedy policy has one completion, and divergences of it are not defined.
  private static func temperature(_ parsed: ParsedArguments) throws(CommandError) -> Double? {
    guard let degrees = try parsed.temperature(.samplingTemperature) else { return nil }
    guard degrees > 0, degrees <= 100 else {
      throw .badValue(
        option: "--temperature", value: parsed.text(.samplingTemperature) ?? "",
        expected: "a number above 0 and at most 100")
    }
    return degrees
  }

  private static func judging(_ parsed: ParsedArguments) throws(CommandError) -> [Setting] {
    func text(_ option: CommandOption, _ key: String) -> Setting? {
      parsed.text(option).map { Setting(key, .text($0)) }
    }
    func plain(_ key: String, _ value: (some LosslessStringConvertible)?) -> Setting? {
      value.map { Setting(key, .plain(String($0))) }
    }
    let omitted = try parsed.words(.omitted, of: ["seed", "system", "temperature"])
    let transport = try TransportOptions(parsed, of: "evaluate").settings
    return [
      text(.template, "template"),
      plain("swap", try parsed.word(.swap, of: ["both", "none"])),
      plain("repeat", try parsed.count(.repetitions, atMost: 1000)),
      plain("canaries", try parsed.whole(.canaries, in: 0...1_000_000)),
      omitted.isEmpty ? nil : Setting("omit", .texts(omitted)),
      plain(
        "max_tokens_key",
        try parsed.word(.lengthKey, of: ["max_tokens", "max_completion_tokens"])),
      plain("top_logprobs", try parsed.number(.topLogprobs, in: 2...1000)),
    ].compactMap(\.self) + transport
      + [
        text(.cache, "cache"),
        parsed.has(.noCache) ? Setting("share_answers", .plain("false")) : nil,
      ].compactMap(\.self)
  }
}
