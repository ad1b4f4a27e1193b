import Foundation
import Glibc

/// Folders whose listings are whole or an error, and whose making survives a power loss.
public enum Folder {
  /// Creates a folder with those above it, each made durable; one that is there stays.
  public static func make(_ url: URL) throws(RunError) {
    try FileSystem.makeDirectories(url.filePath)
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
