import Foundation

/// The folder of one stage, for one seed.
public struct StageDirectory: Sendable, Equatable {
  public let url: URL

  public init(_ url: URL) { self.url = url }

  /// Journal of ``StepRecord``s.
  public var steps: URL { url.appending(path: "steps.jsonl") }
  /// Journal of the rows a stage made (samples, scored groups, pairs).
  public var rows: URL { url.appending(path: "rows.jsonl") }
  /// Present once the stage finished; holds the hash of its settings and inputs.
  public var done: URL { url.appending(path: "done.json") }
  public var checkpoints: URL { url.appending(path: "checkpoints") }

  /// Every plain file below the folder, by its path from there, in order.
  ///
  /// - Throws: ``RunError`` where a folder cannot be listed: that is not an empty one.
  public func files() throws(RunError) -> [String] {
    var found: [String] = []
    func visit(_ folder: String, _ prefix: String) throws(RunError) {
      for name in try FileSystem.entries(of: folder) {
        switch try FileSystem.kind(of: "\(folder)/\(name)") {
        case .directory: try visit("\(folder)/\(name)", "\(prefix)\(name)/")
        case .file: found.append(prefix + name)
        default: break
        }
      }
    }
    try visit(url.filePath, "")
    return found.sorted()
  }
}
