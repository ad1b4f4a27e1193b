/// What a judging has asked of servers.
public struct Spending: Sendable, Equatable, SealedRecord {
  /// Requests sent, those that failed included.
  public var requests = 0
  /// Requests that had to be made again.
  public var repeated = 0
  /// Questions whose answer came from the file of remembered answers.
  public var remembered = 0
  /// Requests that may have been billed without giving an answer: those that broke off, and those
  /// that were under way when the program was killed.
  public var maybeBilledTwice = 0
  public var usage = TokenUsage(input: 0, output: 0)
  /// Answers without a count of tokens that can be read, each of which counts towards a limit on cost
  /// as the most that it can cost; nil without any, or without such a limit.
  public var uncounted: Int?
  /// In US dollars; nil where a model has no price.
  public var cost: Double? = 0
  /// SHA-256 of the ledger when it was done; nil in memory.
  public var ledger: String?
  public var digest: String?

  public init() {}
}
