import Foundation

@testable import Runs

/// A directory that goes away with its owner.
final class TemporaryDirectory {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory.appending(path: "plumb-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  var names: [String] { (try? FileSystem.entries(of: url.filePath)) ?? [] }

  func file(_ name: String, _ text: String = "") throws -> URL {
    let file = url.appending(path: name)
    try Data(text.utf8).write(to: file)
    return file
  }
}

/// The message of the error that `body` throws; nil where it throws none.
func message(_ body: () throws -> Void) -> String? {
  do {
    try body()
    return nil
  } catch {
    return "\(error)"
  }
}

/// The id of a process that has ended.
func deadProcess() throws -> Int32 {
  let process = Process()
  process.executableURL = URL(filePath: "/bin/true")
  try process.run()
  process.waitUntilExit()
  return process.processIdentifier
}
