import Corpus
import Runs
import Statistics

@testable import Published

/// LLMBar's file of a judge's results: pairs with an objectively better answer, judged in both
/// orders.
struct LLMBarResult: Sendable, Equatable {
  /// 1 or 2: which answer is better.
  var label: Int
  /// What the judge chose with the answers in order and swapped, mapped back; nil where it chose
  /// none.
  var direct: Int?
  var swapped: Int?

  /// Of several rounds, the last decides.
  ///
  /// - Throws: ``PublishedError`` with the place of every row that is wrong.
  static func read(_ path: String) throws(PublishedError) -> [LLMBarResult] {
    try RowFile.read(path) { row throws(PublishedError) in
      let label = try row.integer("label")
      guard label == 1 || label == 2 else {
        throw row.wrong("label", "is \(label)", advice: "give 1 or 2")
      }
      guard let last = try row.objects("results").last else {
        throw row.wrong("results", "is empty", advice: "give the judge's results")
      }
      return LLMBarResult(
        label: label, direct: try Self.winner(last.object("swap = False")),
        swapped: try Self.winner(last.object("swap = True")))
    }
  }

  private static func winner(_ result: FieldReader) throws(PublishedError) -> Int? {
    switch try result.optionalString("winner") {
    case nil: return nil
    case "1": return 1
    case "2": return 2
    case .some(let other):
      throw result.wrong(
        "winner", "is \(JSONText.line(.string(other)))", advice: "give 1, 2 or null")
    }
  }

  /// As verdicts on the first answer, each pair its own cluster.
  static func verdicts(_ results: [LLMBarResult]) -> [SwappedVerdict] {
    func verdict(_ winner: Int?) -> PairVerdict? { winner.map { $0 == 1 ? .win : .loss } }
    return results.enumerated().map {
      SwappedVerdict(
        direct: verdict($1.direct), swapped: verdict($1.swapped), cluster: $0)
    }
  }
}
