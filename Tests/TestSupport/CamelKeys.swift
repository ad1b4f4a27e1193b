import Foundation

/// Keys that are not `snake_case`, in records of runs and in what commands print.
public enum CamelKeys {
  /// Files of a model, whose keys others chose.
  private static let foreign: Set = [
    "tokenizer.json", "tokenizer_config.json", "config.json", "generation_config.json",
    "adapter_config.json", "model.safetensors.index.json",
  ]

  /// With the way to each.
  ///
  /// - Parameter value: as `JSONSerialization` gives it.
  public static func of(_ value: Any, at path: String = "") -> [String] {
    if let object = value as? [String: Any] {
      return object.flatMap { key, value in
        (key.contains(/[a-z0-9][A-Z]/) ? ["\(path).\(key)"] : [])
          + of(value, at: "\(path).\(key)")
      }
    }
    return (value as? [Any] ?? []).flatMap { of($0, at: path) }
  }

  /// Of every line of text.
  public static func of(lines text: String) throws -> [String] {
    try text.split(separator: "\n").flatMap { line in
      of(try JSONSerialization.jsonObject(with: Data(line.utf8), options: .fragmentsAllowed))
    }
  }

  /// Of every record below a folder, each way once.
  ///
  /// - Returns: what was found, and how many files were read.
  public static func below(_ folder: URL) throws -> (keys: [String], files: Int) {
    var (keys, files) = (Set<String>(), 0)
    for path in try FileManager.default.subpathsOfDirectory(atPath: folder.path).sorted() {
      let name = path.split(separator: "/").last.map(String.init) ?? path
      guard !foreign.contains(name), name.hasSuffix(".json") || name.hasSuffix(".jsonl") else {
        continue
      }
      let data = try Data(contentsOf: folder.appending(path: path))
      let found =
        name.hasSuffix(".json")
        ? of(try JSONSerialization.jsonObject(with: data))
        : try of(lines: String(decoding: data, as: UTF8.self))
      files += 1
      keys.formUnion(found.map { "\(path): \($0)" })
    }
    return (keys.sorted(), files)
  }
}
