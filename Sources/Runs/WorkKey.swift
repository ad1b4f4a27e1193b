import Foundation

/// What decided the numbers of a piece of an evaluation's work, beside its journal.
public struct WorkKey: Codable, Equatable, Sendable {
  /// The hash of all that decides them.
  public let key: String
  /// SHA-256 of the journal, once all of it is done.
  public let digest: String?
  /// SHA-256 of the two; nil where earlier versions wrote it.
  private let seal: String?

  public init(key: String, digest: String? = nil) {
    self.key = key
    self.digest = digest
    seal = Self.seal(key, digest)
  }

  /// Whether it is as it was written.
  public var isWhole: Bool { seal == nil || seal == Self.seal(key, digest) }

  private static func seal(_ key: String, _ digest: String?) -> String {
    SHA256.hex(of: Data("\(key)\n\(digest ?? "")".utf8))
  }
}
