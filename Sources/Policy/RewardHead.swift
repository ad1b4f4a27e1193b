import Corpus
import Torch

/// What a reward head of one output reads of a text.
public struct RewardHead: Equatable, Sendable {
  public var pooling: ModelConfiguration.Pooling
  /// Whether the end token follows a text: then the last state says that nothing more comes. nil: as
  /// the head that goes on has been trained, and a new one with it.
  public var endsTexts: Bool?

  public init(pooling: ModelConfiguration.Pooling = .last, endsTexts: Bool? = nil) {
    self.pooling = pooling
    self.endsTexts = endsTexts
  }

  /// Makes a shape that of a reward model. A tokenizer without end token has none to read.
  func apply(to configuration: inout ModelConfiguration, endToken: Int?) {
    let before = configuration.labels == nil || configuration.endsTexts
    configuration.labels = 1
    configuration.pooling = pooling
    configuration.endsTexts = (endsTexts ?? before) && endToken != nil
  }
}

extension LanguageModel {
  /// An independent model of the same body with a reward head: its own where it has one, which must
  /// have one output, and otherwise a new one.
  public func copied(
    with head: RewardHead, from generator: Generator
  ) throws -> LanguageModel {
    try LanguageModel(
      decoder.copied(as: configuration(with: head), headFrom: generator), tokenizer)
  }

  /// The shape of a reward model of the same body.
  func configuration(with head: RewardHead) throws -> ModelConfiguration {
    if decoder.configuration.labels != nil, let problem = decoder.configuration.rewardProblem {
      throw PolicyError.input("the model \(problem)")
    }
    var configuration = decoder.configuration
    head.apply(to: &configuration, endToken: endTokens.first)
    configuration.setPadToken(of: tokenizer)
    return configuration
  }

  /// A new reward model with random weights.
  public static func start(
    _ shape: ModelConfiguration, with head: RewardHead, _ tokenizer: Tokenizer,
    from generator: Generator, precision: Precision, on device: Device
  ) throws -> LanguageModel {
    var configuration = shape
    head.apply(to: &configuration, endToken: configuration.endTokens.first)
    configuration.setPadToken(of: tokenizer)
    return try LanguageModel(
      Decoder.start(configuration, with: generator, precision: precision, on: device), tokenizer)
  }
}
