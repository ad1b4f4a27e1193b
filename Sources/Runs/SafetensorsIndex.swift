import Foundation
import Glibc

/// `model.safetensors.index.json`: which file of the folder holds which tensor.
public struct SafetensorsIndex: Sendable, Equatable {
  /// Tensor name to file name.
  public let shards: [String: String]
  /// The files, sorted.
  public let files: [String]

  static let largestFile = 100_000_000
  static let mostFiles = 4096

  /// Reads an index; every file it names is a plain name that stays in the index's folder.
  public init(_ url: URL) throws(RunError) {
    let path = url.filePath
    let bytes = try BoundedFile.read(url, atMost: Self.largestFile)
    let shards: [String: String]
    do throws(JSONError) {
      shards = try JSONParser.read(bytes, Self.parse)
    } catch {
      throw .invalidFile(path: path, problem: "byte \(error.offset): \(error.problem)")
    }
    let files = Set(shards.values).sorted()
    guard files.count <= Self.mostFiles else {
      throw .invalidFile(
        path: path, problem: "names \(files.count) files; at most \(Self.mostFiles) are read")
    }
    for name in files {
      if let problem = Self.problem(withFile: name, beside: path) {
        throw .invalidFile(path: path, problem: "file \(name.quoted): \(problem)")
      }
    }
    self.shards = shards
    self.files = files
  }

  private static func parse(_ parser: inout JSONParser) throws(JSONError) -> [String: String] {
    var shards: [String: String]?
    try parser.object { (parser, key, _) throws(JSONError) in
      guard key == "weight_map" else { return try parser.skipValue() }
      if shards != nil { throw parser.failure("has two keys 'weight_map'") }
      var map: [String: String] = [:]
      try parser.object { (parser, tensor, start) throws(JSONError) in
        if map.count == SafetensorsHeader.mostTensors {
          throw parser.failure("names more than \(SafetensorsHeader.mostTensors) tensors")
        }
        guard map.updateValue(try parser.text(), forKey: tensor) == nil else {
          throw parser.failure("names tensor \(tensor.quoted) twice", at: start)
        }
      }
      shards = map
    }
    guard parser.peek() == nil else { throw parser.failure("goes on after its last '}'") }
    guard let shards, !shards.isEmpty else { throw parser.failure("has no 'weight_map'", at: 0) }
    return shards
  }

  private static func problem(withFile name: String, beside index: String) -> String? {
    guard !name.contains("/"), !name.utf8.contains(0), name != ".", name != "..", !name.isEmpty
    else { return "must be a plain name of a file in the same folder" }
    guard name.hasSuffix(".safetensors") else { return "is not named *.safetensors" }
    let folder = FileSystem.parentPath(of: index)
    guard let target = resolved("\(folder)/\(name)"), let folder = resolved(folder) else {
      return "is not in the folder"
    }
    let home = FileSystem.parentPath(of: target)
    return home == folder || home == blobs(of: folder)
      ? nil : "is a link that leads out of the folder; copy the file itself there"
  }

  /// Where a Hugging Face cache keeps what the links in `snapshots/<revision>` point at.
  private static func blobs(of folder: String) -> String? {
    let snapshots = FileSystem.parentPath(of: folder)
    return snapshots.hasSuffix("/snapshots")
      ? FileSystem.parentPath(of: snapshots) + "/blobs" : nil
  }

  private static func resolved(_ path: String) -> String? {
    guard let resolved = realpath(path, nil) else { return nil }
    defer { free(resolved) }
    return String(cString: resolved)
  }
}
