/// Why no whole answer came.
public struct TransportFailure: Error, Sendable, Equatable {
  public enum Kind: String, Sendable, CaseIterable {
    case nameNotFound = "the host name is not known"
    case notConnected = "no connection"
    case tls = "TLS failed"
    case deadline = "no answer within the deadline"
    case closed = "the connection broke"
    case short = "the answer ended early"
    case tooLarge = "the answer is too large"
    case malformed = "the answer is not HTTP"
    case cancelled = "cancelled"
    case other = "the request failed"
  }

  public var kind: Kind
  /// What libcurl says, without addresses; nil where `kind` says it all.
  public var detail: String?
  /// The server may have received the request, and may have billed it.
  public var mayBeBilled: Bool

  public init(_ kind: Kind, detail: String? = nil, mayBeBilled: Bool) {
    self.kind = kind
    self.detail = detail
    self.mayBeBilled = mayBeBilled
  }

  public var description: String {
    kind.rawValue + (detail.map { " (\($0))" } ?? "")
  }
}
