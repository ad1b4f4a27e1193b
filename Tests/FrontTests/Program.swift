import Foundation
import Testing

/// Runs the built command, as a user would.
enum Program {
  struct Outcome: Equatable {
    var code: Int32
    var output: String
    var complaint: String
  }

  /// Beside the tests' own program.
  static let plumb = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
    .deletingLastPathComponent().appending(path: "plumb")

  static let fixtures = URL(filePath: #filePath).resolvingSymlinksInPath()
    .deletingLastPathComponent()
    .appending(path: "Fixtures")
  static let run = fixtures.appending(path: "three-prompts").path

  static func start(
    _ arguments: String..., in folder: URL? = nil, program: URL = plumb
  ) throws -> Outcome {
    try start(arguments: arguments, in: folder, program: program)
  }

  static func start(
    arguments: [String], in folder: URL? = nil, program: URL = plumb,
    environment: [String: String] = [:]
  ) throws -> Outcome {
    let process = Process()
    process.executableURL = program
    process.arguments = arguments
    process.currentDirectoryURL = folder
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    let output = Pipe()
    let complaint = Pipe()
    process.standardOutput = output
    process.standardError = complaint
    try process.run()
    let text = try output.fileHandleForReading.readToEnd() ?? Data()
    let words = try complaint.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return Outcome(
      code: process.terminationStatus, output: String(decoding: text, as: UTF8.self),
      complaint: String(decoding: words, as: UTF8.self))
  }

  /// A folder that is removed afterwards; its path has no links in it.
  static func withFolder(_ body: (URL) throws -> Void) throws {
    let url = FileManager.default.temporaryDirectory.resolvingSymlinksInPath()
      .appending(path: "front-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    defer {
      do { try FileManager.default.removeItem(at: url) } catch {
        Issue.record("could not remove \(url.path): \(error)")
      }
    }
    try body(url)
  }
}
