import Torch

/// Draws completions with a key–value cache.
///
/// Prompts are run once for all their samples. Each row draws from its own uniform numbers, so what
/// is drawn for it does not depend on the rows beside it. Finished rows leave the batch.
public struct Sampler {
  /// A second model that has a say in every token: its logits are mixed with the first model's,
  /// (1 − share) z + share z', so that a token is drawn from the normalised geometric mixture of
  /// both distributions.
  public struct Mixture {
    public let model: Decoder
    /// In [0, 1].
    public let share: Double

    public init(_ model: Decoder, share: Double) {
      self.model = model
      self.share = share
    }
  }

  let model: Decoder
  let settings: SamplingSettings
  let mixture: Mixture?
  /// The models are laid out for sampling already.
  private var isPacked = false

  public init(_ model: Decoder, _ settings: SamplingSettings, mixedWith mixture: Mixture? = nil) {
    self.model = model
    self.settings = settings
    self.mixture = mixture
  }

  /// A sampler that takes a model's weights, so that there is one copy of them: the model can do nothing
  /// any more.
  ///
  /// - Parameters:
  ///   - prompts: how many are asked at a time.
  ///   - count: samples of each.
  public init(
    taking model: Decoder, _ settings: SamplingSettings, prompts: Int, count: Int
  ) throws(TorchError) {
    self.init(model, settings)
    let rows = max(1, prompts * count / parts(prompts, count))
    self.init(try model.packed(rows: rows, takingWeights: true), settings)
    isPacked = true
  }

  /// Completions of which each rank draws those of its part of the prompts, with the same random numbers as
  /// one rank that draws all.
  ///
  /// - Returns: all of them, on every rank.
  public func sample(
    _ prompts: [[Int]], count: Int, uniform: Tensor, over ranks: Ranks
  ) throws -> [[Completion]] {
    guard !ranks.isAlone else { return try sample(prompts, count: count, uniform: uniform) }
    return try ranks.cut(Array(prompts.indices)) { places in
      guard let first = places.first else { return [] }
      return try sample(
        places.map { prompts[$0] }, count: count,
        uniform: uniform.slice(0, first * count..<(first + places.count) * count))
    }
  }

  /// - Parameters:
  ///   - prompts: token ids, each with at least one.
  ///   - count: samples of each prompt.
  ///   - uniform: `[prompt · count, max tokens]` in [0, 1), the randomness of each row.
  ///   - isOver: whether a completion so far is all that is wanted; asked after every token, maybe by
  ///     several threads at once. It then counts as finished.
  /// - Returns: `count` completions of each prompt.
  public func sample(
    _ prompts: [[Int]], count: Int, uniform: Tensor, until isOver: (([Int]) -> Bool)? = nil
  ) throws -> [[Completion]] {
    let longest = prompts.map(\.count).max() ?? 0
    let shapes = [model, mixture?.model].compactMap { $0?.configuration }
    guard shapes.allSatisfy({ $0.vocab == shapes[0].vocab }) else {
      throw PolicyError.input(
        "models of \(shapes.map { "\($0.vocab)" }.joined(separator: " and ")) tokens cannot be "
          + "mixed; use models with one tokenizer")
    }
    let context = shapes.map(\.positions).min() ?? 0
    guard longest + settings.maxTokens <= context else {
      throw PolicyError.input(
        "a prompt of \(longest) tokens and \(settings.maxTokens) new ones exceed the model's "
          + "context of \(context); shorten the prompt or max_tokens")
    }
    guard !prompts.isEmpty, count > 0 else { return prompts.map { _ in [] } }
    return try withoutGradient {
      let parts = parts(prompts.count, count)
      let packed = try isPacked ? self : packed(rows: prompts.count * count / parts)
      guard parts > 1 else {
        return try packed.run(prompts, count: count, uniform: uniform, until: isOver)
      }
      return try Libtorch.inParallel(parts) { part in
        let mine = part * prompts.count / parts..<(part + 1) * prompts.count / parts
        return try packed.run(
          Array(prompts[mine]), count: count,
          uniform: uniform.slice(0, mine.lowerBound * count..<mine.upperBound * count),
          until: isOver)
      }.flatMap(\.self)
    }
  }

  /// In how many parts prompts are run beside each other. A thread with rows enough of its own wastes
  /// no time on waiting for the others in every operation.
  private func parts(_ prompts: Int, _ count: Int) -> Int {
    let threads = Libtorch.threads
    let isEnough = prompts >= threads && prompts * count >= Self.rowsOfAThread * threads
    return model.device == .cpu && isEnough ? threads : 1
  }

  /// Below it, reading all weights once for each thread costs more than waiting.
  private static let rowsOfAThread = 32

  /// With weights laid out for so many rows at once.
  private func packed(rows: Int) throws(TorchError) -> Sampler {
    var beside: Mixture?
    if let mixture { beside = Mixture(try mixture.model.packed(rows: rows), share: mixture.share) }
    return Sampler(try model.packed(rows: rows), settings, mixedWith: beside)
  }

  private func run(
    _ prompts: [[Int]], count: Int, uniform: Tensor, until isOver: (([Int]) -> Bool)?
  ) throws -> [[Completion]] {
    let room = settings.maxTokens
    var batch = try DecodingBatch(model, prompts, count: count, room: room)
    var beside = try mixture.map { try DecodingBatch($0.model, prompts, count: count, room: room) }
    let randomness = try uniform.transposed(0, 1).contiguous()
    let allowed = min(settings.vocabulary, model.configuration.vocab)
    var written = [Completion](
      repeating: Completion(tokens: [], isFinished: false, logProbabilities: []),
      count: prompts.count * count)
    for step in 0..<settings.maxTokens {
      var logits = try batch.logits()
      if let mixture, let beside {
        logits = try (1 - mixture.share) * logits + mixture.share * beside.logits()
      }
      var numbers = try randomness.slice(0, step..<step + 1).reshaped(-1)
      if batch.rows.count < written.count {
        numbers = try numbers.select(0, try Tensor.of(batch.rows))
      }
      let drawn = try logits.draw(
        uniform: numbers.moved(to: model.device), temperature: settings.temperature,
        allowed: allowed, truncation: settings.truncation)
      let ids: [Int] = try drawn.ids.values()
      let logProbabilities: [Double] = try drawn.logProbabilities.values()
      guard logProbabilities.allSatisfy(\.isFinite) else {
        throw PolicyError.input(
          "at temperature \(settings.temperature) a drawn token has a log-probability that is not "
            + "finite; raise the temperature, or train again from an earlier checkpoint")
      }
      var going: [Int] = []
      for (index, row) in batch.rows.enumerated() {
        written[row].tokens.append(ids[index])
        written[row].logProbabilities.append(logProbabilities[index])
        if settings.endTokens.contains(ids[index]) || isOver?(written[row].tokens) == true {
          written[row].isFinished = true
        } else {
          going.append(index)
        }
      }
      if going.isEmpty || step + 1 == settings.maxTokens { break }
      try batch.advance(ids, keeping: going)
      try beside?.advance(ids, keeping: going)
    }
    return prompts.indices.map { Array(written[$0 * count..<($0 + 1) * count]) }
  }
}
