import Policy
import Torch

extension AlignmentTask {
  /// Lays the sums of all candidates, one after the other, out as `[prompt, candidate]`, with what
  /// all examples of the part have beside them.
  static func candidates(
    _ part: [Example], sums: Tensor, lengths: [Int], mismatched: Tensor? = nil,
    prompts: (logProbability: Tensor, lengths: Tensor)? = nil
  ) throws(TorchError) -> Candidates {
    let width = part.map(\.candidates.count).max() ?? 0
    let shape = [part.count, width]
    let device = sums.device
    var places: [Int] = []
    var inverse: [Int] = []
    var counts: [Float] = []
    var valid: [Bool] = []
    for (index, example) in part.enumerated() {
      for place in 0..<width {
        let isThere = place < example.candidates.count
        valid.append(isThere)
        places.append(isThere ? inverse.count : -1)
        counts.append(isThere ? Float(lengths[inverse.count]) : 0)
        if isThere { inverse.append(index * width + place) }
      }
    }
    /// One number for each candidate; nil where an example lacks them.
    func laid(_ numbers: (Example) -> [Double]?) throws(TorchError) -> Tensor? {
      var all: [Float] = []
      for example in part {
        guard let given = numbers(example) else { return nil }
        all += given.map { Float($0) }
        all += [Float](repeating: 0, count: max(0, width - given.count))
      }
      return try Tensor.of(all, shape, on: device)
    }
    let preferences = part.compactMap(\.preference).map { Float($0) }
    let labels = part.compactMap(\.isDesirable)
    let policy = try sums.rearranged(
      Tensor.of(places, on: device), inverse: Tensor.of(inverse, on: device))
    return try Candidates(
      policy: policy.reshaped(shape),
      reference: laid { $0.reference.isEmpty ? nil : $0.reference },
      previous: laid { $0.previous }, sampler: laid { $0.sampler },
      lengths: Tensor.of(counts, shape, on: device), rewards: laid { $0.rewards },
      winRates: laid { $0.winRates },
      preference: preferences.count == part.count ? Tensor.of(preferences, on: device) : nil,
      stakes: part.contains { $0.stake != 1 }
        ? Tensor.of(part.map { Float($0.stake) }, on: device) : nil,
      isDesirable: labels.count == part.count ? Tensor.of(labels, shape, on: device) : nil,
      mismatched: mismatched, prompts: prompts, valid: Tensor.of(valid, shape, on: device))
  }

  /// Summed log-probabilities of completions, one after the other, `[completion]`, and their
  /// numbers of scored tokens.
  static func scores(
    of completions: [[[Int]]], after prompts: [[Int]], by model: Decoder, temperature: Double
  ) throws -> (sums: Tensor, lengths: [Int]) {
    let targets = try Targets.completions(
      completions, of: prompts, positions: model.configuration.positions, on: model.device)
    let perToken = try model.logProbabilities(of: targets, temperature: temperature)
    return (try targets.summed(perToken), targets.lengths)
  }

  /// Summed log-probabilities of the prompts' tokens but the first, and their number; `[prompt]`. A
  /// prompt of one token has none.
  static func promptScores(
    _ prompts: [[Int]], by model: Decoder, temperature: Double
  ) throws -> (logProbability: Tensor, lengths: Tensor) {
    let lengths = try Tensor.of(prompts.map { Float($0.count - 1) }, on: model.device)
    let scored = prompts.indices.filter { prompts[$0].count > 1 }
    guard !scored.isEmpty else { return (try lengths * 0, lengths) }
    let targets = try Targets.sequences(
      scored.map { prompts[$0] }, positions: model.configuration.positions, on: model.device)
    let sums = try targets.summed(
      model.logProbabilities(of: targets, temperature: temperature))
    var places = [Int](repeating: -1, count: prompts.count)
    for (place, prompt) in scored.enumerated() { places[prompt] = place }
    return (
      try sums.rearranged(
        Tensor.of(places, on: model.device), inverse: Tensor.of(scored, on: model.device)),
      lengths
    )
  }

  /// The parts in which examples are scored without gradient.
  static func scoringParts(of examples: [Example], most: Int = 32) -> [Range<Int>] {
    ScoringParts.of(
      examples.map { $0.prompt.count + ($0.candidates.map(\.count).max() ?? 0) },
      rows: 1 + (examples.map(\.candidates.count).max() ?? 0), most: most)
  }

  /// The examples with the log-probability of every candidate under a frozen policy, scored once.
  ///
  /// - Parameters:
  ///   - anchor: which of the examples' numbers the scores become.
  ///   - ranks: of which each scores its part.
  public static func scored(
    _ examples: [Example], by policy: Decoder, temperature: Double,
    as anchor: Anchor = .reference, over ranks: Ranks = .alone
  ) throws -> [Example] {
    let found = try ranks.cut(examples) { examples in
      try scoringParts(of: examples).flatMap { range in
        let part = Array(examples[range])
        let sums: [Double] = try withoutGradient {
          try scores(
            of: part.map(\.candidates), after: part.map(\.prompt), by: policy,
            temperature: temperature
          ).sums.values()
        }
        var next = 0
        return part.map { example in
          defer { next += example.candidates.count }
          return Array(sums[next..<next + example.candidates.count])
        }
      }
    }
    return zip(examples, found).map { example, found in
      var scored = example
      switch anchor {
      case .reference: scored.reference = found
      case .previous: scored.previous = found
      }
      return scored
    }
  }
}

extension AlignmentTask.Example {
  /// Without the candidates that the objective's loss does not depend on.
  func reduced(to objective: any Objective) -> AlignmentTask.Example {
    guard let rewards, let places = objective.read(of: rewards), places.count < rewards.count
    else { return self }
    func kept(_ numbers: [Double]) -> [Double] {
      numbers.isEmpty ? [] : places.map { numbers[$0] }
    }
    var example = self
    example.candidates = places.map { candidates[$0] }
    example.rewards = kept(rewards)
    example.reference = kept(reference)
    example.previous = previous.map(kept)
    example.sampler = sampler.map(kept)
    example.winRates = winRates.map(kept)
    return example
  }
}
