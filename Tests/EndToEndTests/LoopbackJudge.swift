import Foundation

/// The hostile server of JudgingTests, for runs that ask a judge.
struct LoopbackJudge {
  let port: Int
  private let log: URL

  static func run(_ folder: URL, _ body: (LoopbackJudge) throws -> Void) throws {
    let script = URL(filePath: #filePath).resolvingSymlinksInPath()
      .deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "JudgingTests/Fixtures/hostile_server.py")
    let log = folder.appending(path: "server.log")
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["python3", script.path, log.path]
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
    try body(LoopbackJudge(port: ports["port"] ?? 0, log: log))
  }

  func judge(_ mode: String) -> String { "chat:mock@http://127.0.0.1:\(port)/\(mode)/v1" }

  /// How many requests came.
  var requests: Int {
    get throws {
      try String(contentsOf: log, encoding: .utf8).split(separator: "\n")
        .count { $0.contains(#""event": "request""#) }
    }
  }
}
