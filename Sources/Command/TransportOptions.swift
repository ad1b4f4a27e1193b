/// What a command line says of how servers are reached and what that may cost, be they judges or policies.
public struct TransportOptions: Sendable, Equatable {
  /// Names of environment variables, with the host that they are for where there are several.
  public let keyVariables: [String]
  public let allowsPlain: Bool
  public let certificates: String?
  /// In seconds; nil for the usual one, as below.
  public let deadline: Double?
  public let concurrency: Int?
  public let prices: String?
  /// In US dollars.
  public let maximumCost: Double?
  public let maximumRequests: Int?

  /// - Parameter command: as errors name it.
  init(_ parsed: ParsedArguments, of command: String) throws(CommandError) {
    keyVariables = parsed.values(.keyVariable)
    allowsPlain = parsed.has(.allowsPlain)
    certificates = parsed.text(.certificates)
    // A day is longer than any server thinks, and thousands of requests at once more than any takes.
    deadline = try parsed.positive(.deadline, atMost: 86_400)
    concurrency = try parsed.count(.concurrency, atMost: 4096)
    prices = parsed.text(.prices)
    maximumCost = try parsed.positive(.maximumCost, atMost: 1e9)
    maximumRequests = try parsed.count(.maximumRequests)
    if maximumCost != nil, prices == nil {
      throw .missingOption(command: command, option: "--prices FILE beside --max-cost")
    }
  }

  /// As keys of a recipe.
  var settings: [EvaluateRequest.Setting] {
    func text(_ key: String, _ value: String?) -> EvaluateRequest.Setting? {
      value.map { .init(key, .text($0)) }
    }
    func plain(_ key: String, _ value: (some LosslessStringConvertible)?)
      -> EvaluateRequest.Setting?
    {
      value.map { .init(key, .plain(String($0))) }
    }
    return [
      keyVariables.isEmpty ? nil : .init("api_key_env", .texts(keyVariables)),
      allowsPlain ? .init("allow_http", .plain("true")) : nil, text("ca_file", certificates),
      plain("timeout", deadline), plain("max_concurrency", concurrency), text("prices", prices),
      plain("max_cost", maximumCost), plain("max_requests", maximumRequests),
    ].compactMap(\.self)
  }
}

extension CommandOption {
  /// How servers are reached, be they judges or policies.
  static let ofTransport = [
    keyVariable, allowsPlain, certificates, deadline, concurrency, prices, maximumCost,
    maximumRequests,
  ]
}
