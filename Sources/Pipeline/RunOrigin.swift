import Foundation
import Runs

/// How a run was asked for, so that it can be measured again without asking.
struct RunOrigin: SealedRecord, Equatable {
  /// The recipe's folder, relative to the run's.
  var base: String
  var overrides: [String]
  /// Of the file; nil in memory.
  var digest: String?

  static func file(of run: RunDirectory) -> URL { run.url.appending(path: "origin.json") }

  static func read(_ run: RunDirectory) throws -> RunOrigin {
    try RecordFile.read(RunOrigin.self, from: file(of: run))
  }

  init(base: URL, overrides: [String], run: RunDirectory) {
    self.overrides = overrides
    self.base = Self.way(from: run.url, to: base)
  }

  /// A folder's path relative to another one.
  static func way(from folder: URL, to other: URL) -> String {
    let from = folder.standardizedFileURL.pathComponents
    let to = other.standardizedFileURL.pathComponents
    let shared = zip(from, to).prefix { $0 == $1 }.count
    let up = Array(repeating: "..", count: from.count - shared)
    return (up + to.dropFirst(shared)).joined(separator: "/")
  }

  /// The recipe's folder.
  func folder(of run: RunDirectory) -> URL {
    run.url.appending(path: base, directoryHint: .isDirectory).standardizedFileURL
  }
}
