import Foundation

/// Public data outside the repository, beside it in `../shared/data`; absent on most machines.
public enum SharedData {
  public static let folder: URL? = {
    var root = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
    while root.path != "/" {
      root.deleteLastPathComponent()
      let data = root.appendingPathComponent("shared/data", isDirectory: true)
      if FileManager.default.fileExists(atPath: data.path) { return data }
    }
    print("SKIPPED: tests of published data, since ../shared/data is absent")
    return nil
  }()

  public static var isPresent: Bool { folder != nil }

  public static func url(_ path: String) throws -> URL {
    struct Absent: Error {}
    guard let folder else { throw Absent() }
    return folder.appendingPathComponent(path)
  }
}
