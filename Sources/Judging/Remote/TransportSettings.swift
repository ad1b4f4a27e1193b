import Foundation
import HTTP
import Recipe

/// How servers are reached, and what that may cost: the same keys for judges and for policies.
public struct TransportSettings: Sendable, Equatable {
  /// Names of environment variables, with the host that they are for where there are several.
  public var keyVariables: [String] = []
  public var allowsPlain = false
  /// A file of certificates to trust instead of the system's.
  public var certificates: String?
  /// For one request, in seconds.
  public var deadline = 120.0
  /// Requests at once.
  public var concurrency = 16
  /// A file of prices.
  public var prices: String?
  /// In US dollars.
  public var maximumCost: Double?
  public var maximumRequests: Int?

  public init() {}

  /// What ``init(from:base:)`` reads.
  public static let keys: Set = [
    "api_key_env", "allow_http", "ca_file", "timeout", "max_concurrency", "prices", "max_cost",
    "max_requests",
  ]

  /// - Parameter base: the folder that relative paths start from.
  public init(from section: Section, base: String) {
    keyVariables = section.strings(
      "api_key_env", default: [],
      about: "Environment variables that hold keys, one for each server."
    )
    allowsPlain = section.bool(
      "allow_http", default: false,
      about: "Sends keys without encryption, to machines other than this one too.")
    certificates = section.optionalString(
      "ca_file", about: "Certificates that the servers' are checked with."
    ).map { Self.path($0, base) }
    deadline = section.double(
      "timeout", default: deadline, above: 0, atMost: 86_400,
      about: "Seconds until an answer counts as lost.")
    concurrency = section.int(
      "max_concurrency", default: concurrency, in: 1...4096, about: "Questions under way at once.")
    prices = section.optionalString("prices", about: "File with the price of every model.").map {
      Self.path($0, base)
    }
    maximumCost = section.optionalDouble(
      "max_cost", above: 0, about: "Stops before more than this is spent; needs prices.")
    maximumRequests = section.optionalInt(
      "max_requests", in: 1...Int.max, about: "Stops before more than so many requests.")
    for (key, file) in [("ca_file", certificates), ("prices", prices)] {
      guard let file, !FileManager.default.fileExists(atPath: file) else { continue }
      section.absent(key, "there is no file \(file)")
    }
    if maximumCost != nil, prices == nil {
      section.mistake("max_cost", "needs prices, a file with the price of every model")
    }
  }

  static func path(_ text: String, _ base: String) -> String {
    text.hasPrefix("/") ? text : base + "/" + text
  }
}
