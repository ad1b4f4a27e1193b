import Foundation
import Runs

/// Grades what was answered in examinations again, without any model.
public struct GradedAnswers {
  /// Scores and contrasts that were made again.
  public private(set) var numbers = 0
  /// What the answers do not give, a sentence each.
  public private(set) var differences: [String] = []
  /// Journals that are not there, below the folder of the answers; nothing is graded then.
  public private(set) var missing: [String] = []

  /// - Parameters:
  ///   - papers: in the order of the record, with the files that it was made of.
  ///   - record: as it was read.
  ///   - directory: of the answers, `exams` of a run.
  /// - Throws: `RunError` for a journal that cannot be read.
  public init(_ papers: [ExamPaper], _ record: ExamRecord, in directory: URL) throws {
    var answers: [[[ExamAnswer]]] = []
    for policy in record.policies {
      let folder = WorkFolder.name(of: policy.id)
      var own: [[ExamAnswer]] = []
      for paper in papers {
        let name = "\(folder)/answers_\(WorkFolder.name(of: paper.settings.name)).jsonl"
        let journal = directory.appending(path: name)
        guard FileManager.default.fileExists(atPath: journal.path) else {
          missing.append(name)
          continue
        }
        own.append(try Journal<ExamChunk>.read(journal).records.flatMap(\.answers))
        if let last = own.last, last.count != paper.items.count {
          differences.append(
            "exams/\(name): has \(last.count) answers, and \(paper.settings.name) asks \(paper.items.count)"
          )
        }
      }
      answers.append(own)
    }
    guard missing.isEmpty, differences.isEmpty else { return }
    let again = Examination(
      papers,
      subjects: record.policies.map { policy in
        Subject(policy: policy) { throw ExamError.repeated(policy.id) }
      }, directory: directory, confidence: record.confidence)
    compare(record, again.record(answers))
    for (name, lines) in try again.lines(answers) {
      let file = directory.appending(path: name)
      guard FileManager.default.fileExists(atPath: file.path) else {
        missing.append(name)
        continue
      }
      if try Data(contentsOf: file) != lines {
        differences.append("exams/\(name): is not what the answers give")
      }
    }
  }

  private mutating func compare(_ recorded: ExamRecord, _ found: ExamRecord) {
    numbers += recorded.scores.count + recorded.contrasts.count
    guard recorded != found else { return }
    func note(_ what: String) {
      differences.append("exams.json: \(what) is not what the answers give")
    }
    for (index, score) in recorded.scores.enumerated()
    where !found.scores.indices.contains(index) || found.scores[index] != score {
      let what = score.category.map { "\(score.exam), \($0)," } ?? score.exam
      note("\(score.measurement.name) of \(score.measurement.subject) in \(what)")
    }
    for (index, contrast) in recorded.contrasts.enumerated()
    where !found.contrasts.indices.contains(index) || found.contrasts[index] != contrast {
      note("the difference of \(contrast.difference.subject) to the reference in \(contrast.exam)")
    }
    if found.scores.count > recorded.scores.count
      || found.contrasts.count > recorded.contrasts.count
    {
      note("how many numbers there are")
    }
    if differences.isEmpty { note("what is said of the examinations") }
  }
}
