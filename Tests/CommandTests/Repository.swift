import Foundation

/// The source tree that these tests belong to.
enum Repository {
  static let root = URL(filePath: #filePath).resolvingSymlinksInPath()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// A checkout, and not an unpacked archive.
  static let isCheckout: Bool = {
    let found = FileManager.default.fileExists(atPath: root.appending(path: ".git").path)
    if !found { print("SKIPPED: \(root.path) is no git checkout") }
    return found
  }()

  /// Paths of tracked files, relative to the root.
  static func trackedFiles() throws -> [String] {
    let git = Process()
    git.executableURL = URL(filePath: "/usr/bin/env")
    git.arguments = ["git", "-c", "safe.directory=*", "-C", root.path, "ls-files", "-z"]
    let output = Pipe()
    git.standardOutput = output
    try git.run()
    let bytes = try output.fileHandleForReading.readToEnd() ?? Data()
    git.waitUntilExit()
    return bytes.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
  }
}
