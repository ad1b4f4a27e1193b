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
    print("SKIPPED: published numbers, since ../shared/data is absent")
    return nil
  }()

  static var isPresent: Bool { folder != nil }

  static func path(_ name: String) throws -> String {
    struct Absent: Error {}
    guard let folder else { throw Absent() }
    return folder.appendingPathComponent(name).path
  }
}

/// Whether a value agrees with an expected one to so many units of its last printed digit.
func isClose(_ value: Double?, _ expected: Double, within tolerance: Double) -> Bool {
  guard let value else { return false }
  return abs(value - expected) <= tolerance
}

/// Several counts as one list, to be compared at once.
func counts(_ values: Int...) -> [Int] { values }

/// A file of the given text, removed when the test ends.
final class TemporaryFile {
  let path: String

  init(_ name: String, _ text: String) throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
      "plumb-published-\(UUID().uuidString)", isDirectory: true)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let url = folder.appendingPathComponent(name)
    try Data(text.utf8).write(to: url)
    path = url.path
  }

  deinit {
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
    do {
      try FileManager.default.removeItem(at: folder)
    } catch {
      print("left behind: \(folder.path): \(error)")
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
