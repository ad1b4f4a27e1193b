import Statistics

@testable import Published

/// A table of summaries judged once each against a reference, with the place they were shown in.
struct JudgedSummaries: Sendable, Equatable {
  struct Row: Sendable, Equatable {
    /// Whether the policy's summary was preferred; nil where the row was not judged.
    var policyWins: Bool?
    var policyWasFirst: Bool
  }

  let rows: [Row]

  /// Reads columns `preferred` (`ours`, `reference` or empty) and `shuffled_index` (0: the policy's
  /// summary was shown first).
  ///
  /// - Throws: ``PublishedError`` where the file is no such table.
  init(path: String) throws(PublishedError) {
    let table = try DelimitedTable(path: path)
    let (preferred, order) = (
      try table.column("preferred"), try table.column("shuffled_index")
    )
    rows = try table.rows.indices.map { row throws(PublishedError) in
      let verdict: Bool?
      switch table.rows[row][preferred] {
      case "ours": verdict = true
      case "reference": verdict = false
      case "": verdict = nil
      default:
        throw DelimitedTable.problem(
          table.file, table.lines[row], "column 'preferred' has another value",
          "give ours, reference or nothing")
      }
      let place = try table.number(row, order)
      guard verdict == nil || place == 0 || place == 1 else {
        throw DelimitedTable.problem(
          table.file, table.lines[row], "column 'shuffled_index' is neither 0 nor 1",
          "correct the row")
      }
      return Row(policyWins: verdict, policyWasFirst: place == 0)
    }
  }

  /// The policy's share of wins over all judged rows, or over those with one order.
  func winRate(shownFirst: Bool? = nil) -> Estimate? {
    let judged = rows.filter {
      $0.policyWins != nil && (shownFirst == nil || $0.policyWasFirst == shownFirst)
    }
    return Wilson.estimate(
      successes: Double(judged.count { $0.policyWins == true }), of: judged.count)
  }
}
