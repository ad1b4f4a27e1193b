import Runs

/// What `plumb judge` needs to know.
public struct JudgeRequest: Sendable, Equatable {
  /// What results can be written as, besides Plumb's own records.
  static let formats = ["alpaca-eval", "arena-hard", "mt-bench", "csv", "jsonl"]

  /// What a requirement can be about: numbers of a judge held against people.
  public static let agreements = ["agreement", "kappa"]
  /// And of a judging.
  public static let quantities = [
    "win_rate", "judge_win_rate", "flip_rate", "first_place", "longer_wins",
  ]

  /// The files of outputs; the first one's win rate is measured.
  public var first: String
  /// Nil where the first is a run of two policies.
  public var second: String?
  /// More files: then opponents are chosen until the order of all is resolved.
  public var others: [String]
  /// What of the order of three and more; nil for two.
  public var goal: Goal?
  /// Comparisons of three and more at most.
  public var budget: Int?
  /// As they were typed; at least one.
  public var judges: [String]
  public var template: String
  public var reference: String?
  public var output: String?
  public var limit: Int?
  public var asksBothOrders: Bool
  public var repetitions: Int
  public var canaries: Int
  public var seed: UInt64
  /// Nil leaves it to the server.
  public var temperature: Double?
  /// What servers do not take: `seed`, `system`, `temperature`.
  public var omitted: [String]
  /// `max_tokens` or `max_completion_tokens`; nil for what the kind of server uses.
  public var lengthKey: String?
  public var topLogprobs: Int?
  public var transport: TransportOptions
  public var isDryRun: Bool
  public var cache: String?
  public var usesCache: Bool
  public var failUnder: Double?
  public var isStrict: Bool
  public var exports: [String]
  /// Where models of this process run: `cpu`, `cuda`, `cuda:0`.
  public var device: String
  /// Nil where all prompts are judged.
  public var stop: JudgingStop?
  /// A file of `plumb calibrate`.
  public var calibration: String?
  /// What has to hold for the command to end with 0.
  public var requirements: [Requirement]
  /// Of old answers, those asked again where new ones come beside them, 0 … 1.
  public var recheck: Double
  /// A folder of batch files: nothing is sent.
  public var batch: String?
  /// Of conversations only so many turns; nil for all.
  public var turn: Int?
  /// Records and page hold hashes in the place of prompts and answers.
  public var omitsTexts: Bool
  /// An HTML page to write.
  public var report: String?

  /// What has to be known of several systems.
  public enum Goal: Sendable, Equatable {
    case ranking
    /// So many of them told from all others.
    case top(Int)
  }

  init(_ files: [String], _ parsed: ParsedArguments) throws(CommandError) {
    first = files[0]
    second = files.dropFirst().first
    others = Array(files.dropFirst(2))
    let judges = parsed.values(.judge)
    self.judges = judges
    if let again = judges.enumerated().first(where: { judges[..<$0.offset].contains($0.element) }) {
      throw .badValue(
        option: "--judge", value: again.element,
        expected: "each judge once: one with two votes decides alone")
    }
    guard !judges.isEmpty else {
      throw .missingOption(command: "judge", option: "--judge JUDGE")
    }
    template = parsed.text(.template) ?? "five-level"
    reference = parsed.text(.reference)
    output = parsed.text(.judgingOutput)
    limit = try parsed.count(.limit)
    asksBothOrders = try parsed.word(.swap, of: ["both", "none"]) != "none"
    repetitions = try parsed.count(.repetitions, atMost: 10_000) ?? 1
    canaries = try parsed.whole(.canaries, in: 0...100_000) ?? 16
    seed = try parsed.seed(.seed) ?? 0
    if parsed.text(.judgingTemperature) == "server" {
      temperature = nil
    } else {
      temperature = try parsed.temperature(.judgingTemperature) ?? 0
    }
    omitted = try parsed.words(.omitted, of: ["seed", "system", "temperature"])
    lengthKey = try parsed.word(.lengthKey, of: ["max_tokens", "max_completion_tokens"])
    topLogprobs = try parsed.number(.topLogprobs, in: 2...1000)
    transport = try TransportOptions(parsed, of: "judge")
    isDryRun = parsed.has(.dryRun)
    cache = parsed.text(.cache)
    usesCache = !parsed.has(.noCache)
    failUnder = try parsed.share(.failUnder)
    isStrict = parsed.has(.strict)
    device = parsed.text(.device) ?? "cpu"
    let margin = try parsed.share(.margin)
    if let margin, !(margin > 0 && margin < 0.5) {
      throw .badValue(
        option: "--margin", value: parsed.text(.margin) ?? "", expected: "between 0 and 0.5")
    }
    goal = others.isEmpty ? nil : try Self.goal(parsed, among: files.count)
    budget = try parsed.count(.budget)
    if budget != nil, others.isEmpty {
      throw .missingOption(command: "judge", option: "three files and more beside --budget")
    }
    if !others.isEmpty, let lost = Self.ofTwo.first(where: { parsed.has($0) }) {
      throw .conflict(option: "--\(lost.name)", with: "three files and more")
    }
    var stops = goal != nil
    if !stops { stops = try parsed.word(.stopWhen, of: ["decided", "judged"]) == "decided" }
    if margin != nil, !stops {
      throw .missingOption(command: "judge", option: "--stop-when decided beside --margin")
    }
    stop = stops ? JudgingStop(margin: margin) : nil
    report = parsed.text(.judgingReport)
    omitsTexts = parsed.has(.omitJudgedTexts)
    recheck = try parsed.share(.recheck) ?? 0.05
    calibration = parsed.text(.calibration)
    batch = parsed.text(.batch)
    turn = try parsed.count(.turn, atMost: 1000)
    if batch != nil, stop != nil {
      throw .conflict(option: "--batch", with: "--stop-when decided")
    }
    if stop != nil, calibration != nil {
      throw .conflict(option: "--calibration", with: "--stop-when decided")
    }
    requirements = try parsed.requirements(
      of: JudgeRequest.quantities + JudgeRequest.agreements, agreement: .requireAgreement)
    if calibration == nil,
      requirements.contains(where: { JudgeRequest.agreements.contains($0.quantity) })
    {
      throw .missingOption(
        command: "judge", option: "--calibration FILE, which holds agreement with people")
    }
    exports = try parsed.words(.export, of: JudgeRequest.formats)
  }

  /// Options that say something of one comparison of two systems.
  private static let ofTwo: [CommandOption] = [
    .export, .calibration, .requireAgreement, .require, .failUnder, .judgingReport, .batch,
    .recheck,
  ]

  private static func goal(
    _ parsed: ParsedArguments, among systems: Int
  ) throws(CommandError) -> Goal {
    guard let word = parsed.text(.stopWhen) else { return .ranking }
    if word == "ranking" { return .ranking }
    if word.hasPrefix("top-"), let count = Int(word.dropFirst(4)), (1..<systems).contains(count),
      word == "top-\(count)"
    {
      return .top(count)
    }
    throw .badValue(
      option: "--stop-when", value: word,
      expected: "ranking or top-K, K from 1 to \(systems - 1), of \(systems) files")
  }
}
