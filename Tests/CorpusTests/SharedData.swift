import Foundation

/// Public data outside the repository, beside it in `../shared/data`; absent on most machines.
enum SharedData {
  static let folder: URL? = {
    var root = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
    while root.path != "/" {
      root.deleteLastPathComponent()
      let data = root.appendingPathComponent("shared/data", isDirectory: true)
      if FileManager.default.fileExists(atPath: data.path) { return data }
    }
    print("SKIPPED: tests of published data, since ../shared/data is absent")
    return nil
  }()

  static var isPresent: Bool { folder != nil }

  static func url(_ path: String) throws -> URL {
    struct Absent: Error {}
    guard let folder else { throw Absent() }
    return folder.appendingPathComponent(path)
  }
}

/// A folder that is removed when the test ends.
final class TemporaryFolder {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory.appendingPathComponent(
      "plumb-corpus-\(UUID().uuidString)", isDirectory: true)
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  /// Writes a file and gives its path.
  func write(_ name: String, _ content: some Sequence<UInt8>) throws -> String {
    let file = url.appendingPathComponent(name)
    try Data(content).write(to: file)
    return file.path
  }

  func write(_ name: String, _ text: String) throws -> String {
    try write(name, text.utf8)
  }

  deinit {
    do {
      try FileManager.default.removeItem(at: url)
    } catch {
      print("left behind: \(url.path): \(error)")
    }
  }
}

/// The message of the error that a body throws; "no error" when it throws none.
func message(_ body: () throws -> Void) -> String {
  do {
    try body()
    return "no error"
  } catch {
    return "\(error)"
  }
}
