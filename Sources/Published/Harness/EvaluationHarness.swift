import Corpus
import Runs

/// A file of results of lm-evaluation-harness: `results_<date>.json`.
public struct EvaluationHarness: Sendable, Equatable {
  public struct Metric: Sendable, Equatable {
    public var task: String
    /// `acc` of `acc,none`.
    public var name: String
    /// `none` of `acc,none`.
    public var filter: String
    public var value: Double
    public var standardError: Double?

    public init(
      task: String, name: String, filter: String = "none", value: Double,
      standardError: Double? = nil
    ) {
      self.task = task
      self.name = name
      self.filter = filter
      self.value = value
      self.standardError = standardError
    }
  }

  public var metrics: [Metric]
  /// Samples that were evaluated, by task, where the file says so.
  public var samples: [String: Int]

  public init(metrics: [Metric], samples: [String: Int]) {
    self.metrics = metrics
    self.samples = samples
  }

  /// - Throws: ``PublishedError`` where the file is no such object.
  public init(path: String) throws(PublishedError) {
    let file = try RowFile.object(path)
    let results = try file.object("results")
    metrics = []
    for task in results.object.members {
      let values = try results.object(task.key)
      for member in values.object.members {
        let parts = member.key.split(separator: ",", maxSplits: 1).map(String.init)
        // Names without a comma describe the task, and errors belong to their metric.
        guard parts.count == 2, !parts[0].hasSuffix("_stderr") else { continue }
        let error = "\(parts[0])_stderr,\(parts[1])"
        metrics.append(
          Metric(
            task: task.key, name: parts[0], filter: parts[1],
            value: try values.number(member.key),
            // "N/A" where a metric has no error.
            standardError: values.object[error]?.number))
      }
    }
    samples = [:]
    guard let counts = try file.optionalObject("n-samples") else { return }
    for task in counts.object.members {
      samples[task.key] = try counts.object(task.key).integer("effective")
    }
  }

  /// The part of such a file that this type holds.
  public var text: String {
    let tasks = metrics.map(\.task).reduce(into: [String]()) {
      if !$0.contains($1) { $0.append($1) }
    }
    let results = tasks.map { task -> (String, JSONValue?) in
      let members = metrics.filter { $0.task == task }.flatMap { metric in
        [
          ("\(metric.name),\(metric.filter)", JSONBuilder.number(metric.value)),
          (
            "\(metric.name)_stderr,\(metric.filter)",
            metric.standardError.map { .number($0) } ?? .string("N/A")
          ),
        ] as [(String, JSONValue?)]
      }
      return (task, JSONBuilder.object([("alias", .string(task))] + members))
    }
    let counts = samples.sorted { $0.key < $1.key }.map { task, count -> (String, JSONValue?) in
      let both: [(String, JSONValue?)] = [
        ("original", .integer(count)), ("effective", .integer(count)),
      ]
      return (task, JSONBuilder.object(both))
    }
    return JSONText.line(
      JSONBuilder.object([
        ("results", JSONBuilder.object(results)), ("n-samples", JSONBuilder.object(counts)),
      ])) + "\n"
  }
}
