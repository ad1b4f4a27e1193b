import Foundation
import Testing

/// Tests that run the built command, one after the other: they measure time and share two cores.
@Suite(.serialized) enum EndToEnd {}

/// The command as it was built beside these tests.
enum Engine {
  struct Outcome: Sendable {
    /// The exit code, or 128 + the signal that ended the process.
    var status: Int32
    var output: String
    var errors: String
  }

  /// Does the computing; `plumb` hands over to it.
  static let binary: URL = {
    let folder = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
      .deletingLastPathComponent()
    for name in ["plumb-engine", "plumb"] {
      let file = folder.appending(path: name)
      if FileManager.default.isExecutableFile(atPath: file.path) { return file }
    }
    fatalError("neither plumb-engine nor plumb is built in \(folder.path); run swift build")
  }()

  /// A process whose output goes to files in `folder`, which is also where it runs. It is started
  /// with signals blocked, as Foundation does from a thread of a pool.
  final class Running {
    let process = Process()
    let folder: URL
    private let name: String

    /// - Parameters:
    ///   - environment: beside this process's own.
    ///   - name: of the files, where several processes run in the folder.
    init(
      _ arguments: [String], in folder: URL, _ environment: [String: String] = [:],
      name: String = ""
    ) throws {
      self.folder = folder
      self.name = name
      process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
      process.executableURL = Engine.binary
      process.arguments = arguments
      process.currentDirectoryURL = folder
      process.standardInput = FileHandle.nullDevice
      process.standardOutput = try Running.file(folder, "stdout\(name)")
      process.standardError = try Running.file(folder, "stderr\(name)")
      try process.run()
    }

    private static func file(_ folder: URL, _ name: String) throws -> FileHandle {
      let url = folder.appending(path: name)
      try Data().write(to: url)
      return try FileHandle(forWritingTo: url)
    }

    var isRunning: Bool { process.isRunning }

    func send(_ signal: Int32) { kill(process.processIdentifier, signal) }

    func finish() throws -> Outcome {
      process.waitUntilExit()
      func text(_ name: String) throws -> String {
        String(decoding: try Data(contentsOf: folder.appending(path: name)), as: UTF8.self)
      }
      let killed = process.terminationReason == .uncaughtSignal
      return Outcome(
        status: process.terminationStatus + (killed ? 128 : 0), output: try text("stdout\(name)"),
        errors: try text("stderr\(name)"))
    }

    /// Waits until a file or folder exists.
    ///
    /// - Returns: false when the process ended first.
    func wait(for name: String) -> Bool {
      let path = folder.appending(path: name).path
      while process.isRunning {
        if FileManager.default.fileExists(atPath: path) { return true }
        usleep(500)
      }
      return false
    }
  }

  static func run(_ arguments: [String], in folder: URL) throws -> Outcome {
    try Running(arguments, in: folder).finish()
  }
}
