import Foundation

/// A folder that is removed with its owner.
public final class TemporaryFolder {
  public let url: URL

  public init() throws {
    url = FileManager.default.temporaryDirectory.appending(
      path: "plumb-\(UUID().uuidString)", directoryHint: .isDirectory)
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  /// With the files of another one.
  public convenience init(copying folder: URL) throws {
    try self.init()
    for name in try FileManager.default.contentsOfDirectory(atPath: folder.path) {
      try FileManager.default.copyItem(
        at: folder.appending(path: name), to: url.appending(path: name))
    }
  }

  /// Writes a file, with the folders that its name goes through.
  @discardableResult
  public func write(_ name: String, _ content: some Sequence<UInt8>) throws -> URL {
    let file = url.appending(path: name)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(content).write(to: file)
    return file
  }

  @discardableResult
  public func write(_ name: String, _ text: String = "") throws -> URL {
    try write(name, text.utf8)
  }

  public func data(_ name: String) throws -> Data {
    try Data(contentsOf: url.appending(path: name))
  }

  deinit {
    do {
      try FileManager.default.removeItem(at: url)
    } catch {
      print("left behind: \(url.path): \(error)")
    }
  }
}
