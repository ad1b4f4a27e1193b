import Command
import Comparing
import Evaluation
import Foundation
import Judging
import Recipe
import Runs
import Training

/// The `judging` section of a recipe: whose samples are judged, against what, by whom.
struct JudgingPlan {
  /// What a policy's samples are compared with.
  enum Opponent: Hashable {
    /// The reference policy's samples.
    case reference
    /// The completions that the evaluation compares with as chosen.
    case chosen
    /// Those of another policy of the evaluation: a group of the record.
    case group(String)
  }

  let settings: JudgingSettings
  let against: [Opponent]
  /// Groups whose samples are judged; nil for all that the evaluation measures.
  let candidates: [String]?
  /// The first so many prompts of the evaluation, one completion each.
  let prompts: Int
  /// Models that judges name and stages make.
  let stages: [String: ModelSource]

  init(from section: Section, _ names: RecipeNames, _ evaluation: EvaluationPlan?, base: URL) {
    var settings = JudgingSettings(from: section, base: base.path)
    if let confidence = evaluation?.settings.confidence { settings.confidence = confidence }
    self.settings = settings
    let hasChosen = evaluation.map { $0.chosen != .none } ?? true
    let words = section.strings(
      "against", default: hasChosen ? ["reference", "chosen"] : ["reference"],
      about: "Whom samples are compared with: reference, chosen, or a policy.")
    let found = words.map { Self.opponent($0, evaluation) }
    against = found.compactMap(\.self)
    if found.contains(nil) || Set(against).count < words.count || words.isEmpty {
      let offer = evaluation.map { $0.policies.map { ", \($0)" }.joined() } ?? ""
      section.mistake(
        "against",
        "is [\(words.joined(separator: ", "))]; it takes reference, chosen\(offer), each once")
    }
    candidates = Self.candidates(section, evaluation, names.swept)
    // As in the EXO paper's comparison by a language model.
    prompts = section.int(
      "prompts", default: 100, in: 1...10_000_000,
      about: "The first so many prompts are judged, one completion each.")
    stages = Self.stages(of: settings.judges, names, section)
    if settings.judges.contains("rouge-l") {
      section.mistake(
        "judges",
        "rouge-l compares with a reference answer, and a run's prompts have none; judge files with plumb "
          + "judge --judge rouge-l, or take another judge")
    }
    if evaluation == nil {
      section.mistake("judging needs an evaluation, whose samples are judged; add one")
    } else if !hasChosen, against.contains(.chosen) {
      section.mistake(
        "against", "chosen needs completions to compare with, and the evaluation has chosen: none")
    }
  }

  /// Nil for a name that the evaluation does not have.
  private static func opponent(_ word: String, _ evaluation: EvaluationPlan?) -> Opponent? {
    switch word {
    case "reference": .reference
    case "chosen": .chosen
    // The reference by its own name.
    case evaluation?.reference.description: .reference
    default: evaluation?.group(of: word).map { .group($0) }
    }
  }

  private static func candidates(
    _ section: Section, _ evaluation: EvaluationPlan?, _ swept: [String: [String]]
  ) -> [String]? {
    guard section.has("policies"), let evaluation else { return nil }
    let names = section.strings(
      "policies", about: "Policies whose samples are judged; all that are measured without it."
    ).flatMap { swept[$0] ?? [$0] }
    for name in names where evaluation.group(of: name) == nil {
      let offer = evaluation.policies.joined(separator: ", ")
      section.mistake(
        "policies", "\(name) is none of the evaluation's policies (there is \(offer))")
    }
    return names.compactMap(evaluation.group)
  }

  /// Names without a slash are stages, as everywhere in a recipe.
  static func stages(
    of judges: [String], _ names: RecipeNames, _ section: Section
  ) -> [String: ModelSource] {
    var stages: [String: ModelSource] = [:]
    for judge in judges {
      guard let specification = try? JudgeSpecification(judge),
        case .local(let kind, let name) = specification.kind, name != "synthetic"
      else { continue }
      stages[name] = names.source(
        name, "judges", in: section, kind == .model ? .languageModel : .rewardModel)
    }
    return stages
  }

  /// - Parameters:
  ///   - policies: how many final checkpoints a group of the evaluation has.
  ///   - offered: prompts of the evaluation.
  func questions(policies: [String: Int], prompts offered: Int) -> QuestionCount {
    let count = min(prompts, offered)
    let fools =
      settings.canaries == 0 ? 0 : CanaryKind.allCases.count * min(count, settings.canaries)
    let asked = policies.filter { candidates?.contains($0.key) ?? true }
    return against.reduce(QuestionCount()) { sum, opponent in
      let contenders = asked.filter { .group($0.key) != opponent }.values.reduce(0, +)
      return sum + settings.questions(contenders * (count + fools))
    }
  }

  /// What is wrong with addresses, keys and prices, before anything runs.
  func check() throws {
    try settings.check(environment: ProcessInfo.processInfo.environment, keys: "judging.")
  }

  /// Judges in this process whose context holds no question, a line each, where their folders say.
  func contextProblems(base: URL) throws -> [String] {
    try Self.contextProblems(settings, stages, base: base)
  }

  static func contextProblems(
    _ settings: JudgingSettings, _ stages: [String: ModelSource], base: URL
  ) throws -> [String] {
    let template = try PromptTemplate.load(settings.template)
    return try settings.judges.compactMap { judge in
      guard case .local(.model, let name) = try JudgeSpecification(judge).kind,
        case .folder(let path) = stages[name]
      else { return nil }
      return try ModelJudge.contextProblem(
        of: ModelFolder.find(path, from: base), name: name, template: template)
    }
  }

  // MARK: Judging

  /// How judging ended.
  enum Outcome {
    case finished(JudgingReport)
    case interrupted
  }

  /// Judges the final checkpoints' samples and records what came of it.
  ///
  /// - Throws: what stopped it, after recording what was judged until then.
  func execute(recipe: RunRecipe, run: RunDirectory, console: Console) throws -> Outcome {
    console.say("judging")
    let meter = Meter()
    let before = FileManager.default.contents(atPath: run.judging.path)
    let pairs = try JudgedSamples(run).comparisons(
      of: candidates, against, prompts: prompts)
    let work = JudgingWork(
      settings: settings, pairs: pairs, folders: try folders(recipe, run),
      precision: recipe.precision, device: recipe.device, run: run,
      isQuiet: console.isQuiet, isJSON: console.isJSON)
    console.endLine()
    let (report, spent, lessons, stop) = try Waiting.until { try await work.perform() }
    for reason in report.reasons.prefix(5) { console.say("  \(reason.text)") }
    for lesson in lessons {
      console.say("  \(lesson.server) is asked \(lesson.dialect.words), as it teaches")
    }
    try RecordFile.write(report, to: run.judging)
    try RecordFile.write(spent, to: run.judgments.appending(path: "spending.json"))
    if !lessons.isEmpty {
      try RecordFile.write(lessons, to: run.judgments.appending(path: "servers.json"))
    }
    if before != FileManager.default.contents(atPath: run.judging.path) {
      try meter.write(
        to: run, stage: "judging", phase: "judge",
        tokens: spent.usage.total,
        oracleCalls: report.comparisons.reduce(0) { $0 + $1.summary.answers.values.reduce(0, +) })
    }
    if let stop {
      if case JudgingError.interrupted = stop { return .interrupted }
      throw stop
    }
    return .finished(report)
  }

  private func folders(_ recipe: RunRecipe, _ run: RunDirectory) throws -> [String: URL] {
    let context = StageContext(
      run: run, name: "judging", seed: nil,
      seeds: { recipe.repeats($0) ? recipe.seeds[0] : nil }, base: recipe.base,
      device: recipe.device, precision: recipe.precision, shouldStop: { false },
      progress: { _ in }, note: { _ in })
    return try stages.mapValues(context.folder)
  }
}

extension JudgingSettings {
  /// What a number of comparisons asks of these judges.
  func questions(_ comparisons: Int) -> QuestionCount {
    let each = comparisons * (asksBothOrders ? 2 : 1) * repetitions
    return judges.reduce(QuestionCount()) { sum, judge in
      switch try? JudgeSpecification(judge).kind {
      case .remote?: sum + QuestionCount(remote: each)
      case .local?: sum + QuestionCount(local: each)
      case .computed?, nil: sum
      }
    }
  }
}
