import Corpus

/// Auto-J's pairwise test set: human preferences over 58 scenarios.
public struct AutoJTest: Sendable, Equatable {
  public struct Row: Sendable, Equatable {
    public var scenario: String
    /// 0 the first answer is better, 1 the second, 2 a tie.
    public var label: Int
  }

  public let rows: [Row]

  /// - Throws: ``PublishedError`` with the place of every row that is wrong.
  public init(path: String) throws(PublishedError) {
    rows = try RowFile.read(path) { row throws(PublishedError) in
      let label = try row.integer("label")
      guard (0...2).contains(label) else {
        throw row.wrong("label", "is \(label)", advice: "give 0, 1 or 2")
      }
      return Row(scenario: try row.string("scenario"), label: label)
    }
  }

  /// How often each label occurs.
  public var counts: (first: Int, second: Int, ties: Int) {
    (rows.count { $0.label == 0 }, rows.count { $0.label == 1 }, rows.count { $0.label == 2 })
  }

  public var scenarios: Set<String> { Set(rows.map(\.scenario)) }
}
