import Foundation

/// The hostile server of JudgingTests, for tests of the whole command.
struct JudgeServerProcess {
  struct Event: Decodable {
    var event: String
    var mode: String
    var key: String?
    var keyed: Bool?
  }

  let port: Int
  /// With TLS: `good`, `wrong`, `expired`, whose certificates lie in the folder, and `proxy`.
  let ports: [String: Int]
  private let log: URL

  static func run(
    _ folder: URL, tls: Bool = false, _ body: (JudgeServerProcess) throws -> Void
  ) throws {
    let script = Program.fixtures.deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "JudgingTests/Fixtures/hostile_server.py")
    let log = folder.appending(path: "server.log")
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["python3", script.path, log.path] + (tls ? ["--tls", folder.path] : [])
    let input = Pipe()
    let output = Pipe()
    process.standardInput = input
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    defer {
      try? input.fileHandleForWriting.close()
      process.waitUntilExit()
    }
    var line = Data()
    while line.last != UInt8(ascii: "\n") {
      let byte = output.fileHandleForReading.readData(ofLength: 1)
      if byte.isEmpty { break }
      line += byte
    }
    let ports = try JSONDecoder().decode([String: Int].self, from: line)
    try body(JudgeServerProcess(port: ports["port"] ?? 0, ports: ports, log: log))
  }

  func judge(_ mode: String, api: String = "chat") -> String {
    "\(api):mock@http://127.0.0.1:\(port)/\(mode)/v1"
  }

  func events(_ name: String) throws -> [Event] {
    try String(contentsOf: log, encoding: .utf8).split(separator: "\n").map {
      try JSONDecoder().decode(Event.self, from: Data($0.utf8))
    }.filter { $0.event == name }
  }
}
