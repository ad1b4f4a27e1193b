/// Which environment variable holds the key of which server.
///
/// Keys come from the environment alone. A server of the user's own gets a key only when told which;
/// the public services also look where their key is kept by custom.
public struct KeyRing: Sendable {
  private let environment: [String: String]
  private let names: [(host: String?, variable: String)]

  /// - Parameter words: `NAME`, or `HOST=NAME` where several servers have keys.
  /// - Throws: ``HTTPError/setting(_:)``; the message never holds what was typed, which may be a key.
  public init(_ words: [String], environment: [String: String]) throws(HTTPError) {
    self.environment = environment
    names = try words.map { word throws(HTTPError) in
      let parts = word.split(separator: "=", maxSplits: 1).map(String.init)
      let variable = parts.last ?? ""
      guard parts.count <= 2, Self.isVariable(variable) else {
        throw .setting(
          "--api-key-env wants the name of an environment variable, not the key itself")
      }
      return (parts.count == 2 ? parts[0].lowercased() : nil, variable)
    }
  }

  /// Capital letters, digits and underscores: how variables are named, and keys are not.
  private static func isVariable(_ text: String) -> Bool {
    guard let first = text.utf8.first, !(0x30...0x39).contains(first), text.utf8.count <= 64 else {
      return false
    }
    return text.utf8.allSatisfy {
      (0x41...0x5A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x5F
    }
  }

  /// The key of a server; nil for one that is asked without.
  ///
  /// - Parameters:
  ///   - isOnly: no other server is asked, so that a name without a host is meant for it.
  ///   - custom: where the key of a public service is kept by custom; nil for a server of the user's.
  /// - Throws: ``HTTPError/setting(_:)`` where a variable is not set.
  public func key(
    of endpoint: Endpoint, isOnly: Bool, byCustom custom: String?
  ) throws(HTTPError) -> APIKey? {
    let host = endpoint.host.lowercased()
    var variable = names.first { $0.host == host }?.variable
    if variable == nil, let general = names.first(where: { $0.host == nil }) {
      guard isOnly else {
        throw .setting(
          "--api-key-env \(general.variable) would go to several servers; say which is for which, as "
            + "in --api-key-env \(endpoint.host)=\(general.variable)")
      }
      variable = general.variable
    }
    if let variable {
      guard let text = environment[variable] else {
        throw .setting(
          "the environment variable \(variable) is not set; set it to the key of \(endpoint.host)")
      }
      return try APIKey(text, from: variable)
    }
    guard let custom else { return nil }
    guard let text = environment[custom] else {
      throw .setting(
        "\(endpoint.host) wants a key; set the environment variable \(custom), or "
          + "name another with --api-key-env")
    }
    return try APIKey(text, from: custom)
  }
}
