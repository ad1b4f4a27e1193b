import Corpus
import Foundation
import Recipe
import Runs

/// Identifies the rows of a data source: its settings and the contents of its files.
enum DataFingerprint {
  /// - Throws: `CorpusError` for a file that cannot be read.
  static func of(_ name: String, in recipe: RunRecipe) throws -> String {
    var parts: [String] = []
    for (path, value) in recipe.document.resolved["data"]?[name]?.leaves ?? []
    where path != "files" {
      parts.append("\(path)=\(value)")
    }
    for file in recipe.data[name]?.files ?? [] {
      var isDirectory: ObjCBool = false
      guard FileManager.default.fileExists(atPath: file, isDirectory: &isDirectory) else {
        throw CorpusError.file(
          path: file, problem: "no such file; data.\(name).files names it")
      }
      guard !isDirectory.boolValue else {
        throw CorpusError.file(
          path: file, problem: "is a folder; data.\(name).files takes files")
      }
      parts.append(try FileDigest.of(URL(fileURLWithPath: file)))
    }
    if case .replaced(let origin, _)? = recipe.data[name]?.noise?.kind {
      parts.append(try of(origin, in: recipe))
    }
    for part in recipe.data[name]?.mix?.parts ?? [] {
      parts.append(try of(part.name, in: recipe))
    }
    return SHA256.hex(of: parts.joined(separator: "\n"))
  }
}
