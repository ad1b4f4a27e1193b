import Foundation
import HTTP
import Synchronization

/// Answers requests by a rule instead of a network, and keeps them.
final class ScriptedTransport: Transport {
  private let answer: @Sendable ([String: WireValue]) -> (status: Int, body: String)
  private let kept = Mutex<[[String: WireValue]]>([])

  /// - Parameter answer: from a request's JSON to status and body.
  init(_ answer: @escaping @Sendable ([String: WireValue]) -> (status: Int, body: String)) {
    self.answer = answer
  }

  var requests: [[String: WireValue]] { kept.withLock { $0 } }

  func send(_ request: HTTPRequest) async -> Result<HTTPResponse, TransportFailure> {
    let sent = WireValue(request.body)?.members ?? [:]
    kept.withLock { $0.append(sent) }
    let (status, body) = answer(sent)
    return .success(HTTPResponse(status: status, body: Data(body.utf8)))
  }

  func cancel() {}
}
