import Command
import Comparing
import Evaluation
import Foundation
import Judging
import Recipe
import Report
import Runs
import Statistics

/// Whether every number of the records follows from what policies wrote and judges said, and the page
/// from the records.
struct NumbersLevel {
  private(set) var level = VerifiedLevel(level: .numbers, held: nil, text: "")
  private var numbers = 0
  private let omitsTexts: Bool

  /// - Parameters:
  ///   - omitsTexts: the page was made without texts.
  ///   - version: of another version of Plumb that made the page, which then may look otherwise.
  init(_ run: RunDirectory, omitsTexts: Bool, writtenBy version: String? = nil) throws {
    self.omitsTexts = omitsTexts
    let files = FileManager.default
    guard files.fileExists(atPath: run.evaluation.path) else {
      let work = run.url.appending(path: "evaluation")
      guard files.fileExists(atPath: work.path) else {
        level.text = "the run has no evaluation"
        return
      }
      level.held = false
      level.text = "there is no record of what was evaluated"
      level.problems.append(
        "evaluation.json: is missing, and evaluation/ holds what it was made of")
      return
    }
    let input = try ReportInput.load(from: run)
    try measurements(run, input)
    try judgments(run, input)
    try gates(run, input)
    exams(run, input)
    if files.fileExists(atPath: run.report.path) {
      page(run, input, version)
    } else {
      level.omitted.append("report.html, which is not there")
    }
    level.held = level.problems.isEmpty ? numbers > 0 ? true : nil : false
    level.text = "\(Numeral.count(numbers)) numbers made again" + level.text
  }

  private mutating func measurements(_ run: RunDirectory, _ input: ReportInput) throws {
    guard let section = try Self.evaluation(run) else {
      level.omitted.append("evaluation.json: resolved.json has no evaluation")
      return
    }
    let settings = EvaluationSettings(from: section, ranks: input.hasRewards)
    let isLogOdds = section.bool("reward_is_log_odds", default: false)
    add(
      try Recalculation(
        input.evaluation, in: run.url.appending(path: "evaluation"), settings: settings,
        rewardIsLogOdds: isLogOdds, samples: input.samples), of: "evaluation.json",
      in: "evaluation")
    guard FileManager.default.fileExists(atPath: run.selection.path) else { return }
    // What trials were chosen by.
    add(
      try Recalculation(
        RecordFile.read(EvaluationRecord.self, from: run.selection),
        in: run.url.appending(path: SelectionPlan.folder),
        settings: SelectionPlan.settings(like: settings), rewardIsLogOdds: isLogOdds, samples: []),
      of: "\(SelectionPlan.folder)/evaluation.json", in: SelectionPlan.folder)
  }

  private mutating func add(_ found: Recalculation, of file: String, in folder: String) {
    numbers += found.numbers
    lacking(found.missing.map { "\(folder)/\($0)" }, of: file)
    for reason in found.omitted where !level.omitted.contains(reason) {
      level.omitted.append(reason)
    }
    level.problems += found.differences.map { difference in
      let place = difference.what.hasPrefix("samples.jsonl") ? "" : "\(file): "
      return
        "\(place)\(difference.what) is \(difference.recorded); the records give \(difference.found)"
    }
  }

  /// What each comparison makes of a condition; nil where it is not of comparisons, or none were made.
  private static func judged(
    _ requirement: Requirement, _ key: String, _ report: JudgingReport?
  ) -> [GateRecord.Number]? {
    guard key == JudgingPlan.key, JudgeRequest.quantities.contains(requirement.quantity),
      let report, !report.comparisons.isEmpty
    else { return nil }
    var gate = Gate(of: key)
    for one in report.comparisons { JudgingPlan.hold(requirement, one.summary, &gate) }
    return gate.conditions.flatMap(\.numbers)
  }

  /// Records that numbers are made of and that are not there: taken out with the texts, or lost.
  private mutating func lacking(_ paths: [String], of file: String) {
    guard !paths.isEmpty else { return }
    if omitsTexts {
      level.omitted.append("\(file): what it is made of was taken out with the texts")
    } else {
      level.problems += paths.map { "\($0): is missing, and \(file) is made of it" }
    }
  }

  /// Examinations are not graded anew, but what was answered has to be there.
  private mutating func exams(_ run: RunDirectory, _ input: ReportInput) {
    guard let exams = input.exams else { return }
    level.omitted.append("exams.json, whose answers are not graded again")
    // Methods over their seeds have no folder of their own.
    let folders = exams.policies.map { "exams/\(Evaluator.folderName(of: $0.id))" }
    lacking(
      folders.distinctTexts.filter {
        !FileManager.default.fileExists(atPath: run.url.appending(path: $0).path)
      }, of: "exams.json")
  }

  /// The recipe's settings as they were resolved.
  private static func evaluation(_ run: RunDirectory) throws -> Section? {
    guard FileManager.default.fileExists(atPath: run.resolved.path) else { return nil }
    let data = try BoundedFile.read(run.resolved, atMost: 64 << 20)
    guard let settings = (try? JSONParser.parse(data))?.object?["settings"] else { return nil }
    let document = try RecipeDocument.parse(JSONText.line(settings), name: "resolved.json")
    document.root.leaveRest()
    return document.root.optionalSection("evaluation")
  }

  /// Conditions against the numbers that they were held against, those of an evaluation against its
  /// measurements, and those of judges against what comparisons found.
  private mutating func gates(_ run: RunDirectory, _ input: ReportInput) throws {
    guard FileManager.default.fileExists(atPath: run.gates.path) else { return }
    let record = try RecordFile.read(
      GateRecord.self, from: run.gates, advice: RecordAdvice.measured)
    let measured = MeasuredRecords(evaluation: input.evaluation, exams: input.exams)
    var ends = Set<Double>()
    let exams =
      (input.exams?.scores.map(\.measurement) ?? [])
      + (input.exams?.contrasts.map(\.difference) ?? [])
    for found in input.evaluation.measurements + exams {
      for end in [found.low, found.high] { if let end { ends.insert(end) } }
    }
    for condition in record.conditions {
      guard let requirement = Requirement(condition.condition) else {
        level.problems.append("gates.json: '\(condition.condition)' is no condition")
        continue
      }
      var again = Gate(of: condition.key)
      if condition.key.hasPrefix("evaluation.") { measured.hold([requirement], nil, &again) }
      let numbers = again.conditions.flatMap(\.numbers)
      let judged = Self.judged(requirement, condition.key, input.judging)
      for (place, number) in condition.numbers.enumerated() {
        let isMeasured =
          judged.map { number.low == nil && number.high == nil || $0.contains(number) }
          ?? (!condition.key.hasPrefix("evaluation.")
            || [number.low, number.high].allSatisfy { $0.map(ends.contains) ?? true })
        let isShown =
          numbers.count != condition.numbers.count || numbers[place].low != number.low
          || numbers[place].shown == number.shown
        if !isMeasured || !isShown
          || number.verdict != requirement.verdict(low: number.low, high: number.high)
        {
          level.problems.append(
            "gates.json: '\(condition.condition)': \(number.shown) is not what was measured")
        }
      }
      if condition.verdict
        != GateRecord.Condition(
          key: condition.key, condition: condition.condition, numbers: condition.numbers
        ).verdict
      {
        level.problems.append(
          "gates.json: '\(condition.condition)' is \(condition.verdict.rawValue); its numbers say otherwise"
        )
      }
    }
  }

  private mutating func judgments(_ run: RunDirectory, _ input: ReportInput) throws {
    guard let judging = input.judging else { return }
    let file = run.judgmentCalibration
    let calibration =
      FileManager.default.fileExists(atPath: file.path)
      ? try CalibrationFile(file.path, for: nil) : nil
    for comparison in judging.comparisons {
      let url = run.url.appending(path: comparison.file)
      guard FileManager.default.fileExists(atPath: url.path) else {
        lacking([comparison.file], of: "judging.json")
        continue
      }
      let pairs = try Journal<JudgedPair>.read(url).records
      var again = comparison.summary.made(
        againFrom: pairs, confidence: input.evaluation.confidence)
      if comparison.summary.corrected != nil {
        again.corrected = calibration.flatMap {
          CorrectedRate.of(
            pairs, by: $0.record, sha256: $0.sha256,
            Inference(confidence: input.evaluation.confidence))
        }
      }
      numbers += pairs.count
      if again != comparison.summary {
        level.problems.append(
          "judging.json: what is said of \(comparison.summary.first) against "
            + "\(comparison.summary.second) is not what \(comparison.file) gives")
      }
    }
  }

  private mutating func page(
    _ run: RunDirectory, _ input: ReportInput, _ version: String?
  ) {
    var input = input
    func made() -> [Substring] {
      HTMLReport.render([input], options: ReportOptions(omitTexts: omitsTexts))
        .split(separator: "\n", omittingEmptySubsequences: false)
    }
    var lines = made()
    let text = String(decoding: (try? Data(contentsOf: run.report)) ?? Data(), as: UTF8.self)
    // The page bears the name of the folder that it was made in: a copy may have another one.
    if let name = HTMLReport.runName(ofPage: text), name != input.name {
      let own = input.name
      input.name = name
      let renamed = made()
      if renamed == text.split(separator: "\n", omittingEmptySubsequences: false) {
        level.text += ", and report.html to the byte, made when the run was named \(name)"
        return
      }
      input.name = own
      lines = made()
    }
    let found = text.split(separator: "\n", omittingEmptySubsequences: false)
    guard lines != found else {
      level.text += ", and report.html to the byte"
      return
    }
    if let version {
      level.omitted.append("report.html, which version \(version) wrote")
      return
    }
    let first =
      zip(lines, found).enumerated().first { $0.element.0 != $0.element.1 }?.offset
      ?? min(lines.count, found.count)
    level.problems.append(
      "report.html: line \(first + 1) is not what the records give: the page, or a record that it shows, was "
        + "changed")
  }
}
