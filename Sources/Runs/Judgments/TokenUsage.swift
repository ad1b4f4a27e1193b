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

  public static func + (first: TokenUsage, second: TokenUsage) -> TokenUsage {
    let reasoning = [first.reasoning, second.reasoning].compactMap(\.self)
    return TokenUsage(
      input: first.input + second.input, output: first.output + second.output,
      reasoning: reasoning.isEmpty ? nil : reasoning.reduce(0, +))
  }
}
