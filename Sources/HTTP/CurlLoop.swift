import CCurl
import Foundation

/// The work of the HTTP thread: starts requests, waits, and hands out answers.
struct CurlLoop {
  private let inbox: Inbox
  private let multi: UnsafeMutableRawPointer
  private final class Running {
    var transfers: [UnsafeMutableRawPointer: (transfer: Transfer, handle: CurlHandle)] = [:]
    /// Kept for reuse: making one costs more than a request.
    var idle: [CurlHandle] = []
  }
  private let running = Running()

  init?(_ inbox: Inbox) {
    guard let multi = curl_multi_init() else { return nil }
    self.inbox = inbox
    self.multi = multi
    plumb_curl_set_connections(multi, 256)
  }

  /// Until the inbox is closed and everything that was begun has an end.
  func run() {
    defer {
      running.idle = []
      curl_multi_cleanup(multi)
    }
    while true {
      let content = inbox.take()
      for (request, finish) in content.waiting { start(Transfer(request, finish)) }
      if content.end == .cancelled { cancelAll() }
      var active: Int32 = 0
      curl_multi_perform(multi, &active)
      finishDone()
      if content.end != nil, running.transfers.isEmpty { return }
      var bell = curl_waitfd(fd: inbox.bell, events: Int16(CURL_WAIT_POLLIN), revents: 0)
      var ready: Int32 = 0
      // libcurl shortens the wait to its own next deadline.
      curl_multi_poll(multi, &bell, 1, 1000, &ready)
    }
  }

  private func start(_ transfer: Transfer) {
    guard let handle = running.idle.popLast() ?? CurlHandle(), handle.prepare(transfer),
      curl_multi_add_handle(multi, handle.easy) == CURLM_OK
    else {
      transfer.finish.resume(
        returning: .failure(
          TransportFailure(.other, detail: "libcurl refuses it", mayBeBilled: false)))
      return
    }
    running.transfers[handle.easy] = (transfer, handle)
  }

  private func finishDone() {
    var left: Int32 = 0
    while let message = curl_multi_info_read(multi, &left) {
      guard message.pointee.msg == CURLMSG_DONE, let easy = message.pointee.easy_handle,
        let (transfer, handle) = running.transfers.removeValue(forKey: easy)
      else { continue }
      let outcome = handle.outcome(of: transfer, plumb_curl_result(message))
      curl_multi_remove_handle(multi, easy)
      handle.reset()
      running.idle.append(handle)
      transfer.finish.resume(returning: outcome)
    }
  }

  private func cancelAll() {
    for (easy, (transfer, handle)) in running.transfers {
      let isSent = handle.hasSentSomething
      curl_multi_remove_handle(multi, easy)
      transfer.finish.resume(
        returning: .failure(TransportFailure(.cancelled, mayBeBilled: isSent)))
    }
    running.transfers = [:]
  }
}
