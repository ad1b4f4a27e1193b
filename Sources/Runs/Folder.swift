import Foundation
import Glibc

/// Folders whose listings are whole or an error, and whose making survives a power loss.
public enum Folder {
  /// Creates a folder with those above it, each made durable; one that is there stays.
  public static func make(_ url: URL) throws(RunError) {
    try FileSystem.makeDirectories(url.filePath)
  }

  /// Creates a folder that is there whole or not at all: it is filled beside its place and renamed.
  ///
  /// - Throws: what `fill` throws, and ``RunError`` where something lies at its place.
  public static func make(_ url: URL, filledBy fill: (URL) throws -> Void) throws {
    let path = url.filePath
    guard try FileSystem.kind(of: path) == nil else {
      throw RunError.invalidFile(
        path: path, problem: "is there already and is left as it is; choose another place")
    }
    let parent = FileSystem.parentPath(of: path)
    try FileSystem.makeDirectories(parent)
    let temporary = "\(parent)/.\(url.lastPathComponent)\(mark)\(getpid())"
    try FileSystem.removeTree(temporary)
    do {
      try FileSystem.makeDirectory(temporary)
      try fill(URL(filePath: temporary, directoryHint: .isDirectory))
      try FileSystem.syncDirectory(temporary)
      try FileSystem.rename(temporary, to: path)
    } catch {
      // The first failure is the one to report.
      _ = try? FileSystem.removeTree(temporary)
      throw error
    }
    try FileSystem.syncDirectory(parent)
  }

  /// Of a folder that is being filled, before the number of the process that does.
  private static let mark = ".tmp-"

  /// Removes folders that processes which are gone had begun to fill in a folder.
  public static func sweep(_ url: URL) throws(RunError) {
    let path = url.filePath
    for name in try FileSystem.entries(of: path) where name.hasPrefix(".") {
      guard let end = name.range(of: mark, options: .backwards)?.upperBound,
        let process = Int32(name[end...]), process != getpid(), !FileSystem.isAlive(process)
      else { continue }
      try FileSystem.removeTree("\(path)/\(name)")
    }
  }

  /// The names in a folder, sorted.
  public static func names(in url: URL) throws(RunError) -> [String] {
    try FileSystem.entries(of: url.filePath)
  }

  /// What lies below a folder: paths relative to it, sorted, of files or of folders. Links are
  /// neither followed nor given.
  public static func files(below url: URL) throws(RunError) -> [String] {
    try tree(url.filePath).filter { $0.kind == .file }.map(\.path)
  }

  public static func folders(below url: URL) throws(RunError) -> [String] {
    try tree(url.filePath).filter { $0.kind == .directory }.map(\.path)
  }

  private static func tree(
    _ root: String
  ) throws(RunError) -> [(path: String, kind: FileSystem.Kind)] {
    var found: [(path: String, kind: FileSystem.Kind)] = []
    func visit(_ folder: String, _ prefix: String) throws(RunError) {
      for name in try FileSystem.entries(of: folder) {
        guard let kind = try FileSystem.kind(of: "\(folder)/\(name)") else { continue }
        found.append((prefix + name, kind))
        if kind == .directory { try visit("\(folder)/\(name)", "\(prefix)\(name)/") }
      }
    }
    try visit(root, "")
    return found.sorted { $0.path < $1.path }
  }
}
