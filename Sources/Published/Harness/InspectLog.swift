import Corpus
import Runs

/// A log of Inspect in its JSON form, version 2: what was run, and the metrics of each scorer.
public struct InspectLog: Sendable, Equatable {
  public struct Score: Sendable, Equatable {
    public var scorer: String
    public var metrics: [String: Double]

    public init(scorer: String, metrics: [String: Double]) {
      self.scorer = scorer
      self.metrics = metrics
    }
  }

  public struct Sample: Sendable, Equatable {
    public var id: String
    public var epoch: Int
    /// By scorer; `C`, `P`, `I` and `N` as 1, ½, 0 and 0, as Inspect takes them; other texts are
    /// left out.
    public var scores: [String: Double]

    public init(id: String, epoch: Int, scores: [String: Double]) {
      self.id = id
      self.epoch = epoch
      self.scores = scores
    }
  }

  public var task: String
  public var model: String
  /// `success`, `error`, `cancelled` or `started`.
  public var status: String
  public var totalSamples: Int
  public var completedSamples: Int
  public var scores: [Score]
  public var samples: [Sample]

  public init(
    task: String, model: String, status: String, totalSamples: Int, completedSamples: Int,
    scores: [Score], samples: [Sample]
  ) {
    self.task = task
    self.model = model
    self.status = status
    self.totalSamples = totalSamples
    self.completedSamples = completedSamples
    self.scores = scores
    self.samples = samples
  }

  /// - Throws: ``PublishedError`` where the file is no such log or has another version.
  public init(path: String) throws(PublishedError) {
    let log = try RowFile.object(path)
    let version = try log.integer("version")
    guard version == 2 else {
      throw log.wrong("version", "is \(version)", advice: "give a log of version 2")
    }
    let evaluation = try log.object("eval")
    task = try evaluation.string("task")
    model = try evaluation.string("model")
    status = try log.string("status")
    let results = try log.optionalObject("results")
    totalSamples = try results?.integer("total_samples") ?? 0
    completedSamples = try results?.integer("completed_samples") ?? 0
    scores = try (results?.objects("scores") ?? []).map { score throws(PublishedError) in
      let metrics = try score.object("metrics")
      var values: [String: Double] = [:]
      for member in metrics.object.members {
        values[member.key] = try metrics.object(member.key).number("value")
      }
      return Score(scorer: try score.string("name"), metrics: values)
    }
    guard log.has("samples") else {
      samples = []
      return
    }
    samples = try log.objects("samples").map { sample throws(PublishedError) in
      var values: [String: Double] = [:]
      if let scores = try sample.optionalObject("scores") {
        for member in scores.object.members {
          values[member.key] = Self.value(member.value.object?["value"])
        }
      }
      return Sample(
        id: try sample.identifier("id"), epoch: try sample.integer("epoch"), scores: values)
    }
  }

  private static func value(_ value: JSONValue?) -> Double? {
    switch value {
    case .string("C"): 1
    case .string("P"): 0.5
    case .string("I"), .string("N"): 0
    case .boolean(let value): value ? 1 : 0
    default: value?.number
    }
  }

  /// The part of such a log that this type holds.
  public var text: String {
    func members(_ values: [String: Double], _ wrap: (Double) -> JSONValue) -> JSONValue {
      JSONBuilder.object(values.sorted { $0.key < $1.key }.map { ($0.key, wrap($0.value)) })
    }
    func value(_ number: Double) -> JSONValue { JSONBuilder.object([("value", .number(number))]) }
    return JSONText.line(
      JSONBuilder.object([
        ("version", .integer(2)), ("status", .string(status)),
        ("eval", JSONBuilder.object([("task", .string(task)), ("model", .string(model))])),
        (
          "results",
          JSONBuilder.object([
            ("total_samples", .integer(totalSamples)),
            ("completed_samples", .integer(completedSamples)),
            (
              "scores",
              .array(
                scores.map {
                  JSONBuilder.object([
                    ("name", .string($0.scorer)), ("metrics", members($0.metrics, value)),
                  ])
                })
            ),
          ])
        ),
        (
          "samples",
          .array(
            samples.map {
              JSONBuilder.object([
                ("id", .string($0.id)), ("epoch", .integer($0.epoch)),
                ("scores", members($0.scores, value)),
              ])
            })
        ),
      ])) + "\n"
  }
}
