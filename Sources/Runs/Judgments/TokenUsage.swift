/// The tokens of a request, as the server counts them.
public struct TokenUsage: Sendable, Equatable, Codable {
  public var input: Int
  /// All that was generated, reasoning included.
  public var output: Int
  /// The part of `output` that was reasoning; nil where the server does not say.
  public var reasoning: Int?

  public init(input: Int, output: Int, reasoning: Int? = nil) {
    self.input = input
    self.output = output
    self.reasoning = reasoning
  }

  /// The sum, which ends at the largest number.
  public static func + (first: TokenUsage, second: TokenUsage) -> TokenUsage {
    let reasoning = [first.reasoning, second.reasoning].compactMap(\.self)
    return TokenUsage(
      input: sum(first.input, second.input), output: sum(first.output, second.output),
      reasoning: reasoning.isEmpty ? nil : reasoning.reduce(0, sum))
  }

  /// Input and output.
  public var total: Int { Self.sum(input, output) }

  /// At most the largest number: counts are a server's word, and old records may hold any.
  private static func sum(_ first: Int, _ second: Int) -> Int {
    let (sum, isOver) = first.addingReportingOverflow(second)
    return isOver ? (second > 0 ? .max : .min) : sum
  }
}
