import Foundation

/// A POST of JSON, with everything that limits it.
public struct HTTPRequest: Sendable {
  public var url: String
  /// Without the key.
  public var headers: [(name: String, value: String)]
  /// The header that carries the key, and what stands before the key in it.
  public var secret: (name: String, prefix: String, key: APIKey)?
  public var body: Data
  /// From the first byte out to the last byte in.
  public var deadline: Duration
  /// A file of certificates to trust instead of the system's.
  public var certificates: String?
  /// Goes through the proxy that the environment names, where it names one.
  public var usesProxy: Bool
  /// The longest body of an answer that is read, in bytes.
  public var answerLimit: Int

  /// Bodies are small; what is larger is an attack or a mistake.
  public static let usualAnswerLimit = 1 << 20

  public init(
    url: String, headers: [(name: String, value: String)] = [],
    secret: (name: String, prefix: String, key: APIKey)? = nil, body: Data, deadline: Duration,
    certificates: String? = nil, usesProxy: Bool = true,
    answerLimit: Int = HTTPRequest.usualAnswerLimit
  ) {
    self.url = url
    self.headers = headers
    self.secret = secret
    self.body = body
    self.deadline = deadline
    self.certificates = certificates
    self.usesProxy = usesProxy
    self.answerLimit = answerLimit
  }
}
