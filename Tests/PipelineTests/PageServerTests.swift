import Foundation
import Glibc
import TestSupport
import Testing

@testable import Pipeline

/// The live page's server, asked with plain sockets.
@Suite struct PageServerTests {
  private let page = Data("<p>page</p>".utf8)

  private func serving(
    _ limits: PageServer.Limits = .init(), _ body: (PageServer) throws -> Void
  ) throws {
    let server = try PageServer(port: 0, limits: limits)
    defer { server.close() }
    server.publish(page)
    try body(server)
  }

  /// A connection; reads give up after five seconds.
  private func connect(_ server: PageServer) throws -> Int32 {
    let client = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var patience = timeval(tv_sec: 5, tv_usec: 0)
    setsockopt(
      client, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(UInt16(server.port)).bigEndian
    address.sin_addr.s_addr = in_addr_t(INADDR_LOOPBACK).bigEndian
    let code = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        Glibc.connect(client, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    try #require(code == 0)
    return client
  }

  private func write(_ text: String, to client: Int32) {
    let bytes = Array(text.utf8)
    _ = send(client, bytes, bytes.count, Int32(MSG_NOSIGNAL))
  }

  /// All that comes until the server closes.
  private func answer(_ client: Int32) -> String {
    var all: [UInt8] = []
    var part = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = recv(client, &part, part.count, 0)
      guard count > 0 else { break }
      all += part[..<count]
    }
    Glibc.close(client)
    return String(decoding: all, as: UTF8.self)
  }

  private func ask(_ server: PageServer, _ request: String, host: String? = nil) throws -> String {
    let client = try connect(server)
    write("\(request)\r\nHost: \(host ?? "127.0.0.1:\(server.port)")\r\n\r\n", to: client)
    return answer(client)
  }

  @Test func `a GET of the page gives the one that was published last`() throws {
    try serving { server in
      for path in ["/", "/report.html"] {
        let found = try ask(server, "GET \(path) HTTP/1.1")
        #expect(found.hasPrefix("HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n"))
        #expect(found.contains("\r\nContent-Length: 11\r\n"))
        #expect(found.contains("\r\nCache-Control: no-store\r\n"))
        #expect(found.hasSuffix("\r\n\r\n<p>page</p>"))
      }
      server.publish(Data("later".utf8))
      #expect(try ask(server, "GET / HTTP/1.1", host: "localhost").hasSuffix("\r\n\r\nlater"))
      #expect(server.isWatched)
      server.waitUntilTaken(atMost: .seconds(5)) { false }
    }
  }

  @Test func `before there is a page it says that one comes`() throws {
    let server = try PageServer(port: 0)
    defer { server.close() }
    let found = try ask(server, "GET / HTTP/1.1")
    #expect(found.contains("http-equiv=\"refresh\" content=\"2\""))
  }

  @Test(arguments: [
    ("GET /recipe.yaml HTTP/1.1", "404 Not Found"),
    ("GET /../../../../etc/passwd HTTP/1.1", "404 Not Found"),
    ("GET /report.html/../recipe.yaml HTTP/1.1", "404 Not Found"),
    ("GET /%2e%2e/recipe.yaml HTTP/1.1", "404 Not Found"),
    ("GET http://127.0.0.1/ HTTP/1.1", "404 Not Found"),
    ("POST / HTTP/1.1", "405 Method Not Allowed\r\n"),
    ("HEAD / HTTP/1.1", "405 Method Not Allowed\r\n"),
    ("GET  HTTP/1.1", "404 Not Found"), ("GET / FTP", "400 Bad Request"),
    ("\u{0}\u{1}", "400 Bad Request"),
  ])
  func `nothing else is given`(_ request: String, _ status: String) throws {
    try serving { server in
      let found = try ask(server, request)
      #expect(found.hasPrefix("HTTP/1.1 \(status)"), "\(found)")
      #expect(!found.contains("page"))
      // And it goes on.
      #expect(try ask(server, "GET / HTTP/1.1").hasSuffix("page</p>"))
    }
  }

  @Test(arguments: ["example.org", "example.org:80", "127.0.0.1.example.org", ""])
  func `a page of the web that reaches this machine under its own name is refused`(
    _ host: String
  ) throws {
    try serving { server in
      let found = try ask(server, "GET / HTTP/1.1", host: host)
      #expect(found.hasPrefix("HTTP/1.1 403 Forbidden"), "\(found)")
    }
  }

  @Test func `a request without an end is bounded`() throws {
    try serving { server in
      let client = try connect(server)
      for _ in 0..<64 { write(String(repeating: "x", count: 1024), to: client) }
      let found = answer(client)
      #expect(found.isEmpty || found.hasPrefix("HTTP/1.1 431 "), "\(found)")
      #expect(try ask(server, "GET / HTTP/1.1").hasSuffix("page</p>"))
    }
  }

  @Test func `clients that stall hold nobody up and are let go`() throws {
    let limits = PageServer.Limits(patience: .seconds(3), clients: 4)
    // More than a socket takes at once.
    let large = Data(repeating: UInt8(ascii: "x"), count: 16 << 20)
    try serving(limits) { server in
      server.publish(large)
      // One says nothing, one half a request, one does not take its answer.
      let silent = try connect(server)
      let slow = try connect(server)
      write("GET / HT", to: slow)
      let deaf = try connect(server)
      write("GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", to: deaf)
      let start = ContinuousClock.now
      let found = try ask(server, "GET / HTTP/1.1")
      #expect(found.utf8.count > large.count)
      // Waiting for the three would take as long for each; a busy machine is slow by itself.
      #expect(ContinuousClock.now - start < .seconds(4.5), "nobody was waited for")
      // Whoever publishes does not wait either.
      server.publish(page)
      #expect(answer(silent).isEmpty)
      #expect(answer(slow).isEmpty)
      // Time goes by until the third is let go; then all places are free again.
      usleep(4_000_000)
      Glibc.close(deaf)
      for _ in 0..<4 { #expect(try ask(server, "GET / HTTP/1.1").hasSuffix("page</p>")) }
    }
  }

  @Test func `a port that is taken is refused in a line, and one that is closed is free`() throws {
    let server = try PageServer(port: 0)
    let port = server.port
    #expect(
      message { _ = try PageServer(port: port) }
        .hasPrefix("--live wants a port that is free here (Address already in use), not "))
    server.close()
    let again = try PageServer(port: port)
    #expect(again.port == port)
    again.close()
    // It is of this machine alone.
    #expect(server.address == "http://127.0.0.1:\(port)/")
  }
}
