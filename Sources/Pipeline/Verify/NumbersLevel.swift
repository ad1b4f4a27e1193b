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
  var level = VerifiedLevel(level: .numbers, held: nil, text: "")
  var numbers = 0
  private let omitsTexts: Bool

  /// - Parameters:
  ///   - omitsTexts: the page was made without texts.
  ///   - version: of another version of Plumb that made the page, which then may look otherwise.
  ///   - source: the run that a capsule's records are of, which says where files beside it are.
  init(
    _ run: RunDirectory, omitsTexts: Bool, writtenBy version: String? = nil,
    source: RunDirectory? = nil
  ) throws {
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
    try exams(run, from: source ?? run, input)
    if files.fileExists(atPath: run.report.path) {
      page(run, input, version)
    } else {
      level.omit("report.html, which is not there")
    }
    level.held = level.problems.isEmpty ? numbers > 0 ? true : nil : false
    level.text = "\(Numeral.count(numbers)) numbers made again" + level.text
  }

  private mutating func measurements(_ run: RunDirectory, _ input: ReportInput) throws {
    guard let section = try Self.evaluation(run) else {
      level.omit("evaluation.json: resolved.json has no evaluation")
      return
    }
    let settings = EvaluationSettings(from: section, ranks: input.hasRewards)
    let isLogOdds = section.bool("reward_is_log_odds", default: false)
    let tested = try Recalculation(
      input.evaluation, in: run.url.appending(path: "evaluation"), settings: settings,
      rewardIsLogOdds: isLogOdds, samples: input.samples)
    add(tested, of: "evaluation.json", in: "evaluation")
    guard FileManager.default.fileExists(atPath: run.selection.path) else { return }
    // What trials were chosen by.
    let chosen = try Recalculation(
      RecordFile.read(EvaluationRecord.self, from: run.selection),
      in: run.url.appending(path: SelectionPlan.folder),
      settings: SelectionPlan.settings(like: settings), rewardIsLogOdds: isLogOdds, samples: [])
    add(chosen, of: "\(SelectionPlan.folder)/evaluation.json", in: SelectionPlan.folder)
    guard
      let terms = section.optionalSection("selection").map({ SelectionTerms(from: $0, seeds: []) })
    else { return }
    try choice(
      run, terms, settings, seeds: Self.seeds(run), chosen: chosen.values, tested: tested.values,
      input.evaluation.equalTerms)
  }

  private mutating func add(_ found: Recalculation, of file: String, in folder: String) {
    numbers += found.numbers
    lacking(found.missing.map { "\(folder)/\($0)" }, of: file)
    for reason in found.omitted { level.omit(reason) }
    level.problems += found.differences.map { difference in
      let place = difference.what.hasPrefix("samples.jsonl") ? "" : "\(file): "
      return
        "\(place)\(difference.what) is \(difference.recorded); the records give \(difference.found)"
    }
  }

  /// Records that numbers are made of and that are not there: taken out with the texts, or lost.
  mutating func lacking(_ paths: [String], of file: String) {
    guard !paths.isEmpty else { return }
    if omitsTexts {
      level.omit("\(file): what it is made of was taken out with the texts")
    } else {
      level.problems += paths.map { "\($0): is missing, and \(file) is made of it" }
    }
  }

  /// The evaluation of the recipe as it was resolved.
  static func evaluation(_ run: RunDirectory) throws -> Section? {
    guard let settings = try run.settings() else { return nil }
    let document = try RecipeDocument.parse(JSONText.line(settings), name: "resolved.json")
    document.root.leaveRest()
    return document.root.optionalSection("evaluation")
  }

  private static func seeds(_ run: RunDirectory) throws -> [Int] {
    try run.settings()?.object?["seeds"]?.array?.compactMap(\.integer) ?? []
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
      level.omit("report.html, which version \(version) wrote")
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
