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
  /// Two sides that meet each other.
  struct Pair: Hashable {
    let first: JudgedSide
    let second: JudgedSide
  }

  let settings: JudgingSettings
  /// What the samples of every candidate are compared with.
  let against: [JudgedSide]
  /// Comparisons beside those.
  let pairs: [Pair]
  /// Groups whose samples are judged; nil for all that the evaluation measures.
  let candidates: [String]?
  /// The first so many prompts of the evaluation, one completion each.
  let prompts: Int
  /// Models that judges name and stages make.
  let stages: [String: ModelSource]
  /// What has to hold for the run to end well.
  var requirements: [JudgedRequirement] = []
  /// A file of `plumb calibrate`, by which win rates are corrected; nil for none.
  var calibration: String?

  init(
    from section: Section, _ names: RecipeNames, _ evaluation: EvaluationPlan?, seeds: [Int],
    base: URL
  ) {
    var settings = JudgingSettings(from: section, base: base.path)
    if let confidence = evaluation?.settings.confidence { settings.confidence = confidence }
    self.settings = settings
    let hasChosen = evaluation.map { $0.chosen != .none } ?? true
    let sides = JudgedSides(
      evaluation: evaluation, swept: names.swept, unknown: evaluation?.unknown ?? names.unknown,
      seeds: seeds)
    pairs = Self.pairs(section, sides)
    // Who names pairs says what is judged.
    let words = section.strings(
      "against",
      default: section.has("pairs") ? [] : hasChosen ? ["reference", "chosen"] : ["reference"],
      about: "Whom samples are compared with: reference, chosen, or a policy.")
    let found = words.map { sides.side($0) }
    against = found.compactMap(\.self)
    if words.isEmpty, !section.has("pairs") {
      section.mistake("against", "names nobody; it takes \(sides.offer)")
    }
    for (place, side) in found.enumerated() {
      if side == nil, !sides.isUnknown(words[place]) {
        section.mistake("against", item: place, "\(words[place]) is none of \(sides.offer)")
      } else if side != nil, found[..<place].contains(side) {
        section.mistake("against", item: place, "\(words[place]) stands there twice")
      }
    }
    candidates = Self.candidates(section, evaluation, names.swept)
    // As in the EXO paper's comparison by a language model.
    prompts = section.int(
      "prompts", default: 100, in: 1...10_000_000,
      about: "The first so many prompts are judged, one completion each.")
    stages = Self.stages(of: settings.judges, names, section)
    if settings.judges.contains("rouge-l") {
      section.mistake(
        "judges", at: "rouge-l",
        "rouge-l compares with a reference answer, and a run's prompts have none; judge files with plumb "
          + "judge --judge rouge-l, or take another judge")
    }
    if evaluation == nil {
      section.mistake("judging needs an evaluation, whose samples are judged; add one")
    }
    for (side, word) in zip(found, words) {
      guard let side, let problem = sides.objection(to: side, named: word) else { continue }
      section.mistake("against", at: word, problem)
    }
    readGates(from: section, sides, base: base)
  }

  /// Pairs of sides, a swept stage standing for each of its settings.
  private static func pairs(_ section: Section, _ sides: JudgedSides) -> [Pair] {
    let words = section.stringPairs(
      "pairs", about: "Two policies each whose samples are compared with each other.")
    guard section.has("pairs"), sides.evaluation != nil else { return [] }
    var pairs: [Pair] = []
    for (item, (first, second)) in words.enumerated() {
      func found(_ word: String) -> [JudgedSide] {
        guard let found = sides.sides(word) else {
          if sides.isUnknown(word) { return [] }
          section.mistake(
            "pairs", at: word, "\(word) is nothing that is judged; there is \(sides.offer)")
          return []
        }
        for side in found {
          guard let problem = sides.objection(to: side, named: word) else { continue }
          section.mistake("pairs", at: word, problem)
          break
        }
        return found
      }
      let (ours, theirs) = (found(first), found(second))
      // Of a sweep against itself each two settings meet once.
      for (place, one) in ours.enumerated() {
        for other in ours == theirs ? Array(ours[(place + 1)...]) : theirs where one != other {
          if sides.isSame(one, other) {
            section.mistake(
              "pairs", item: item, "[\(first), \(second)] compares something with itself")
            continue
          }
          let pair = Pair(first: one, second: other)
          if pairs.contains(pair) || pairs.contains(Pair(first: other, second: one)) {
            section.mistake(
              "pairs", item: item, "[\(first), \(second)] stands there twice")
          }
          pairs.append(pair)
        }
      }
      if ours == theirs, ours.count == 1 {
        section.mistake(
          "pairs", item: item, "[\(first), \(second)] compares something with itself")
      }
    }
    if section.isEmptyList("pairs") {
      section.mistake("pairs", "names nothing; give pairs, as in [[exo, dpo]]")
    }
    return pairs
  }

  /// Sizes n of best of n whose completions are judged.
  var bests: [Int] {
    let sides = against + pairs.flatMap { [$0.first, $0.second] }
    return Set(sides.compactMap { if case .bestOf(let size) = $0 { size } else { nil } }).sorted()
  }

  private static func candidates(
    _ section: Section, _ evaluation: EvaluationPlan?, _ swept: [String: [String]]
  ) -> [String]? {
    guard section.has("policies"), let evaluation else { return nil }
    let names = section.strings(
      "policies", about: "Policies whose samples are judged; all that are measured without it."
    ).flatMap { swept[$0] ?? [$0] }
    for name in names
    where evaluation.group(of: name) == nil && !evaluation.unknown.contains(name) {
      let offer = evaluation.policies.joined(separator: ", ")
      section.mistake(
        "policies", at: name, "\(name) is none of the evaluation's policies (there is \(offer))")
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
        name, "judges", item: judge, in: section, kind == .model ? .languageModel : .rewardModel)
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
    func voices(_ side: JudgedSide) -> Int {
      guard case .policy(let group, let seed, _) = side else { return 1 }
      return seed == nil ? policies[group] ?? 0 : 1
    }
    var comparisons = against.reduce(0) { sum, opponent in
      sum + asked.filter { .group($0.key) != opponent }.values.reduce(0, +)
    }
    for pair in pairs {
      let (ours, theirs) = (voices(pair.first), voices(pair.second))
      comparisons += min(ours, theirs) == 0 ? 0 : max(ours, theirs)
    }
    return settings.questions(comparisons * (count + fools))
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
    case finished(JudgingReport, Gate)
    /// The judge agrees with people less than is required: nobody was asked.
    case untrusted(Gate)
    case interrupted
  }

  /// Judges the final checkpoints' samples and records what came of it.
  ///
  /// - Throws: what stopped it, after recording what was judged until then.
  func execute(recipe: RunRecipe, run: RunDirectory, console: Console) throws -> Outcome {
    console.say("judging")
    let meter = Meter()
    let before = FileManager.default.contents(atPath: run.judging.path)
    let trust = trust(try CalibrationFile(calibration, for: nil)?.record)
    guard trust.exitCode == .success else {
      console.say("  nobody is asked: the judge's agreement with people is not what is required")
      // What an earlier recipe asked for is no result of this one.
      if before != nil { try FileManager.default.removeItem(at: run.judging) }
      return .untrusted(gate(nil, trust, nil))
    }
    var samples = try JudgedSamples(run)
    let pairs = try samples.comparisons(of: candidates, against, pairs: pairs, prompts: prompts)
    let work = JudgingWork(
      settings: settings, pairs: pairs, calibration: calibration, folders: try folders(recipe, run),
      precision: recipe.precision, device: recipe.device, run: run,
      isQuiet: console.isQuiet, isJSON: console.isJSON, progress: console.run)
    console.endLine()
    var (report, spent, lessons, stop) = try Waiting.until { try await work.perform() }
    for reason in report.reasons.prefix(5) { console.say("  \(reason.text)") }
    for lesson in lessons {
      console.say("  \(lesson.server) is asked \(lesson.dialect.words), as it teaches")
    }
    spent.ledger = try SHA256.hex(ofFile: run.judgments.appending(path: JudgingWork.ledger))
    try RecordFile.write(sealing: spent, to: run.judgments.appending(path: "spending.json"))
    let servers = run.judgments.appending(path: "servers.json")
    if !lessons.isEmpty { try RecordFile.write(lessons, to: servers) }
    report.files = try hashes(of: report, lessons.isEmpty ? [] : [servers], in: run)
    try RecordFile.write(sealing: report, to: run.judging)
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
    return .finished(report, gate(report, trust, samples))
  }

  /// SHA-256 of what was judged and of what the judging rests on, under paths relative to the run.
  private func hashes(
    of report: JudgingReport, _ others: [URL], in run: RunDirectory
  ) throws -> [String: String] {
    var files = report.comparisons.map(\.file)
    for url in others + (calibration == nil ? [] : [run.judgmentCalibration]) {
      files.append("\(run.judgments.lastPathComponent)/\(url.lastPathComponent)")
    }
    return try Dictionary(
      uniqueKeysWithValues: files.distinctTexts.map {
        ($0, try SHA256.hex(ofFile: run.url.appending(path: $0)))
      })
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
