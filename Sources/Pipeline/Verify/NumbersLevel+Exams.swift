import Evaluation
import Foundation
import Recipe
import Report
import Runs

extension NumbersLevel {
  /// Grades again what was answered, where the examinations' own files are at hand.
  ///
  /// - Parameter source: the run that says where they are.
  mutating func exams(_ run: RunDirectory, from source: RunDirectory, _ input: ReportInput) throws {
    guard let recorded = input.exams else { return }
    for policy in recorded.policies {
      let other = input.evaluation.policies.first { $0.id == policy.id }
      guard let other, other.weights != policy.weights else { continue }
      level.problems.append(
        "exams.json: the weights of \(policy.id) are \(policy.weights.prefix(10))…, and \(other.weights.prefix(10))… in "
          + "evaluation.json")
    }
    let folders = recorded.policies.map { "exams/\(Evaluator.folderName(of: $0.id))" }
    let missing = folders.distinctTexts.filter {
      !FileManager.default.fileExists(atPath: run.url.appending(path: $0).path)
    }
    lacking(missing, of: "exams.json")
    guard missing.isEmpty else { return }
    func leave(_ reason: String) {
      level.omit("exams.json, whose answers are not graded again: \(reason)")
    }
    guard let section = try Self.evaluation(source), let origin = try? RunOrigin.read(source) else {
      return leave("nothing here says where their files are; --run RUN names the run that does")
    }
    let papers: [ExamPaper]
    do {
      papers = try EvaluationPlan.exams(from: section, base: nil).map {
        try ExamPaper($0, from: origin.folder(of: source))
      }
    } catch {
      return leave("\(error)".split(separator: "\n").first.map(String.init) ?? "")
    }
    let known = Dictionary(recorded.exams.map { ($0.name, $0) }) { first, _ in first }
    for paper in papers {
      guard let then = known[paper.settings.name] else { continue }
      if let file = paper.changedFile(since: then) {
        return leave("\(file) of \(then.name) is another one here")
      }
    }
    let again = try GradedAnswers(papers, recorded, in: run.examAnswers)
    lacking(again.missing.map { "exams/\($0)" }, of: "exams.json")
    numbers += again.numbers
    level.problems += again.differences
  }
}
