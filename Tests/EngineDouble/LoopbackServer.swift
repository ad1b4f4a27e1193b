import Foundation
import Glibc
import Synchronization

/// A small HTTP server on 127.0.0.1 for tests: a thread for each request, one request for each connection.
public final class LoopbackServer: Sendable {
  public struct Answer: Sendable {
    public var status: Int
    public var headers: [String: String]
    public var body: Data
    /// Says more bytes than it sends, and closes.
    public var isCut: Bool

    public init(
      _ status: Int = 200, _ body: Data, headers: [String: String] = [:], isCut: Bool = false
    ) {
      self.status = status
      self.headers = headers
      self.body = body
      self.isCut = isCut
    }
  }

  public struct Request: Sendable {
    public var path: String
    /// Names in lower case.
    public var headers: [String: String]
    public var body: Data
  }

  public let port: Int
  private let listener: Int32
  private let handler: @Sendable (Request) -> Answer?
  private let isClosed = Mutex(false)

  /// - Parameter handler: nil closes the connection without a word.
  public init(_ handler: @escaping @Sendable (Request) -> Answer?) throws {
    self.handler = handler
    let socket = Glibc.socket(
      AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = in_addr_t(INADDR_LOOPBACK).bigEndian
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isBound = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(socket, $0, size) == 0 && listen(socket, 128) == 0
          && getsockname(socket, $0, &size) == 0
      }
    }
    guard isBound else { throw POSIXError(.EADDRINUSE) }
    listener = socket
    port = Int(UInt16(bigEndian: address.sin_port))
    Thread { [self] in serve() }.start()
  }

  public var address: String { "http://127.0.0.1:\(port)" }

  /// Nobody is answered any more.
  public func close() {
    let wasClosed = isClosed.withLock { closed in
      defer { closed = true }
      return closed
    }
    guard !wasClosed else { return }
    shutdown(listener, Int32(SHUT_RDWR))
    Glibc.close(listener)
  }

  private func serve() {
    while !isClosed.withLock({ $0 }) {
      let client = accept(listener, nil, nil)
      guard client >= 0 else { return }
      let thread = Thread { [self] in
        answer(client)
        Glibc.close(client)
      }
      // Models run on it.
      thread.stackSize = 8 << 20
      thread.start()
    }
  }

  private func answer(_ client: Int32) {
    guard let request = Self.read(client), let answer = handler(request) else { return }
    var head =
      "HTTP/1.1 \(answer.status) X\r\nConnection: close\r\nContent-Type: application/json\r\n"
    for (name, value) in answer.headers { head += "\(name): \(value)\r\n" }
    head += "Content-Length: \(answer.body.count + (answer.isCut ? 100 : 0))\r\n\r\n"
    let bytes = Array(head.utf8) + Array(answer.body)
    var sent = 0
    while sent < bytes.count {
      let count = bytes.withUnsafeBytes {
        send(
          client, $0.baseAddress?.advanced(by: sent), bytes.count - sent,
          Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { return }
      sent += count
    }
  }

  private static func read(_ client: Int32) -> Request? {
    var bytes = Data()
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    let end = Data("\r\n\r\n".utf8)
    func more() -> Bool {
      let count = recv(client, &buffer, buffer.count, 0)
      guard count > 0 else { return false }
      bytes.append(contentsOf: buffer[..<count])
      return true
    }
    while bytes.range(of: end) == nil {
      // What does not begin with a method's name is no HTTP, such as a greeting of TLS.
      guard more(), bytes.first.map({ $0 >= 0x41 && $0 <= 0x5A }) == true else { return nil }
    }
    guard let split = bytes.range(of: end) else { return nil }
    let lines = String(decoding: bytes[..<split.lowerBound], as: UTF8.self)
      .components(separatedBy: "\r\n")
    var headers: [String: String] = [:]
    for line in lines.dropFirst() {
      let parts = line.split(separator: ":", maxSplits: 1).map(String.init)
      guard parts.count == 2 else { continue }
      headers[parts[0].lowercased()] = parts[1].trimmingCharacters(in: .whitespaces)
    }
    let length = headers["content-length"].flatMap { Int($0) } ?? 0
    while bytes.count - split.upperBound < length {
      guard more() else { return nil }
    }
    let words = lines[0].split(separator: " ")
    guard words.count >= 2 else { return nil }
    return Request(
      path: String(words[1]), headers: headers,
      body: Data(bytes[split.upperBound..<split.upperBound + length]))
  }
}
