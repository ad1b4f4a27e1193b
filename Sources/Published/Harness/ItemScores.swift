import Corpus
import Foundation
import Runs

/// What a benchmark's program scored item by item: one system on one task.
public struct ItemScores: Sendable {
  public let file: String
  public var system: String
  public let task: String
  /// By metric and item; several values of one item are of its epochs.
  public private(set) var metrics: [ByteText: [ByteText: [Double]]] = [:]
  /// What has to be known about the file; nil for a run that ended well.
  public private(set) var problem: String?
  /// What an item is, where the file says so; see ``HarnessSample/content``.
  public private(set) var contents: [ByteText: String] = [:]

  /// Reads a file of samples of lm-evaluation-harness, `samples_<task>_<date>.jsonl`. The system is
  /// called what its folder is called, as that program files them.
  ///
  /// - Throws: ``PublishedError`` with the place of every row that is wrong.
  public init(harness path: String) throws(PublishedError) {
    let url = URL(filePath: path)
    let stem = DataFile.stem(of: path)
    file = path
    task = Self.task(stem)
    let folder = url.deletingLastPathComponent().lastPathComponent
    system =
      stem.hasPrefix("samples_") && !["", ".", "..", "/"].contains(folder) && path.contains("/")
      ? folder : stem
    var seen: [String: [String: Double]] = [:]
    var (repeated, changed) = (0, 0)
    for sample in try HarnessSample.read(path) {
      let place = "\(sample.document) \(sample.content ?? "") \(sample.filter ?? "")"
      if let earlier = seen.updateValue(sample.metrics, forKey: place) {
        if earlier == sample.metrics {
          repeated += 1
          continue
        }
        changed += 1
      }
      let item = ByteText("\(sample.document)")
      if let content = sample.content {
        guard contents[item] == nil || contents[item] == content else {
          throw .content(
            file: path, problem: "has two documents of the number \(sample.document)",
            advice: "give one run's samples")
        }
        contents[item] = content
      }
      for (name, value) in sample.metrics {
        let isPlain = sample.filter == nil || sample.filter == "none"
        add(isPlain ? name : "\(name),\(sample.filter ?? "")", "\(sample.document)", value)
      }
    }
    var words: [String] = []
    if repeated > 0 {
      words.append("\(repeated) row\(repeated == 1 ? " repeats" : "s repeat") an earlier one")
    }
    if changed > 0 {
      words.append(
        "\(changed) row\(changed == 1 ? " scores" : "s score") an item again, otherwise; the mean "
          + "counts")
    }
    if !words.isEmpty { problem = "\(system): " + words.joined(separator: "; ") }
  }

  /// Reads a log of Inspect.
  ///
  /// - Throws: ``PublishedError`` where the file is no such log or holds no samples.
  public init(inspect path: String) throws(PublishedError) {
    let log = try InspectLog(path: path)
    guard !log.samples.isEmpty else {
      throw .content(
        file: path, problem: "holds no samples", advice: "give the log with its samples")
    }
    file = path
    (system, task) = (log.model, log.task)
    for sample in log.samples {
      for (name, value) in sample.scores { add(name, sample.id, value) }
    }
    if log.status != "success" || log.completedSamples < log.totalSamples {
      problem =
        "\(log.model): the log ends with \(log.status), \(log.completedSamples) of "
        + "\(log.totalSamples) samples completed"
    }
  }

  private mutating func add(_ metric: String, _ item: String, _ value: Double) {
    metrics[ByteText(metric), default: [:]][ByteText(item), default: []].append(value)
  }

  /// Without the program's prefix and date.
  private static func task(_ stem: String) -> String {
    var name = stem[...]
    if name.hasPrefix("samples_") { name = name.dropFirst("samples_".count) }
    if let date = name.range(
      of: "_[0-9]{4}-[0-9]{2}-[0-9]{2}T[-0-9.:]+$", options: .regularExpression)
    {
      name = name[..<date.lowerBound]
    }
    return String(name)
  }
}
