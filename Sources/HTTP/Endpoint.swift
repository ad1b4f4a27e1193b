import Foundation

/// The address of a server, checked before anything is sent there.
public struct Endpoint: Sendable, Equatable {
  /// With scheme, host, port and path, without a slash at the end.
  public let url: String
  public let host: String
  public let isLoopback: Bool

  /// - Parameter allowsPlain: lets `http` go to other machines than this one.
  /// - Throws: ``HTTPError/setting(_:)``; the message never holds a password.
  public init(_ text: String, allowsPlain: Bool = false) throws(HTTPError) {
    guard text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }), text.utf8.count <= 2048,
      let parts = URLComponents(string: text), let scheme = parts.scheme?.lowercased(),
      let host = parts.host, !host.isEmpty
    else {
      throw .setting(
        "a server's address is a URL like https://host/v1 or http://localhost:8000/v1")
    }
    guard parts.user == nil, parts.password == nil else {
      throw .setting(
        "the address of \(host) holds a user or password; put the key into an environment variable "
          + "and name it with --api-key-env")
    }
    guard parts.query == nil, parts.fragment == nil else {
      throw .setting(
        "the address of \(host) ends in a query or fragment; give scheme, host and path")
    }
    guard scheme == "https" || scheme == "http" else {
      throw .setting("a server's address begins with https:// or http://, not \(scheme):")
    }
    let bare = host.trimmingCharacters(in: CharacterSet(charactersIn: "[]")).lowercased()
    isLoopback = bare == "localhost" || bare == "::1" || Self.isLoopbackAddress(bare)
    guard scheme == "https" || isLoopback || allowsPlain else {
      throw .setting(
        "\(host) would be asked without encryption; use https://, or --allow-http in a network that "
          + "you trust")
    }
    var url = text
    while url.hasSuffix("/") { url.removeLast() }
    self.url = url
    self.host = host
  }

  /// 127.0.0.0/8, written as four numbers: `127.evil.example` is a name.
  private static func isLoopbackAddress(_ host: String) -> Bool {
    let parts = host.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
  }
}
