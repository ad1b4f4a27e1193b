import Glibc
import Synchronization

/// What other threads leave for the thread of ``CurlTransport``.
final class Inbox: Sendable {
  typealias Finish = CheckedContinuation<Result<HTTPResponse, TransportFailure>, Never>

  enum End { case finished, cancelled }

  struct Content {
    var waiting: [(request: HTTPRequest, finish: Finish)] = []
    /// Nothing more is taken in.
    var end: End?
  }

  private let content = Mutex(Content())
  /// The end of a pipe that is readable when there is something to take; -1 without a pipe.
  let bell: Int32
  private let rope: Int32

  init() {
    var ends: [Int32] = [-1, -1]
    if pipe(&ends) == 0 {
      for end in ends {
        _ = fcntl(end, F_SETFD, FD_CLOEXEC)
        _ = fcntl(end, F_SETFL, O_NONBLOCK)
      }
    }
    (bell, rope) = (ends[0], ends[1])
  }

  deinit {
    for end in [bell, rope] where end >= 0 { Glibc.close(end) }
  }

  /// A full pipe rings already.
  private func ring() {
    var byte: UInt8 = 1
    _ = Glibc.write(rope, &byte, 1)
  }

  /// False where nothing is taken any more.
  func add(_ request: HTTPRequest, _ finish: Finish) -> Bool {
    let isTaken = content.withLock { content in
      guard content.end == nil else { return false }
      content.waiting.append((request, finish))
      return true
    }
    if isTaken { ring() }
    return isTaken
  }

  func close(_ end: End) {
    content.withLock { if $0.end == nil || end == .cancelled { $0.end = end } }
    ring()
  }

  /// Takes everything out, and silences the bell.
  func take() -> Content {
    var bytes = [UInt8](repeating: 0, count: 4096)
    _ = Glibc.read(bell, &bytes, bytes.count)
    return content.withLock { content in
      let taken = content
      content.waiting = []
      return taken
    }
  }
}
