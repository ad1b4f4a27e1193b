import Foundation
import Runs

/// The files that a recipe's names of files stand for.
///
/// A name is a path; a pattern (`train-*.parquet`); a folder, which stands for the data files in it
/// where they are parts of one set; or `organisation/dataset` of the Hugging Face hub in that hub's
/// cache, alone or with a path, pattern or folder behind it. What is here wins. Files of a pattern
/// or folder come in the order of their names, and a set in parts (`…-00001-of-00003.parquet`) must
/// be whole.
enum DataFiles {
  struct Problem: Error, Equatable {
    let text: String
  }

  /// How many folders deep a folder is searched: hubs keep files under `data` or a configuration.
  private static let depth = 3
  private static let endings = ["parquet", "jsonl", "ndjson", "json", "csv", "tsv", "txt"]
  /// Files beside data that are none.
  private static let others: Set = [
    "dataset_infos.json", "dataset_info.json", "dataset_dict.json", "state.json", "metadata.json",
  ]

  /// - Parameters:
  ///   - base: the folder that relative paths start from.
  ///   - environment: where the hub's cache is told.
  /// - Returns: at least one path; one that is no file is left to whoever reads it.
  static func resolve(
    _ name: String, base: URL,
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) throws(Problem) -> [String] {
    let path = URL(fileURLWithPath: name, relativeTo: base).path
    if isThere(path) { return try isFolder(path) ? files(in: path, named: name) : [path] }
    if isPattern(name) {
      let found = matches(of: path)
      if !found.isEmpty { return try whole(found) }
    }
    let parts = name.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count >= 2, !hasEnding(String(parts[1])) else {
      guard !isPattern(name) else { throw Problem(text: "\(name) matches no file") }
      return [path]
    }
    let dataset = parts.prefix(2).joined(separator: "/")
    guard ModelFolder.isHubName(dataset) else {
      guard !isPattern(name) else { throw Problem(text: "\(name) matches no file") }
      return [path]
    }
    guard let folder = DatasetFolder.find(dataset, environment: environment) else {
      // Two words without a pattern behind them are what the hub's names look like; more are a path.
      guard parts.count == 2 || isPattern(name) else { return [path] }
      throw Problem(
        text: "\(name) is no file here, and \(dataset) is not in the Hugging Face cache "
          + "(\(DatasetFolder.cache(environment))); download it with: hf download \(dataset) "
          + "--repo-type dataset")
    }
    guard parts.count == 3, !parts[2].isEmpty else {
      return try files(in: folder.path, named: name)
    }
    let inside = folder.appending(path: String(parts[2])).path
    if isThere(inside) { return try isFolder(inside) ? files(in: inside, named: name) : [inside] }
    let found = isPattern(name) ? matches(of: inside) : []
    guard !found.isEmpty else {
      throw Problem(text: "\(parts[2]) is not in the download of \(dataset) (\(folder.path))")
    }
    return try whole(found)
  }

  // MARK: Folders

  /// The data files of a folder, which must be of one set.
  private static func files(in folder: String, named name: String) throws(Problem) -> [String] {
    if isThere(folder + "/config.json") {
      throw Problem(text: "\(name) is a folder of a model, not of data")
    }
    var found: [String] = []
    collect(folder, depth, into: &found)
    guard !found.isEmpty else {
      throw Problem(
        text: "\(name) is a folder without data files "
          + "(\(endings.joined(separator: ", ")))")
    }
    found.sort { ByteText($0) < ByteText($1) }
    var sets: [String] = []
    for path in found {
      let set = set(of: path)
      if sets.last != set { sets.append(set) }
    }
    guard sets.count == 1 else {
      let patterns = sets.prefix(8).map { String($0.dropFirst(folder.count + 1)) }
      let more = sets.count > 8 ? ", …" : ""
      throw Problem(
        text: "\(name) holds several sets: \(patterns.joined(separator: ", "))\(more); "
          + "name one, as in \(name)/\(patterns[0])")
    }
    return try whole(found)
  }

  private static func collect(_ folder: String, _ depth: Int, into found: inout [String]) {
    guard depth > 0, let names = try? FileManager.default.contentsOfDirectory(atPath: folder)
    else { return }
    for name in names where !name.hasPrefix(".") && !others.contains(name) {
      let path = folder + "/" + name
      if isFolder(path) {
        collect(path, depth - 1, into: &found)
      } else if hasEnding(name) {
        found.append(path)
      }
    }
  }

  private static func hasEnding(_ name: String) -> Bool {
    let plain = Compression.stripped(name)
    return endings.contains { plain.hasSuffix(".\($0)") }
  }

  // MARK: Parts

  /// A pattern of the files that are parts of one set with this one; its own path where it is whole.
  private static func set(of path: String) -> String {
    part(path).map { "\($0.before)-*\($0.behind)" } ?? path
  }

  /// `before-00001-of-00003behind`.
  private static func part(
    _ path: String
  ) -> (before: String, number: Int, count: Int, behind: String)? {
    guard let found = path.firstMatch(of: /^(.*)-([0-9]{4,6})-of-([0-9]{4,6})([^\/]*)$/),
      let number = Int(found.2), let count = Int(found.3)
    else { return nil }
    return (String(found.1), number, count, String(found.4))
  }

  /// - Throws: ``Problem`` naming the first part that is missing.
  private static func whole(_ paths: [String]) throws(Problem) -> [String] {
    let parts = paths.compactMap { part($0) }
    var seen: Set<String> = []
    for one in parts where seen.insert("\(one.before)/\(one.count)/\(one.behind)").inserted {
      let numbers = Set(
        parts.filter {
          $0.before == one.before && $0.count == one.count && $0.behind == one.behind
        }.map(\.number))
      // More than are said cannot all be parts of it.
      guard let missing = (0..<one.count).first(where: { !numbers.contains($0) }) else { continue }
      throw Problem(
        text: "part \(missing) of \(one.count) of \(one.before)-*\(one.behind) is missing (they "
          + "count from 0); download it, or name the files one by one")
    }
    return paths
  }

  // MARK: Paths

  private static func isPattern(_ name: String) -> Bool { name.contains { "*?[".contains($0) } }

  private static func isThere(_ path: String) -> Bool {
    FileManager.default.fileExists(atPath: path)
  }

  private static func isFolder(_ path: String) -> Bool {
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
      && isFolder.boolValue
  }

  /// In the order of their bytes.
  private static func matches(of pattern: String) -> [String] {
    var found = glob_t()
    defer { globfree(&found) }
    guard glob(pattern, GLOB_NOSORT, nil, &found) == 0 else { return [] }
    return (0..<Int(found.gl_pathc)).compactMap { found.gl_pathv[$0].map { String(cString: $0) } }
      .filter { !isFolder($0) }.sorted { ByteText($0) < ByteText($1) }
  }
}
