import Foundation
import Glibc
import Runs

extension StageDirectory {
  /// Nothing lies there but the seal.
  var isUntouched: Bool {
    get throws {
      try FileManager.default.contentsOfDirectory(atPath: url.path)
        .allSatisfy { $0 == done.lastPathComponent || $0.hasPrefix(".plumb-") }
    }
  }

  /// Creates the folder, durably, in a run's folder that exists.
  ///
  /// - Throws: `RunError`.
  func make() throws {
    for folder in [url.deletingLastPathComponent(), url] {
      guard mkdir(folder.path, 0o777) == 0 || errno == EEXIST else {
        throw RunError.fileSystem(
          path: folder.path, operation: "create the directory", code: errno)
      }
      let parent = open(folder.deletingLastPathComponent().path, O_RDONLY | O_DIRECTORY)
      guard parent >= 0 else { continue }
      fsync(parent)
      close(parent)
    }
  }
}
