/// How far a judging by batch files is.
public struct BatchState: Sendable, Equatable, Codable {
  /// Answers that the files gave.
  public var read = 0
  /// Results that are another answer to a request that has one; the first counts.
  public var repeated = 0
  /// Results of other questions, judges or templates.
  public var foreign = 0
  /// Requests that the service did not answer; they are written again.
  public var failed = 0
  /// Requests that are written and wait for their answers.
  public var left = 0

  public init() {}
}
