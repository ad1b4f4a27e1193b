import CCurl

/// A secret that cannot be printed by mistake: every description of it is `[redacted]`.
public struct APIKey: Sendable, CustomStringConvertible, CustomDebugStringConvertible,
  CustomReflectable
{
  let secret: String

  /// - Throws: ``HTTPError/setting(_:)`` where the text cannot stand in a header. The message
  ///   does not hold it.
  public init(_ secret: String, from variable: String) throws(HTTPError) {
    guard !secret.isEmpty else {
      throw .setting("the environment variable \(variable) is empty; set it to the server's key")
    }
    guard secret.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
      throw .setting(
        "the environment variable \(variable) holds a space, a line end or a character that is not "
          + "ASCII; set it to the key alone")
    }
    self.secret = secret
  }

  /// Keeps this process's memory out of core files and away from other processes of the user.
  public static func forbidCoreFiles() { plumb_forbid_core_files() }

  public var description: String { "[redacted]" }
  public var debugDescription: String { "[redacted]" }
  public var customMirror: Mirror { Mirror(self, children: [:]) }
}
