import Command
import Foundation
import Runs

extension RunDirectory {
  /// The recipe's settings as they were resolved; nil where they are not there.
  func settings() throws -> JSONValue? {
    guard FileManager.default.fileExists(atPath: resolved.path) else { return nil }
    let data = try BoundedFile.read(resolved, atMost: 64 << 20)
    return (try? JSONParser.parse(data))?.object?["settings"]
  }

  /// Conditions that the recipe requires, as records write them.
  func requirements() throws -> Set<String> {
    var found: Set<String> = []
    func collect(_ value: JSONValue) {
      for member in value.object?.members ?? [] {
        guard member.key == "require" else {
          collect(member.value)
          continue
        }
        let texts = member.value.array ?? [member.value]
        found.formUnion(texts.compactMap(\.string).compactMap { Requirement($0)?.words })
      }
    }
    for section in ["evaluation", "judging"] {
      if let value = try settings()?.object?[section] { collect(value) }
    }
    return found
  }
}
