/// All comparisons that a run, or one command, had judged: what reports are made from.
public struct JudgingReport: Sendable, Equatable, SealedRecord {
  /// One policy or file against another.
  public struct Comparison: Sendable, Equatable, Codable {
    public var summary: JudgingSummary
    /// Comparisons that were to be judged, canaries included; more than there are judgments where
    /// something stopped it.
    public var asked: Int
    public var judged: Int
    /// Where the judgments lie, relative to the records.
    public var file: String

    public init(summary: JudgingSummary, asked: Int, judged: Int, file: String) {
      self.summary = summary
      self.asked = asked
      self.judged = judged
      self.file = file
    }
  }

  /// Who judged, with every fact that can change an answer.
  public var judge: JudgeIdentity
  /// The template's name.
  public var template: String
  public var asksBothOrders: Bool
  public var comparisons: [Comparison]
  /// Systems that share an opponent, held against each other; nil where there are none.
  public var differences: [JudgedDifference]?
  /// SHA-256 of what was written beside it, under paths relative to the records; nil where earlier versions
  /// wrote it.
  public var files: [String: String]?
  /// Of the file; nil in memory.
  public var digest: String?

  public init(
    judge: JudgeIdentity, template: String, asksBothOrders: Bool, comparisons: [Comparison],
    differences: [JudgedDifference]? = nil
  ) {
    self.differences = differences
    self.judge = judge
    self.template = template
    self.asksBothOrders = asksBothOrders
    self.comparisons = comparisons
  }

  /// Answers to single requests that failed and that the same command may still get, over all comparisons.
  public var failures: Int { comparisons.reduce(0) { $0 + $1.summary.failures } }

  /// Why answers are missing, over all comparisons; the most frequent first.
  public var reasons: [MissingReason] {
    MissingReason.merged(comparisons.map { $0.summary.reasons ?? [] })
  }

  public var isComplete: Bool { comparisons.allSatisfy { $0.asked == $0.judged } }
}
