import Policy
import Torch

/// An objective over the candidates of each prompt, against frozen policies.
public struct AlignmentTask: LearningTask {
  /// A prompt with its candidates. Of the numbers beside them, those that the objective needs.
  public struct Example: Equatable, Sendable {
    public var id: String
    public var prompt: [Int]
    public var candidates: [[Int]]
    public var rewards: [Double]?
    /// log π_ref of each candidate, summed, at the training's temperature; empty where not scored.
    public var reference: [Double]
    /// log π_t of each candidate under the previous round's policy, likewise.
    public var previous: [Double]?
    /// log μ of each candidate under the policy that drew it, as it drew it.
    public var sampler: [Double]?
    /// Estimated probability that a candidate beats a completion of the previous round's policy.
    public var winRates: [Double]?
    /// Probability that the first of two candidates beats the second; nil for a certain label.
    public var preference: Double?
    /// What a pair's label is worth; see ``Candidates/stakes``.
    public var stake = 1.0
    /// Whether the only candidate is wanted.
    public var isDesirable: Bool?
    public var mismatch: Mismatch?
    /// What its loss counts for.
    public var weight: Double

    public init(
      id: String, prompt: [Int], candidates: [[Int]], rewards: [Double]? = nil,
      reference: [Double] = [], previous: [Double]? = nil, sampler: [Double]? = nil,
      winRates: [Double]? = nil, preference: Double? = nil, isDesirable: Bool? = nil,
      mismatch: Mismatch? = nil, weight: Double = 1
    ) {
      self.weight = weight
      self.id = id
      self.prompt = prompt
      self.candidates = candidates
      self.rewards = rewards
      self.reference = reference
      self.previous = previous
      self.sampler = sampler
      self.winRates = winRates
      self.preference = preference
      self.isDesirable = isDesirable
      self.mismatch = mismatch
    }
  }

  /// The completion of another prompt behind an example's own.
  public struct Mismatch: Equatable, Sendable {
    public var completion: [Int]
    /// log π_ref of it after the example's prompt, summed, at the training's temperature.
    public var reference: Double
  }

  public let model: Decoder
  private let objective: any Objective
  private let temperature: Double
  private let examples: [Example]
  private let held: [Example]
  /// Measured beside the held-out loss at every checkpoint, for example the KL of fresh samples.
  private let probe: (Decoder) throws -> [String: Double]

  /// - Parameters:
  ///   - examples: with ``mismatched(_:for:by:temperature:)`` for objectives that need
  ///     ``ObjectiveNeeds/mismatches``.
  ///   - temperature: divides the logits of the policy, as it did for the reference.
  public init(
    _ model: Decoder, _ objective: any Objective, _ examples: [Example], temperature: Double,
    heldOut: Double,
    probe: @escaping (Decoder) throws -> [String: Double] = { _ in [:] }
  ) {
    self.model = model
    self.objective = objective
    self.temperature = temperature
    self.probe = probe
    let count = HeldOut.count(
      of: examples.count, share: heldOut, atLeast: objective.smallestStep)
    let read = examples.map { $0.reduced(to: objective) }
    self.examples = Array(read.dropLast(count))
    held = Array(read.suffix(count))
  }

  public var exampleCount: Int { examples.count }
  public var couplesExamples: Bool { objective.couplesPrompts }
  public func name(of example: Int) -> String { examples[example].id }
  public func tokens(of example: Int) -> Int {
    examples[example].prompt.count + examples[example].candidates.reduce(0) { $0 + $1.count }
  }
  public func weight(of examples: [Int]) -> Double {
    let weight = weight(examples.map { self.examples[$0] })
    return weight > 0 ? weight : 1
  }

  /// Examples of fewer candidates than teach anything weigh nothing, so that they do not dilute the
  /// others.
  private func weight(_ part: [Example]) -> Double {
    part.filter { $0.candidates.count >= objective.smallestGroup }.reduce(0) {
      let own = objective.weight(lengths: $1.candidates.map(\.count), rewards: $1.rewards ?? [])
      return $0 + $1.weight * own
    }
  }

  public func loss(
    of examples: [Int], weight: Double
  ) throws -> (loss: Tensor, metrics: Metrics) {
    try loss(of: examples, weight: weight, over: .alone)
  }

  public func loss(
    of examples: [Int], weight: Double, over ranks: Ranks
  ) throws -> (loss: Tensor, metrics: Metrics) {
    let part = examples.map { self.examples[$0] }
    let candidates = try candidates(part, over: ranks)
    let sum = try objective.summedLoss(candidates, weights: part.map(\.weight))
    return (try sum / weight, try withoutGradient { try metrics(candidates) })
  }

  /// What is recorded of a part beside its loss.
  private func metrics(_ candidates: Candidates) throws -> Metrics {
    var metrics = Metrics()
    let found = try CandidateMetrics(candidates, of: objective)
    for (name, value) in found.values {
      metrics.add(name, mean: value, count: Double(found.count))
    }
    for monitor in try objective.monitors(candidates) {
      let (sum, count) = try monitor.total()
      if count > 0 { metrics.add(monitor.name, mean: sum / count, count: count) }
    }
    return metrics
  }

  /// - Parameter ranks: of which each runs the model on its part of the examples.
  private func candidates(_ part: [Example], over ranks: Ranks = .alone) throws -> Candidates {
    let mine = Array(part[ranks.part(of: part.count)])
    var own: (sums: Tensor, lengths: [Int])?
    var others: Tensor?
    var prompts: (logProbability: Tensor, lengths: Tensor)?
    if !mine.isEmpty {
      own = try AlignmentTask.scores(
        of: mine.map(\.candidates), after: mine.map(\.prompt), by: model, temperature: temperature)
      if objective.needs.contains(.mismatches) {
        others = try withoutGradient {
          try AlignmentTask.mismatchedRatios(mine, by: model, temperature: temperature)
        }
      }
      if objective.needs.contains(.prompts) {
        prompts = try AlignmentTask.promptScores(
          mine.map(\.prompt), by: model, temperature: temperature)
      }
    }
    let sums = try ranks.joined(own?.sums, on: model.device)
    let lengths = try ranks.gather(own?.lengths ?? []).flatMap(\.self)
    if objective.needs.contains(.mismatches) {
      others = try ranks.joined(others, on: model.device)
    }
    if objective.needs.contains(.prompts) {
      prompts = (
        try ranks.joined(prompts?.logProbability, on: model.device),
        try ranks.joined(prompts?.lengths, on: model.device)
      )
    }
    return try AlignmentTask.candidates(
      part, sums: sums, lengths: lengths, mismatched: others, prompts: prompts)
  }

  public func heldOut() throws -> [String: Double] {
    var values: [String: Double] = [:]
    if !held.isEmpty {
      var loss = 0.0
      var weight = 0.0
      var metrics = Metrics()
      let parts =
        objective.couplesPrompts
        ? HeldOut.parts(of: held.count, evenly: true)
        : AlignmentTask.scoringParts(of: held, most: 16)
      for range in parts {
        let part = Array(held[range])
        let candidates = try candidates(part)
        loss += try objective.summedLoss(candidates, weights: part.map(\.weight)).item()
        weight += self.weight(part)
        metrics.add(try self.metrics(candidates))
      }
      values = metrics.values
      if weight > 0 { values["loss"] = loss / weight }
    }
    for (name, value) in try probe(model) { values[name] = value }
    return values
  }
}
