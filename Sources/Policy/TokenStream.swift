import Torch

/// One completion as it is drawn, a token at a time: for whoever shows it meanwhile.
///
/// The same settings and numbers give the tokens that ``Sampler`` gives a prompt alone.
public struct TokenStream {
  private let model: Decoder
  private let settings: SamplingSettings
  private let numbers: Tensor
  private var batch: DecodingBatch
  /// Ids drawn so far.
  public private(set) var completion = Completion(
    tokens: [], isFinished: false, logProbabilities: [])

  /// - Parameters:
  ///   - prompt: ids, at least one.
  ///   - uniform: `[1, max tokens]` in [0, 1).
  /// - Throws: ``PolicyError/input(_:)`` where prompt and completion exceed the context.
  public init(
    _ model: Decoder, _ settings: SamplingSettings, after prompt: [Int], uniform: Tensor
  ) throws {
    let context = model.configuration.positions
    guard prompt.count + settings.maxTokens <= context else {
      throw PolicyError.input(
        "a prompt of \(prompt.count) tokens and \(settings.maxTokens) new ones exceed the model's "
          + "context of \(context); shorten the prompt or max_tokens")
    }
    self.settings = settings
    numbers = try uniform.reshaped(-1)
    (self.model, batch) = try withoutGradient {
      let packed = try model.packed(rows: 1)
      return (
        packed, try DecodingBatch(packed, [prompt], count: 1, room: settings.maxTokens)
      )
    }
  }

  /// The next id, the end token included; nil after it, and at the length limit.
  ///
  /// - Throws: ``PolicyError/input(_:)`` for a log-probability that is not finite.
  public mutating func next() throws -> Int? {
    let step = completion.tokens.count
    guard !completion.isFinished, step < settings.maxTokens else { return nil }
    let last = completion.tokens.last
    let (ids, found) = try withoutGradient { () throws -> ([Int], [Double]) in
      if let last { try batch.advance([last], keeping: [0]) }
      let drawn = try batch.logits().draw(
        uniform: numbers.slice(0, step..<step + 1).moved(to: model.device),
        temperature: settings.temperature,
        allowed: min(settings.vocabulary, model.configuration.vocab),
        truncation: settings.truncation)
      return (try drawn.ids.values(), try drawn.logProbabilities.values())
    }
    guard let id = ids.first, let logProbability = found.first, logProbability.isFinite else {
      throw PolicyError.input(
        "at temperature \(settings.temperature) a drawn token has a log-probability that is not "
          + "finite; raise the temperature, or train again from an earlier checkpoint")
    }
    completion.tokens.append(id)
    completion.logProbabilities.append(logProbability)
    completion.isFinished = settings.endTokens.contains(id)
    return id
  }
}
