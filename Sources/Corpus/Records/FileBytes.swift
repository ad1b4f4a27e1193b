import Foundation

/// Whole files, with a limit and a reason for every failure.
enum FileBytes {
  /// - Throws: ``CorpusError`` when the file is missing, not regular, unreadable or too large.
  static func read(_ url: URL, limit: Int) throws(CorpusError) -> [UInt8] {
    let handle = try open(url.path)
    defer { close(handle) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 18)
    while true {
      let count = Foundation.read(handle, &chunk, chunk.count)
      if count == 0 { return bytes }
      guard count > 0 else {
        throw CorpusError.file(path: url.path, problem: "cannot be read; check the disk")
      }
      guard bytes.count + count <= limit else {
        throw CorpusError.file(path: url.path, problem: "is larger than \(limit >> 20) MB")
      }
      bytes += chunk[0..<count]
    }
  }

  /// Opens a regular file; a FIFO or a device would block or never end.
  static func open(_ path: String) throws(CorpusError) -> Int32 {
    var status = stat()
    guard stat(path, &status) == 0 else {
      throw CorpusError.file(path: path, problem: "no such file; check the path")
    }
    switch status.st_mode & S_IFMT {
    case S_IFREG: break
    case S_IFDIR:
      throw CorpusError.file(path: path, problem: "is a directory; give the path of a file")
    default:
      throw CorpusError.file(path: path, problem: "is not a regular file; copy it to one")
    }
    let handle = Foundation.open(path, O_RDONLY | O_CLOEXEC)
    guard handle >= 0 else {
      throw CorpusError.file(path: path, problem: "cannot be opened; check its permissions")
    }
    return handle
  }
}
