import Command
import Foundation
import Judging
import Policy
import Recipe
import Runs
import Torch
import Training

/// Judges as the oracle of a stage: the section `oracle` with `kind: judge`.
struct JudgedOracleMaker: OracleMaker {
  private let settings: JudgingSettings
  private let models: [String: ModelSource]

  init(from section: Section, _ names: RecipeNames, base: URL) {
    settings = JudgingSettings(from: section, base: base.path, asksCanaries: false)
    models = JudgingPlan.stages(of: settings.judges, names, section)
    if JudgingSettings.isFile(template: settings.template) {
      names.inputs.declare(
        .file(
          section.string("template", default: "", about: "The question that the judge is asked.")))
    }
    // Mistakes in words are on record already; what is left are keys and prices.
    guard settings.isReadable else { return }
    do {
      try settings.check(environment: ProcessInfo.processInfo.environment, keys: "")
    } catch {
      section.mistake("judges", "\(error)")
    }
  }

  func questions(comparisons: Int) -> QuestionCount { settings.questions(comparisons) }

  func contextProblems(base: URL) throws -> [String] {
    try JudgingPlan.contextProblems(settings, models, base: base)
  }

  func oracle(_ context: StageContext) throws -> any PreferenceOracle {
    JudgedOracle(
      name: settings.judges.joined(separator: ", "),
      desk: JudgeDesk(
        settings: settings, folders: try models.mapValues(context.folder),
        ledger: context.directory.url.appending(path: "ledger.jsonl"),
        precision: context.precision, device: context.device))
  }
}

/// P(first ≻ second) as judges say; in both orders unless told otherwise, so that both sum to 1.
private struct JudgedOracle: PreferenceOracle {
  let name: String
  let desk: JudgeDesk

  func preferences(_ questions: [PreferenceQuestion]) throws -> [Double?] {
    let asked = questions.enumerated().map { place, question in
      JudgeQuestion(
        id: "\(place)", prompt: question.prompt, candidates: [question.first, question.second])
    }
    return try Waiting.until { try await desk.ask(asked) }
  }

  func mainReason() throws -> String? { try Waiting.until { await desk.mainReason } }
}

/// Keeps the judges of an oracle, with their models and their ledger, from one batch to the next.
///
/// Stages ask one batch at a time and wait for it.
private actor JudgeDesk {
  private let settings: JudgingSettings
  private let folders: [String: URL]
  private let ledger: URL
  private let precision: Precision
  private let device: Device
  private var session: JudgingSession?
  /// Why questions had no answer, the most frequent first.
  private var reasons: [MissingReason] = []

  init(
    settings: JudgingSettings, folders: [String: URL], ledger: URL, precision: Precision,
    device: Device
  ) {
    self.settings = settings
    self.folders = folders
    self.ledger = ledger
    self.precision = precision
    self.device = device
  }

  /// - Throws: what stopped the judges; the answers until then are on the ledger.
  func ask(_ questions: [JudgeQuestion]) async throws -> [Double?] {
    let session = try await open()
    let (judgments, stop) = try await session.perform(
      questions,
      interruption: { Signals.interruption == nil ? nil : JudgingError.interrupted })
    if let stop { throw stop }
    let missing = judgments.compactMap(\.self).filter { $0.preference == nil }
    reasons = MissingReason.merged([reasons, MissingReason.all(missing.flatMap(\.leaves))])
    return judgments.map { $0?.preference }
  }

  var mainReason: String? { reasons.first?.text }

  private func open() async throws -> JudgingSession {
    if let session { return session }
    let environment = ProcessInfo.processInfo.environment
    let folders = folders
    let assembly = try JudgeAssembly(
      settings, environment: environment,
      local: LocalJudges.maker(precision: precision, on: device) {
        try folders[$0] ?? ModelFolder.find($0)
      })
    let opened = try await JudgingSession(
      assembly, ledger: ledger, cache: assembly.cache(environment: environment))
    session = opened
    return opened
  }
}
