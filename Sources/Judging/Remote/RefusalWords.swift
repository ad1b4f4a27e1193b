import HTTP

/// The words of a refusal in lower case, to look for others in.
public struct RefusalWords: Sendable {
  private static let parameters: Set = [
    "max_tokens", "max_completion_tokens", "logprobs", "top_logprobs", "seed", "temperature",
  ]

  private static let unknown = [
    "unsupported", "not supported", "not support", "does not support", "doesn't support",
    "unknown name", "unknown field", "unknown parameter", "unknown argument", "unrecognized",
    "unrecognised", "unexpected keyword", "unexpected field", "not permitted", "extra forbidden",
    "extra fields", "extra inputs", "additional properties", "not allowed", "deprecated",
    "cannot find field", "not enabled", "not available", "not implemented",
    "only user and assistant", "must alternate", "not a permitted", "unexpected role",
    "invalid role", "unknown role", "not a valid role", "not accepted", "cannot be set",
    "can't be set", "does not accept", "doesn't accept", "does not take", "no longer",
  ]
  private static let bounds = [
    "is allowed", "are allowed", "invalid temperature", "invalid seed", "must equal", "fixed at",
    "must be", "should be", "may only be", "only the default", "greater than", "less than",
    "at most", "exceed", "maximum", "max allowed", "between", "too large", "too many",
    "out of range",
    "<=", "≤", "invalid value",
  ]

  private let text: String
  private let codes: Set<String>
  private let names: Set<Substring>
  private let parameter: String?

  init(_ words: ServerWords) {
    codes = Set(words.codes.map { $0.lowercased() })
    let plain = codes.map { $0.replacing("_", with: " ") }.sorted()
    text = ([words.message, words.parameter ?? ""] + plain).joined(separator: " ").lowercased()
    names = Set(text.split { !$0.isLetter && !$0.isNumber && $0 != "_" })
    parameter = words.parameter?.lowercased()
  }

  /// Something is not known, or not taken.
  public var sayUnknown: Bool { says(Self.unknown) }

  /// Something lies out of its bounds.
  public var sayBound: Bool { says(Self.bounds) }

  /// Whether they are about one of these parameters.
  public func areAbout(_ names: String...) -> Bool {
    // Where the server says which parameter it means, what else it mentions is advice.
    if let parameter, Self.parameters.contains(parameter) { return names.contains(parameter) }
    return names.contains { self.names.contains($0[...]) }
  }

  public func says(_ phrases: String...) -> Bool { says(phrases) }

  func says(_ phrases: [String]) -> Bool {
    phrases.contains { text.contains($0) }
  }

  func hasCode(_ some: String...) -> Bool { some.contains(where: codes.contains) }

  /// Whether a whole word of it is one of these.
  public func names(_ words: String...) -> Bool { words.contains { names.contains($0[...]) } }
}
