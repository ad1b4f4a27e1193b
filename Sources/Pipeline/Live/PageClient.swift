import Foundation
import Glibc

/// One connection to ``PageServer``: a request that comes in pieces, then an answer that goes in pieces.
struct PageClient {
  let socket: Int32
  /// When it is given up.
  var deadline: ContinuousClock.Instant
  /// When it is given up however much it took meanwhile.
  var end: ContinuousClock.Instant
  private var received: [UInt8] = []
  private var sent: Data?
  private var offset = 0
  /// Of the page that the answer holds.
  private(set) var version: Int?
  /// Nothing more is to be done with it.
  private(set) var isOver = false

  init(socket: Int32, deadline: ContinuousClock.Instant) {
    self.socket = socket
    self.deadline = deadline
    end = deadline
  }

  var isAnswered: Bool { sent != nil }

  /// Takes what has come.
  ///
  /// - Returns: a request with its headers once they are whole, or what there is where it is longer than allowed.
  mutating func read(atMost limit: Int) -> [UInt8]? {
    var part = [UInt8](repeating: 0, count: 4096)
    let count = recv(socket, &part, part.count, 0)
    guard count > 0 else {
      isOver = count == 0 || (errno != EAGAIN && errno != EINTR)
      return nil
    }
    received += part[..<count]
    let end = Array("\r\n\r\n".utf8)
    let isWhole = received.indices.dropLast(3).contains { Array(received[$0..<$0 + 4]) == end }
    return isWhole || received.count > limit ? received : nil
  }

  mutating func answer(_ bytes: Data, version: Int?) {
    sent = bytes
    self.version = version
  }

  /// Gives as much as the client takes without waiting.
  ///
  /// - Returns: false where it took nothing.
  mutating func write() -> Bool {
    guard let sent else { return false }
    let count = sent.withUnsafeBytes { bytes in
      send(
        socket, bytes.baseAddress.map { $0 + offset }, bytes.count - offset,
        Int32(MSG_NOSIGNAL))
    }
    guard count >= 0 else {
      if errno != EAGAIN, errno != EINTR {
        isOver = true
        version = nil
      }
      return false
    }
    offset += count
    guard offset == sent.count else { return true }
    shutdown(socket, Int32(SHUT_WR))
    isOver = true
    return true
  }
}
