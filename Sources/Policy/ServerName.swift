import Foundation

/// A policy that lives in a server, as it is typed: `server:MODEL@URL`.
public struct ServerName: Sendable, Hashable, CustomStringConvertible {
  /// What the server calls it.
  public let model: String
  /// As it was typed; whoever sends something there checks it.
  public let address: String

  public static let prefix = "server:"

  /// Whether a text means such a policy, be it well formed or not.
  public static func isMeant(by text: String) -> Bool { text.hasPrefix(prefix) }

  /// - Throws: ``PolicyError/input(_:)``; the message never holds the address, in which somebody may have
  ///   put a key.
  public init(_ text: String) throws(PolicyError) {
    var rest = text.dropFirst(Self.prefix.count)
    // Names of models may hold @, addresses begin with their scheme.
    let place = ["@https://", "@http://"].lazy.compactMap { rest.firstRange(of: $0) }.first
    guard Self.isMeant(by: text), let place else {
      throw .input(
        "a policy in a server is written server:MODEL@URL, as in "
          + "server:my-model@http://127.0.0.1:8000/v1")
    }
    let address = String(rest[rest.index(after: place.lowerBound)...])
    rest = rest[..<place.lowerBound]
    guard !rest.isEmpty else {
      throw .input("'\(Self.prefix)@…' lacks its model's name: server:MODEL@URL")
    }
    model = String(rest)
    self.address = address
  }

  public var description: String { "\(Self.prefix)\(model)@\(address)" }

  /// Why it cannot stand where a model's weights are needed.
  public static let refusal =
    "lives in a server: it can be sampled and measured, not trained, and its weights are nowhere here; "
    + "name a stage or a folder"
}
