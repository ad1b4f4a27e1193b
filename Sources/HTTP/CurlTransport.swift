import CCurl
import Foundation
import Glibc
import Synchronization

/// Requests through libcurl's multi interface, on a thread of their own.
///
/// Redirects are not followed, certificates are always checked, and names and numbers of the proxy
/// variables (`HTTPS_PROXY`, `NO_PROXY`, …) are honoured. A multi handle belongs to one thread: it is
/// made there and never leaves it; requests reach it through a list behind a lock.
public final class CurlTransport: Transport {
  private let inbox = Inbox()

  /// - Throws: ``HTTPError/unavailable(_:)`` where libcurl or a thread cannot start.
  public init() throws(HTTPError) {
    guard Self.isReady, inbox.bell >= 0 else {
      throw .unavailable("libcurl cannot start; see plumb doctor")
    }
    let inbox = inbox
    let thread = Thread { CurlLoop(inbox)?.run() }
    thread.name = "plumb-http"
    thread.stackSize = 1 << 20
    thread.start()
  }

  deinit { inbox.close(.finished) }

  private static let isReady = plumb_curl_begin() == CURLE_OK

  public func send(_ request: HTTPRequest) async -> Result<HTTPResponse, TransportFailure> {
    await withCheckedContinuation { finish in
      if !inbox.add(request, finish) {
        finish.resume(returning: .failure(TransportFailure(.cancelled, mayBeBilled: false)))
      }
    }
  }

  public func cancel() { inbox.close(.cancelled) }
}
