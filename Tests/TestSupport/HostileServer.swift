import Foundation

/// A judge's server that misbehaves in many ways, `hostile_server.py`, as a process of its own for as
/// long as a test needs it.
public struct HostileServer: Sendable {
  /// A line of the server's log.
  public struct Event: Decodable {
    /// Seconds since some moment.
    public var t: Double
    public var event: String
    public var mode: String
    public var key: String?
    public var port: Int?
    public var keyed: Bool?
  }

  /// By name: `port`, `other`, and with TLS `good`, `wrong`, `expired`, whose certificates lie in the
  /// folder, and `proxy`.
  public let ports: [String: Int]
  /// Holds the log and the certificates.
  public let folder: URL

  private static let log = "server.log"

  /// - Returns: the server, and what ends it.
  private static func start(
    _ folder: URL, tls: Bool
  ) throws -> (server: HostileServer, end: () -> Void) {
    let script = URL(filePath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
      .appending(path: "hostile_server.py")
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments =
      ["python3", script.path, folder.appending(path: log).path]
      + (tls ? ["--tls", folder.path] : [])
    let input = Pipe()
    let output = Pipe()
    process.standardInput = input
    process.standardOutput = output
    // It complains when clients leave in the middle, which is what they are here for.
    process.standardError = FileHandle.nullDevice
    try process.run()
    var line = Data()
    while line.last != UInt8(ascii: "\n") {
      let byte = output.fileHandleForReading.readData(ofLength: 1)
      if byte.isEmpty { break }
      line += byte
    }
    let ports = try JSONDecoder().decode([String: Int].self, from: line)
    return (
      HostileServer(ports: ports, folder: folder),
      {
        // It ends when its standard input does.
        try? input.fileHandleForWriting.close()
        process.waitUntilExit()
      }
    )
  }

  public static func run<Value>(
    _ folder: URL, tls: Bool = false, _ body: (HostileServer) throws -> Value
  ) throws -> Value {
    let (server, end) = try start(folder, tls: tls)
    defer { end() }
    return try body(server)
  }

  public static func run<Value>(
    _ folder: URL, tls: Bool = false, _ body: (HostileServer) async throws -> Value
  ) async throws -> Value {
    let (server, end) = try start(folder, tls: tls)
    defer { end() }
    return try await body(server)
  }

  public var port: Int { ports["port"] ?? 0 }

  public func address(_ mode: String, port: String = "port", scheme: String = "http") -> String {
    "\(scheme)://127.0.0.1:\(ports[port] ?? 0)/\(mode)/v1"
  }

  /// The server as a judge is typed.
  public func judge(_ mode: String, api: String = "chat") -> String {
    "\(api):mock@\(address(mode))"
  }

  public func events(_ name: String, mode: String? = nil) throws -> [Event] {
    let text = try String(contentsOf: folder.appending(path: Self.log), encoding: .utf8)
    return try text.split(separator: "\n").map {
      try JSONDecoder().decode(Event.self, from: Data($0.utf8))
    }.filter { $0.event == name && (mode == nil || $0.mode == mode) }
  }

  /// How many requests came.
  public var requests: Int { get throws { try events("request").count } }
}
