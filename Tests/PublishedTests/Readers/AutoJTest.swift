import Corpus

@testable import Published

/// Auto-J's pairwise test set: human preferences over 58 scenarios.
struct AutoJTest: Sendable, Equatable {
  struct Row: Sendable, Equatable {
    var scenario: String
    /// 0 the first answer is better, 1 the second, 2 a tie.
    var label: Int
  }

  let rows: [Row]

  /// - Throws: ``PublishedError`` with the place of every row that is wrong.
  init(path: String) throws(PublishedError) {
    rows = try RowFile.read(path) { row throws(PublishedError) in
      let label = try row.integer("label")
      guard (0...2).contains(label) else {
        throw row.wrong("label", "is \(label)", advice: "give 0, 1 or 2")
      }
      return Row(scenario: try row.string("scenario"), label: label)
    }
  }

  /// How often each label occurs.
  var counts: (first: Int, second: Int, ties: Int) {
    (rows.count { $0.label == 0 }, rows.count { $0.label == 1 }, rows.count { $0.label == 2 })
  }

  var scenarios: Set<String> { Set(rows.map(\.scenario)) }
}
