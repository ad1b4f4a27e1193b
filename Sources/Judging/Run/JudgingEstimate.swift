import Runs

/// What a judging would ask and cost, before anything is sent.
public struct JudgingEstimate: Sendable, Equatable, Codable {
  /// Requests, if none has to be made twice.
  public var requests = 0
  /// Of them answered already, on the ledger or in the shared file.
  public var remembered = 0
  /// Questions for models in this process that are not answered yet.
  public var local = 0
  /// Of them those that do not fit a model's context.
  public var tooLong = 0
  /// Tokens that models in this process read.
  public var localInputTokens = 0
  /// The most tokens that they may write.
  public var localOutputTokens = 0
  /// Between one token for six bytes of text and one for two, which brackets the usual tokenizers.
  public var inputTokens: [Int] = [0, 0]
  /// Between one token for each reply and the longest replies that the template allows.
  public var outputTokens: [Int] = [0, 0]
  /// In US dollars; nil where a model has no price.
  public var cost: [Double]? = [0, 0]

  public init() {}

  /// Adds one question for a model in this process.
  ///
  /// - Parameter tokens: what it takes at most; nil where it does not fit the context.
  public mutating func add(local tokens: TokenUsage?) {
    local += 1
    guard let tokens else {
      tooLong += 1
      return
    }
    localInputTokens += tokens.input
    localOutputTokens += tokens.output
  }

  /// Adds one request.
  public mutating func add(_ call: RemoteCall, price: Price?) {
    let bytes = call.prompt.system.utf8.count + call.prompt.user.utf8.count
    let low = TokenUsage(input: bytes / 6, output: 1)
    let high = TokenUsage(input: bytes / 2 + 64, output: call.maximumTokens)
    requests += 1
    inputTokens = [inputTokens[0] + low.input, inputTokens[1] + high.input]
    outputTokens = [outputTokens[0] + low.output, outputTokens[1] + high.output]
    cost = cost.flatMap { cost in
      price.map { [cost[0] + $0.cost(low), cost[1] + $0.cost(high)] }
    }
  }
}
