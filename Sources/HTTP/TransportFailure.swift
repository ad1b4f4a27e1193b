/// Why no whole answer came.
public struct TransportFailure: Error, Sendable, Equatable {
  public enum Kind: String, Sendable, CaseIterable {
    case nameNotFound = "the host name is not known"
    case notConnected = "no connection"
    case tls = "TLS failed"
    case deadline = "no answer within the deadline"
    /// Of a connection, TLS included, which is shorter than that of the answer.
    case connectionDeadline = "no connection within the deadline"
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
  /// The deadline that was met; nil where none was.
  public var limit: Duration?
  /// The server may have received the request, and may have billed it.
  public var mayBeBilled: Bool

  public init(
    _ kind: Kind, detail: String? = nil, limit: Duration? = nil, mayBeBilled: Bool
  ) {
    self.kind = kind
    self.detail = detail
    self.limit = limit
    self.mayBeBilled = mayBeBilled
  }

  public var description: String {
    kind.rawValue + (limit.map { " of \(Self.seconds($0)) s" } ?? "")
      + (detail.map { " (\($0))" } ?? "")
  }

  /// To the millisecond, without zeros at the end.
  public static func seconds(_ time: Duration) -> String {
    let value = (time / .milliseconds(1)).rounded() / 1000
    return value == value.rounded() && abs(value) < 1e15 ? "\(Int(value))" : "\(value)"
  }
}
