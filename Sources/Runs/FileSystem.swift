import Foundation
import Glibc

/// Directory operations that report their failures and survive power loss.
enum FileSystem {
  enum Kind: Equatable { case file, directory, other }

  /// What lies at `path`, not following a link; nil where there is nothing.
  static func kind(of path: String) throws(RunError) -> Kind? {
    var status = stat()
    guard lstat(path, &status) == 0 else {
      if errno == ENOENT || errno == ENOTDIR { return nil }
      throw .fileSystem(path: path, operation: "inspect", code: errno)
    }
    switch status.st_mode & S_IFMT {
    case S_IFREG: return .file
    case S_IFDIR: return .directory
    default: return .other
    }
  }

  /// Whether a path leads to something that takes bytes and is no file: a device, a pipe, a socket.
  static func isNode(_ path: String) throws(RunError) -> Bool {
    var status = stat()
    guard stat(path, &status) == 0 else {
      if errno == ENOENT || errno == ENOTDIR { return false }
      throw .fileSystem(path: path, operation: "inspect", code: errno)
    }
    return ![S_IFREG, S_IFDIR].contains(status.st_mode & S_IFMT)
  }

  /// Where a path leads through links, to a file that need not be there yet. Links to what is no
  /// file stay as they are, since those of `/proc/self/fd` name no path.
  static func destination(of path: String) throws(RunError) -> String {
    var found = path
    // As many as the kernel follows.
    for _ in 0..<40 {
      guard try !isNode(found) else { return found }
      var buffer = [UInt8](repeating: 0, count: Int(PATH_MAX))
      let count = buffer.withUnsafeMutableBytes { bytes in
        bytes.baseAddress.map { readlink(found, $0, bytes.count) } ?? -1
      }
      // EINVAL: no link. What else is wrong shows where the file is made.
      guard count > 0 else { return found }
      let next = String(decoding: buffer.prefix(count), as: UTF8.self)
      found = next.hasPrefix("/") ? next : "\(parentPath(of: found))/\(next)"
    }
    throw .fileSystem(path: path, operation: "create", code: ELOOP)
  }

  /// The names in a directory, sorted, without `.` and `..`; names that are not UTF-8 are mended.
  ///
  /// - Throws: where the directory cannot be read to its end.
  static func entries(of path: String) throws(RunError) -> [String] {
    guard let directory = opendir(path) else {
      throw .fileSystem(path: path, operation: "list", code: errno)
    }
    defer { closedir(directory) }
    var names: [String] = []
    while true {
      // The end and a failure differ in `errno` alone: an error while listing is no empty folder.
      errno = 0
      guard let entry = readdir(directory) else {
        guard errno == 0 else { throw .fileSystem(path: path, operation: "list", code: errno) }
        break
      }
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != "." && name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  static func makeDirectory(_ path: String) throws(RunError) {
    guard mkdir(path, 0o777) == 0 else {
      throw .fileSystem(path: path, operation: "create the directory", code: errno)
    }
  }

  /// Creates a directory with those above it, each made durable in its parent.
  static func makeDirectories(_ path: String) throws(RunError) {
    var status = stat()
    if stat(path, &status) == 0 {
      guard status.st_mode & S_IFMT == S_IFDIR else {
        throw .fileSystem(path: path, operation: "create the directory", code: EEXIST)
      }
      return
    }
    let parent = parentPath(of: path)
    if parent != path { try makeDirectories(parent) }
    guard mkdir(path, 0o777) == 0 || errno == EEXIST else {
      throw .fileSystem(path: path, operation: "create the directory", code: errno)
    }
    try syncDirectory(parent)
  }

  static func rename(_ source: String, to target: String) throws(RunError) {
    guard Glibc.rename(source, target) == 0 else {
      throw .fileSystem(path: target, operation: "rename \(source.onOneLine) to it", code: errno)
    }
  }

  /// Removes a file; one that is already gone is no failure.
  static func removeFile(_ path: String) throws(RunError) {
    guard unlink(path) == 0 || errno == ENOENT else {
      throw .fileSystem(path: path, operation: "remove", code: errno)
    }
  }

  /// Removes a file, or a directory with all it holds; links are removed, not followed.
  static func removeTree(_ path: String) throws(RunError) {
    guard let kind = try kind(of: path) else { return }
    guard kind == .directory else { return try removeFile(path) }
    for name in try entries(of: path) { try removeTree("\(path)/\(name)") }
    guard rmdir(path) == 0 || errno == ENOENT else {
      throw .fileSystem(path: path, operation: "remove the directory", code: errno)
    }
  }

  /// Makes the names in a directory durable.
  static func syncDirectory(_ path: String) throws(RunError) {
    let directory = try OpenFile(path, O_RDONLY | O_DIRECTORY)
    // Some network file systems cannot sync a directory and say so with EINVAL.
    guard retried({ fsync(directory.descriptor) }) == 0 || errno == EINVAL else {
      throw directory.failure("sync the directory")
    }
  }

  /// Bytes that an unprivileged process may still write; nil where the system does not say.
  static func freeBytes(at path: String) -> Int? {
    var status = statvfs()
    guard statvfs(path, &status) == 0 else { return nil }
    return Int(clamping: UInt64(status.f_bavail) * UInt64(status.f_frsize))
  }

  /// Whether a process of this machine has that id.
  static func isAlive(_ process: Int32) -> Bool {
    process > 0 && (kill(process, 0) == 0 || errno == EPERM)
  }

  static func parentPath(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }
}

extension URL {
  /// The path as system calls want it: decoded, without a slash at the end.
  var filePath: String {
    let path = path(percentEncoded: false)
    return path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
  }
}
