import Policy
import Torch

/// An objective over the candidates of each prompt, against a reference policy.
public struct AlignmentTask: LearningTask {
  /// A prompt with its candidates.
  public struct Example: Equatable, Sendable {
    public var id: String
    public var prompt: [Int]
    public var candidates: [[Int]]
    public var rewards: [Double]?
    /// log π_ref of each candidate, summed, at the training's temperature.
    public var reference: [Double]

    public init(
      id: String, prompt: [Int], candidates: [[Int]], rewards: [Double]?,
      reference: [Double] = []
    ) {
      self.id = id
      self.prompt = prompt
      self.candidates = candidates
      self.rewards = rewards
      self.reference = reference
    }
  }

  public let model: Decoder
  private let objective: any Objective
  private let temperature: Double
  private let examples: [Example]
  private let held: [Example]
  /// Measured beside the held-out loss at every checkpoint, for example the KL of fresh samples.
  private let probe: (Decoder) throws -> [String: Double]

  /// - Parameter temperature: divides the logits of the policy, as it did for the reference.
  public init(
    _ model: Decoder, _ objective: any Objective, _ examples: [Example], temperature: Double,
    heldOut: Double, probe: @escaping (Decoder) throws -> [String: Double] = { _ in [:] }
  ) {
    self.model = model
    self.objective = objective
    self.temperature = temperature
    self.probe = probe
    let count = HeldOut.count(of: examples.count, share: heldOut)
    self.examples = Array(examples.dropLast(count))
    held = Array(examples.suffix(count))
  }

  public var exampleCount: Int { examples.count }
  public func name(of example: Int) -> String { examples[example].id }
  public func tokens(of example: Int) -> Int {
    examples[example].prompt.count + examples[example].candidates.reduce(0) { $0 + $1.count }
  }
  public func weight(of examples: [Int]) -> Double {
    let enough = examples.filter {
      self.examples[$0].candidates.count >= objective.smallestGroup
    }
    return Double(max(1, enough.count))
  }

  public func loss(
    of examples: [Int], weight: Double
  ) throws -> (loss: Tensor, metrics: Metrics) {
    let candidates = try candidates(examples.map { self.examples[$0] })
    let (sum, _) = try objective.summedLoss(candidates)
    var metrics = Metrics()
    let found = try withoutGradient { try CandidateMetrics(candidates, of: objective) }
    for (name, value) in found.values {
      metrics.add(name, mean: value, count: Double(found.count))
    }
    return (try sum / weight, metrics)
  }

  private func candidates(_ part: [Example]) throws -> Candidates {
    let targets = try Targets.completions(
      part.map(\.candidates), of: part.map(\.prompt), positions: model.configuration.positions,
      on: model.device)
    let perToken = try model.logProbabilities(of: targets, temperature: temperature)
    let sums = try targets.summed(perToken)
    return try AlignmentTask.candidates(part, sums: sums, lengths: targets.lengths)
  }

  /// Lays the sums of all candidates, one after the other, out as `[prompt, candidate]`.
  static func candidates(
    _ part: [Example], sums: Tensor, lengths: [Int]
  ) throws(TorchError) -> Candidates {
    let width = part.map(\.candidates.count).max() ?? 0
    var places: [Int] = []
    var inverse: [Int] = []
    var counts: [Float] = []
    var valid: [Bool] = []
    var reference: [Float] = []
    var rewards: [Float] = []
    var next = 0
    for (index, example) in part.enumerated() {
      for place in 0..<width {
        let isThere = place < example.candidates.count
        valid.append(isThere)
        places.append(isThere ? next : -1)
        if isThere { inverse.append(index * width + place) }
        counts.append(isThere ? Float(lengths[next]) : 0)
        reference.append(isThere ? Float(example.reference[place]) : 0)
        rewards.append(isThere ? Float(example.rewards?[place] ?? 0) : 0)
        if isThere { next += 1 }
      }
    }
    let shape = [part.count, width]
    let device = sums.device
    let policy = try sums.rearranged(
      Tensor.of(places, on: device), inverse: Tensor.of(inverse, on: device))
    let hasRewards = part.allSatisfy { $0.rewards != nil }
    return try Candidates(
      policy: policy.reshaped(shape), reference: Tensor.of(reference, shape, on: device),
      lengths: Tensor.of(counts, shape, on: device),
      rewards: hasRewards ? Tensor.of(rewards, shape, on: device) : nil,
      valid: Tensor.of(valid, shape, on: device))
  }

  public func heldOut() throws -> [String: Double] {
    var values: [String: Double] = [:]
    if !held.isEmpty {
      var loss = 0.0
      var count = 0
      var metrics = CandidateMetrics()
      for start in stride(from: 0, to: held.count, by: 16) {
        let part = Array(held[start..<min(start + 16, held.count)])
        let candidates = try candidates(part)
        let (sum, counted) = try objective.summedLoss(candidates)
        loss += try sum.item()
        count += counted
        metrics.add(try CandidateMetrics(candidates, of: objective))
      }
      for (name, value) in metrics.values { values[name] = value }
      if count > 0 { values["loss"] = loss / Double(count) }
    }
    for (name, value) in try probe(model) { values[name] = value }
    return values
  }
}

extension AlignmentTask {
  /// The examples with log π_ref of every candidate, scored once.
  public static func scored(
    _ examples: [Example], by reference: Decoder, temperature: Double
  ) throws -> [Example] {
    var scored = examples
    for start in stride(from: 0, to: examples.count, by: 32) {
      let part = Array(examples[start..<min(start + 32, examples.count)])
      let sums: [Double] = try withoutGradient {
        let targets = try Targets.completions(
          part.map(\.candidates), of: part.map(\.prompt),
          positions: reference.configuration.positions, on: reference.device)
        let perToken = try reference.logProbabilities(of: targets, temperature: temperature)
        return try targets.summed(perToken).values()
      }
      var next = 0
      for (offset, example) in part.enumerated() {
        let count = example.candidates.count
        scored[start + offset].reference = Array(sums[next..<next + count])
        next += count
      }
    }
    return scored
  }
}
