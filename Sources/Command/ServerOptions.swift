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
  public var transport: TransportOptions

  /// - Parameter command: as errors name it.
  init(_ parsed: ParsedArguments, of command: String) throws(CommandError) {
    kind = try parsed.word(.serverKind, of: ["openai", "vllm", "sglang"])
    tokenizer = parsed.text(.servedTokenizer)
    checkpoint = parsed.text(.servedCheckpoint)
    bound = try parsed.positive(.servedBound, atMost: 100)
    transport = try TransportOptions(parsed, of: command)
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
    func folder(_ name: String?) -> String? {
      name.map { $0.contains("/") ? $0 : "./\($0)" }
    }
    return [
      text("kind", kind), text("tokenizer", folder(tokenizer)),
      text("checkpoint", folder(checkpoint)), bound.map { .init("bound", .plain(String($0))) },
    ].compactMap(\.self) + transport.settings
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
}
