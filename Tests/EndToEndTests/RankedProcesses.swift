import Foundation
import Glibc

/// Processes that a launcher would start for one command, with what it puts into their environment.
struct RankedProcesses {
  let all: [Engine.Running]

  init(_ count: Int, _ arguments: [String], in folder: URL) throws {
    let port = try Self.freePort()
    all = try (0..<count).map { rank in
      try Engine.Running(
        arguments, in: folder,
        [
          "RANK": "\(rank)", "LOCAL_RANK": "\(rank)", "WORLD_SIZE": "\(count)",
          "LOCAL_WORLD_SIZE": "\(count)", "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": "\(port)",
        ], name: ".\(rank)")
    }
  }

  func finish() throws -> [Engine.Outcome] { try all.map { try $0.finish() } }

  static func run(
    _ count: Int, _ arguments: [String], in folder: URL
  ) throws -> [Engine.Outcome] {
    try RankedProcesses(count, arguments, in: folder).finish()
  }

  /// A port of the loopback interface that nobody listens on.
  private static func freePort() throws -> Int {
    let handle = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(handle) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let status = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(handle, $0, size) == 0 ? getsockname(handle, $0, &size) : -1
      }
    }
    guard status == 0 else { throw POSIXError(.EADDRNOTAVAIL) }
    return Int(UInt16(bigEndian: address.sin_port))
  }
}
