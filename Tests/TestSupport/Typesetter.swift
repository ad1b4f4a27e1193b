import Foundation

/// Sets LaTeX, and says where a line is wider than the page's text.
public enum Typesetter {
  public struct Failure: Error {
    /// The end of what LaTeX said.
    public let log: String
  }

  /// Nil where LaTeX is not installed.
  public static let program: String? = {
    let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
    let found = path.split(separator: ":").map { "\($0)/pdflatex" }
      .first { FileManager.default.isExecutableFile(atPath: $0) }
    if found == nil { print("SKIPPED: no pdflatex on the path, tables were not set") }
    return found
  }()

  /// The warnings of overfull boxes in an `article` of one column at ten points.
  public static func overfull(_ body: String) throws -> [String] {
    guard let program else { return [] }
    let folder = FileManager.default.temporaryDirectory.appending(path: "latex-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let document = """
      \\documentclass{article}
      \\usepackage{longtable}
      \\begin{document}
      \(body)
      \\end{document}

      """
    try Data(document.utf8).write(to: folder.appending(path: "table.tex"))
    let process = Process()
    process.executableURL = URL(filePath: program)
    process.arguments = ["-interaction=nonstopmode", "-halt-on-error", "table.tex"]
    process.currentDirectoryURL = folder
    // Lines of the log are not broken.
    process.environment = ProcessInfo.processInfo.environment.merging(
      ["max_print_line": "10000"]
    ) { $1 }
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    let log = String(
      decoding: try Data(contentsOf: folder.appending(path: "table.log")), as: UTF8.self)
    guard process.terminationStatus == 0 else { throw Failure(log: String(log.suffix(600))) }
    try FileManager.default.removeItem(at: folder)
    return log.split(separator: "\n").filter { $0.hasPrefix("Overfull") }.map(String.init)
  }
}
