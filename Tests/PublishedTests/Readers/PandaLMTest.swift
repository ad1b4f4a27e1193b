import Corpus
import Statistics

@testable import Published

/// PandaLM's test set: pairs of answers labelled by three people, and by judges.
struct PandaLMTest: Sendable, Equatable {
  /// Labels of the three annotators: 0 tie, 1 or 2 the better answer; `[row][annotator]`.
  let annotators: [[Int]]
  let indices: [Int]

  /// - Throws: ``PublishedError`` with the place of every row that is wrong.
  init(path: String) throws(PublishedError) {
    let rows = try RowFile.read(path) { row throws(PublishedError) in
      (
        try row.integer("idx"),
        try ["annotator1", "annotator2", "annotator3"].map { key throws(PublishedError) in
          let label = try row.integer(key)
          guard (0...2).contains(label) else {
            throw row.wrong(key, "is \(label)", advice: "give 0, 1 or 2")
          }
          return label
        }
      )
    }
    indices = rows.map(\.0)
    annotators = rows.map(\.1)
  }

  /// The label that two annotators of three share, per row; nil where all differ.
  var majorities: [Int?] {
    annotators.map { labels in labels.first { label in labels.count { $0 == label } >= 2 } }
  }

  /// Cohen's κ of two annotators, counted from 1.
  func kappa(_ first: Int, _ second: Int) -> Estimate? {
    let range = 1...3
    guard range.contains(first), range.contains(second) else { return nil }
    return CohenKappa.estimate(
      annotators.map { $0[first - 1] }, annotators.map { $0[second - 1] })
  }

  /// Agreement of all three.
  var summary: AgreementSummary? {
    AgreementSummary(annotators.map { $0.map(String.init) })
  }

  /// Reads a judge's labels, in the order of the file; nil where the judge gave none of them.
  ///
  /// - Parameter field: `gpt_result` or `pandalm_result`; the texts `1`, `2` and `Tie` are labels.
  /// - Throws: ``PublishedError`` with the place of every row that is wrong.
  static func judge(_ path: String, field: String) throws(PublishedError) -> [Int?] {
    try RowFile.read(path) { row throws(PublishedError) in
      switch try row.identifier(field) {
      case "0", "Tie", "tie": 0
      case "1": 1
      case "2": 2
      default: nil
      }
    }
  }

  /// The share of rows where a judge says what the majority says; rows without a label of the judge
  /// count as wrong. Nil where the judge has other rows.
  ///
  /// - Parameter countsTies: whether the judge's ties are compared as label 0, or count as wrong.
  func accuracy(of judge: [Int?], countsTies: Bool = true) -> Estimate? {
    guard judge.count == annotators.count else { return nil }
    let hits = zip(judge, majorities).count { label, majority in
      label != nil && label == majority && (countsTies || label != 0)
    }
    return Wilson.estimate(successes: Double(hits), of: judge.count)
  }
}
