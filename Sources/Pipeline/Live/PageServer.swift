import Command
import Foundation
import Glibc
import Synchronization

/// Gives one page to browsers of this machine, from a thread of its own.
///
/// It listens on 127.0.0.1 alone and answers a GET of `/` or `/report.html` with the page that was published
/// last, from memory: it opens no file, so that no path leads anywhere. Requests that are long, slow
/// or meant for another host's name (as a page of the web could send them by DNS rebinding) are refused, and
/// nobody else waits for who reads slowly.
final class PageServer: Sendable {
  /// Bounds of what a client may take.
  struct Limits: Sendable {
    /// Of a request with its headers, in bytes.
    var request = 8 << 10
    /// For a request to come, and between two moments in which something of its answer is taken; of all of
    /// the answer six times as long.
    var patience = Duration.seconds(10)
    /// Clients at a time; others wait to be let in.
    var clients = 16
  }

  private struct State {
    var page = PageServer.beginning
    /// Counts pages.
    var version = 0
    /// The version that a client has taken whole, and when.
    var taken: (version: Int, time: ContinuousClock.Instant)?
    var isClosed = false
  }

  let port: Int
  private let listener: Int32
  private let limits: Limits
  private let state = Mutex(State())
  private let ended = DispatchSemaphore(value: 0)

  var address: String { "http://127.0.0.1:\(port)/" }

  private static let beginning = Data(
    """
    <!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><meta http-equiv="refresh" content="2">\
    <title>Plumb</title></head><body><p>The run begins; its page comes in a moment.</p></body></html>

    """.utf8)

  /// Listens, and begins to answer.
  ///
  /// - Parameter port: 0 for any that is free.
  /// - Throws: ``CommandError`` where it cannot be had.
  init(port: Int, limits: Limits = Limits()) throws(CommandError) {
    let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Self.flags, 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(UInt16(port)).bigEndian
    address.sin_addr.s_addr = in_addr_t(INADDR_LOOPBACK).bigEndian
    var yes: Int32 = 1
    setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isBound = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(socket, $0, size) == 0 && listen(socket, 16) == 0
          && getsockname(socket, $0, &size) == 0
      }
    }
    guard isBound else {
      let reason = String(cString: strerror(errno))
      Glibc.close(socket)
      throw .badValue(
        option: "--live", value: String(port), expected: "a port that is free here (\(reason))")
    }
    self.limits = limits
    listener = socket
    self.port = Int(UInt16(bigEndian: address.sin_port))
    let thread = Thread { [self] in serve() }
    thread.name = "page server"
    thread.start()
  }

  private static let flags = Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue)

  /// From now on clients get this page.
  func publish(_ page: Data) {
    state.withLock {
      $0.page = page
      $0.version += 1
    }
  }

  /// Somebody has looked at the page lately and may come back for the last one.
  var isWatched: Bool {
    state.withLock { state in
      state.taken.map { .now - $0.time < .seconds(2 * LivePage.renewal) } ?? false
    }
  }

  /// Waits until a client has taken the last page that was published.
  ///
  /// - Parameter isTired: asked meanwhile; ends the wait.
  func waitUntilTaken(atMost time: Duration, isTired: () -> Bool) {
    let end = ContinuousClock.now + time
    while ContinuousClock.now < end, !isTired() {
      if state.withLock({ $0.taken?.version == $0.version }) { return }
      usleep(50_000)
    }
  }

  /// Ends the thread and gives the port back.
  func close() {
    let wasClosed = state.withLock { state in
      defer { state.isClosed = true }
      return state.isClosed
    }
    guard !wasClosed else { return }
    ended.wait()
    Glibc.close(listener)
  }

  // MARK: The thread

  private func serve() {
    var clients: [PageClient] = []
    while !state.withLock({ $0.isClosed }) {
      var watched = clients.map {
        pollfd(fd: $0.socket, events: Int16($0.isAnswered ? POLLOUT : POLLIN), revents: 0)
      }
      if clients.count < limits.clients {
        watched.append(pollfd(fd: listener, events: Int16(POLLIN), revents: 0))
      }
      _ = poll(&watched, nfds_t(watched.count), 200)
      for (place, found) in watched.enumerated() where found.revents != 0 {
        if place < clients.count {
          advance(&clients[place])
        } else {
          admit(to: &clients)
        }
      }
      for client in clients where client.isOver || client.deadline < .now {
        Glibc.close(client.socket)
      }
      clients.removeAll { $0.isOver || $0.deadline < .now }
    }
    for client in clients { Glibc.close(client.socket) }
    ended.signal()
  }

  private func admit(to clients: inout [PageClient]) {
    let socket = accept(listener, nil, nil)
    guard socket >= 0 else { return }
    guard fcntl(socket, F_SETFL, O_NONBLOCK) == 0, fcntl(socket, F_SETFD, FD_CLOEXEC) == 0 else {
      Glibc.close(socket)
      return
    }
    clients.append(PageClient(socket: socket, deadline: .now + limits.patience))
  }

  private func advance(_ client: inout PageClient) {
    guard client.isAnswered else {
      guard let request = client.read(atMost: limits.request) else { return }
      let (page, version) = state.withLock { ($0.page, $0.version) }
      let answer = PageAnswer(request, port: port)
      client.answer(answer.bytes(page), version: answer.isPage ? version : nil)
      // Its own time begins where the answer does.
      client.deadline = .now + limits.patience
      client.end = .now + limits.patience * 6
      return
    }
    if client.write() { client.deadline = min(.now + limits.patience, client.end) }
    guard client.isOver, let version = client.version else { return }
    state.withLock { $0.taken = (version, .now) }
  }
}
