import Torch

extension LanguageModel {
  /// What a training moves that begins from this model: an independent model of the same weights; or,
  /// with an adapter, these weights themselves, frozen, under an adapter of their own. So this model,
  /// which stays as it is, is the other one with its adapter off.
  ///
  /// - Parameter seed: of the adapter's weights.
  /// - Throws: ``PolicyError/input(_:)`` for an adapter that does not fit.
  public func begun(
    with adapter: AdapterSettings? = nil, seed: UInt64 = 0
  ) throws -> LanguageModel {
    guard let adapter else { return try LanguageModel(decoder.merged(), tokenizer) }
    return try LanguageModel(decoder.adapted(adapter, seed: seed), tokenizer)
  }

  /// The same with a reward head: its own where it has one, which must have one output, and otherwise a
  /// new one. The head is trained and saved whole.
  public func begun(
    with adapter: AdapterSettings?, head: RewardHead, from generator: Generator, seed: UInt64
  ) throws -> LanguageModel {
    guard let adapter else { return try copied(with: head, from: generator) }
    return try LanguageModel(
      decoder.adapted(adapter, as: configuration(with: head), seed: seed), tokenizer)
  }

  /// A critic of the same frozen body: a new head of one output, under an adapter of its own.
  public func critic(under adapter: AdapterSettings, seed: UInt64) throws -> Decoder {
    var configuration = decoder.configuration
    configuration.setHead(labels: 1, pooling: .last)
    return try decoder.adapted(adapter, as: configuration, seed: seed)
  }

  /// Without an adapter: what it adds becomes part of the weights.
  public func merged() throws -> LanguageModel {
    var configuration = decoder.configuration
    if configuration.labels != nil { configuration.setPadToken(of: tokenizer) }
    return try LanguageModel(decoder.copied(as: configuration, headFrom: nil), tokenizer)
  }
}
