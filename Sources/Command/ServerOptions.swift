/// What a command line says of the servers in which policies live: how they are asked, and what they are
/// held against.
public struct ServerOptions: Sendable, Equatable {
  /// How a policy in a server is written begins so.
  public static let prefix = "server:"

  /// `openai`, `vllm` or `sglang`; nil for the usual one.
  public var kind: String?
  /// A folder whose tokens a server reads.
  public var tokenizer: String?
  /// What a server serves.
  public var checkpoint: String?
  /// In nats a token.
  public var bound: Double?
  public var keyVariables: [String]
  public var allowsPlain: Bool
  public var certificates: String?
  public var deadline: Double?
  public var concurrency: Int?
  public var prices: String?
  public var maximumCost: Double?
  public var maximumRequests: Int?

  init(_ parsed: ParsedArguments) throws(CommandError) {
    kind = try parsed.word(.serverKind, of: ["openai", "vllm", "sglang"])
    tokenizer = parsed.text(.servedTokenizer)
    checkpoint = parsed.text(.servedCheckpoint)
    bound = try parsed.positive(.servedBound, atMost: 100)
    keyVariables = parsed.values(.keyVariable)
    allowsPlain = parsed.has(.allowsPlain)
    certificates = parsed.text(.certificates)
    deadline = try parsed.positive(.deadline, atMost: 86_400)
    concurrency = try parsed.count(.concurrency, atMost: 4096)
    prices = parsed.text(.prices)
    maximumCost = try parsed.positive(.maximumCost, atMost: 1e9)
    maximumRequests = try parsed.count(.maximumRequests)
  }

  /// What is said of a server alone, and of no judge.
  static func own(_ parsed: ParsedArguments) -> CommandOption? {
    CommandOption.ofServers.first { parsed.has($0) }
  }

  /// As keys of a recipe's `servers`.
  public var settings: [EvaluateRequest.Setting] {
    func text(_ key: String, _ value: String?) -> EvaluateRequest.Setting? {
      value.map { .init(key, .text($0)) }
    }
    func plain(_ key: String, _ value: (some LosslessStringConvertible)?)
      -> EvaluateRequest.Setting?
    {
      value.map { .init(key, .plain(String($0))) }
    }
    func folder(_ name: String?) -> String? {
      name.map { $0.contains("/") ? $0 : "./\($0)" }
    }
    return [
      text("kind", kind), text("tokenizer", folder(tokenizer)),
      text("checkpoint", folder(checkpoint)), plain("bound", bound),
      keyVariables.isEmpty ? nil : .init("api_key_env", .texts(keyVariables)),
      allowsPlain ? .init("allow_http", .plain("true")) : nil, text("ca_file", certificates),
      plain("timeout", deadline), plain("max_concurrency", concurrency), text("prices", prices),
      plain("max_cost", maximumCost), plain("max_requests", maximumRequests),
    ].compactMap(\.self)
  }
}

extension CommandOption {
  static let serverKind = CommandOption(
    "server-kind", value: "KIND",
    help: "of server:MODEL@URL: openai, vllm, sglang (default: openai)")
  static let servedTokenizer = CommandOption(
    "tokenizer", value: "FOLDER", help: "whose tokens server:MODEL@URL reads")
  static let servedCheckpoint = CommandOption(
    "checkpoint", value: "FOLDER", help: "what server:MODEL@URL serves; it is held against it")
  static let servedBound = CommandOption(
    "bound", value: "NATS", help: "largest mean difference a token from it (default: 0.05)")

  /// Of policies in servers alone.
  static let ofServers = [serverKind, servedTokenizer, servedCheckpoint, servedBound]

  /// How servers are reached, be they judges or policies.
  static let ofTransport = [
    keyVariable, allowsPlain, certificates, deadline, concurrency, prices, maximumCost,
    maximumRequests,
  ]
}
