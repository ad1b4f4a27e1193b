/// Sends requests; the only door to the network.
public protocol Transport: Sendable {
  /// The whole answer, or why there is none. Never retries.
  func send(_ request: HTTPRequest) async -> Result<HTTPResponse, TransportFailure>

  /// Ends every request under way, as ``TransportFailure/Kind/cancelled``, and all later ones.
  func cancel()
}
