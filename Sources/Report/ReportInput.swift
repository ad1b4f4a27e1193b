import Foundation
import Runs

/// The records of one run, all that its report is made from.
public struct ReportInput: Sendable {
  /// What the run is called.
  public var name: String
  /// Where the records lie; nil for those that were made in memory.
  public var folder: URL?
  public var evaluation: EvaluationRecord
  public var samples: [SampleRecord]
  /// What training reported, one entry per stage and seed; seed is nil for a stage that runs once.
  public var steps: [(stage: String, seed: Int?, records: [StepRecord])]
  /// Where the alarm for over-optimisation was raised, in words; a reader of rewards has to know it.
  public var alarmWords: [String] {
    alarms.compactMap { alarm in
      guard let look = alarm.looks.first(where: \.isRaised) else { return nil }
      let seed = alarm.seed.map { " seed \($0)" } ?? ""
      return
        "Over-optimisation: \(alarm.stage)\(seed) raised the alarm at step \(look.step): it beat the "
        + "reference in \(Percent.value(look.winRate)) by the training's reward and in "
        + "\(Percent.value(look.heldOutWinRate)) by the held-out one."
    }
  }
  /// What alarms for over-optimisation saw, one entry per stage and seed that has one.
  public var alarms: [(stage: String, seed: Int?, looks: [AlarmLook])] = []
  /// What stages left out of their data, a phrase each.
  public var leftOut: [(stage: String, seed: Int?, words: String)] = []
  /// How strengths were searched for a KL, by the stages' names.
  public var strengths: [StrengthRecord] = []
  public var costs: [PhaseCost]
  /// What judges said of the policies' samples; nil where none were asked.
  public var judging: JudgingReport?
  public var spending: Spending?
  /// What came of that which the recipe requires; nil where it requires nothing.
  public var gates: GateRecord?
  /// What examinations found; nil where none were sat.
  public var exams: ExamRecord?
  /// Which prompts were trained on; nil in runs from before it was looked for.
  public var overlap: OverlapRecord?
  /// The recipe with all defaults filled in, as JSON text.
  public var resolvedRecipe: String
  /// Versions, hashes, device and the like, in order.
  public var provenance: [(String, String)]
  /// What was wrong with the records but did not stop the report; printed in it.
  public var warnings: [String]

  public init(
    name: String, evaluation: EvaluationRecord, samples: [SampleRecord] = [],
    steps: [(stage: String, seed: Int?, records: [StepRecord])] = [], costs: [PhaseCost] = [],
    judging: JudgingReport? = nil, spending: Spending? = nil,
    resolvedRecipe: String = "", provenance: [(String, String)] = [], warnings: [String] = []
  ) {
    self.name = name
    self.evaluation = evaluation
    self.samples = samples
    self.steps = steps
    self.costs = costs
    self.judging = judging
    self.spending = spending
    self.resolvedRecipe = resolvedRecipe
    self.provenance = provenance
    self.warnings = warnings
  }

  /// Reads the records of a run.
  ///
  /// Only `evaluation.json` must be there. Every `steps.jsonl` below the run is read; a folder
  /// called `seed-<s>` gives the seed, the other folders on the way give the stage.
  ///
  /// - Parameter isMeasured: false to take a run that only trained, too, with nothing measured.
  /// - Throws: ``ReportError``, and `RunError` naming file and line.
  public static func load(
    from run: RunDirectory, isMeasured: Bool = true
  ) throws -> ReportInput {
    var warnings: [String] = []
    func journal<Value: Codable>(_ url: URL, _ name: String, of type: Value.Type) throws
      -> [Value]
    {
      guard exists(url) else { return [] }
      let contents = try Journal<Value>.read(url)
      if let torn = contents.torn {
        warnings.append("\(name): the last line is torn (\(torn.bytes) bytes) and was left out")
      }
      return contents.records
    }

    guard exists(run.evaluation) || (!isMeasured && exists(run.resolved)) else {
      throw ReportError.missing(
        file: run.evaluation.path,
        advice: exists(run.url.appending(path: "judge.json"))
          ? "this is the folder of a judging: plumb judge with --report writes its page"
          : exists(run.url)
            ? "run 'plumb evaluate' on this run first" : "give the folder of a run")
    }
    let evaluation =
      exists(run.evaluation)
      ? try RecordFile.read(
        EvaluationRecord.self, from: run.evaluation, advice: RecordAdvice.measured)
      : EvaluationRecord(
        reference: "", policies: [], measurements: [], bestOf: nil, panels: [], protocolNotes: [])
    let samples = try journal(run.samples, "samples.jsonl", of: SampleRecord.self)
    let costs: [PhaseCost]
    do {
      costs = try ["", "selection/", "evaluation/"].flatMap { folder in
        let path = folder + "costs.jsonl"
        return try journal(run.url.appending(path: path), path, of: PhaseCost.self)
      }
    } catch let error as RunError {
      throw error.advising(RecordAdvice.costs)
    }
    var steps: [(stage: String, seed: Int?, records: [StepRecord])] = []
    // Read once: below a run of many trainings lie thousands of folders.
    let files = try run.files
    for path in files.filter({ isNamed("steps.jsonl", $0) }) {
      let records = try journal(run.url.appending(path: path), path, of: StepRecord.self)
      let (stage, seed) = stageAndSeed(ofJournal: path)
      steps.append((stage, seed, records))
    }
    let spending = run.judgments.appending(path: "spending.json")
    let recipe =
      exists(run.resolved) ? try BoundedFile.read(run.resolved, atMost: 64 << 20) : Data()
    var input = ReportInput(
      name: run.url.lastPathComponent, evaluation: evaluation, samples: samples,
      steps: steps.sorted { ($0.stage, $0.seed ?? -1) < ($1.stage, $1.seed ?? -1) },
      costs: costs,
      judging: exists(run.judging)
        ? try RecordFile.read(
          JudgingReport.self, from: run.judging, advice: RecordAdvice.measured) : nil,
      spending: exists(spending) ? try RecordFile.read(Spending.self, from: spending) : nil,
      resolvedRecipe: String(decoding: recipe, as: UTF8.self),
      provenance: try provenance(run.provenance),
      warnings: warnings)
    input.folder = run.url
    if exists(run.overlap) {
      input.overlap = try RecordFile.read(
        OverlapRecord.self, from: run.overlap, advice: RecordAdvice.measured)
    }
    for path in files.filter({ isNamed("alarm.jsonl", $0) }) {
      let looks = try journal(run.url.appending(path: path), path, of: AlarmLook.self)
      let (stage, seed) = stageAndSeed(ofJournal: path)
      input.alarms.append((stage, seed, looks))
    }
    input.alarms.sort { ($0.stage, $0.seed ?? -1) < ($1.stage, $1.seed ?? -1) }
    for path in files.filter({ isNamed(LeftOutRecord.file, $0) }).sorted() {
      let (stage, seed) = stageAndSeed(ofJournal: path)
      let bytes = try BoundedFile.read(run.url.appending(path: path), atMost: 64 << 20)
      input.leftOut += try bytes.split(separator: UInt8(ascii: "\n")).map {
        (stage, seed, try RecordFile.record(LeftOutRecord.self, of: Data($0)).words)
      }
    }
    input.strengths = try files.filter { isNamed(StrengthRecord.file, $0) }.map {
      try RecordFile.read(
        StrengthRecord.self, from: run.url.appending(path: $0), advice: RecordAdvice.measured)
    }
    if exists(run.gates) {
      input.gates = try RecordFile.read(
        GateRecord.self, from: run.gates, advice: RecordAdvice.measured)
    }
    if exists(run.exams) {
      input.exams = try RecordFile.read(
        ExamRecord.self, from: run.exams, advice: RecordAdvice.measured)
    }
    return input
  }

  /// Whether anything ranked completions.
  public var hasRewards: Bool { evaluation.identity?.reward != EvaluationIdentity.noReward }

  private static func isNamed(_ name: String, _ path: String) -> Bool {
    path.hasSuffix("/\(name)") || path == name
  }

  static func stageAndSeed(ofJournal path: String) -> (stage: String, seed: Int?) {
    var seed: Int?
    var stage: [Substring] = []
    for folder in path.split(separator: "/").dropLast() {
      if folder.hasPrefix("seed-"), let number = Int(folder.dropFirst(5)) {
        seed = number
      } else {
        stage.append(folder)
      }
    }
    return (stage.joined(separator: "/"), seed)
  }

  private static func exists(_ url: URL) -> Bool {
    FileManager.default.fileExists(atPath: url.path)
  }

  private static func provenance(_ url: URL) throws -> [(String, String)] {
    guard exists(url) else { return [] }
    let data = try BoundedFile.read(url, atMost: 64 << 20)
    guard let members = (try? JSONParser.parse(data))?.object?.members else {
      throw ReportError.malformed(file: url.path, reason: "expected a JSON object")
    }
    return members.filter { $0.key != "digest" }.sorted { $0.key < $1.key }.map { member in
      (member.key, member.value.string ?? JSONText.line(member.value))
    }
  }
}
