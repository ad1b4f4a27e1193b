import Corpus
import Foundation
import Recipe
import Runs

/// Identifies the rows of a data source: its settings and the contents of its files.
enum DataFingerprint {
  static func of(_ name: String, in recipe: RunRecipe) throws -> String {
    var parts: [String] = []
    for (path, value) in recipe.document.resolved["data"]?[name]?.leaves ?? []
    where path != "files" {
      parts.append("\(path)=\(value)")
    }
    for file in recipe.data[name]?.files ?? [] {
      parts.append(try SHA256.hex(ofFile: URL(fileURLWithPath: file)))
    }
    return SHA256.hex(of: parts.joined(separator: "\n"))
  }
}
