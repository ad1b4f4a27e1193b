import Corpus
import Foundation
import Policy
import Recipe
import Torch

/// Where a stage's model comes from: an existing one, or a shape to start from scratch.
public struct ModelSettings: Equatable, Sendable {
  public enum Origin: Equatable, Sendable {
    case existing(ModelSource)
    case scratch(Shape, tokenizer: ModelSource)
  }

  public struct Shape: Equatable, Sendable {
    public var architecture: ModelConfiguration.Architecture
    public var layers: Int
    public var hidden: Int
    public var heads: Int
    public var keyValueHeads: Int?
    public var feedForward: Int?
    public var positions: Int
  }

  public var origin: Origin
  /// Trained in the place of the weights; nil where the weights are.
  public var adapter: AdapterSettings?

  /// - Parameter labels: outputs of the reward head to come; nil for a language model.
  public init(from section: Section, _ names: RecipeNames, labels: Int? = nil) {
    adapter = AdapterSettings(of: section)
    if adapter != nil, !section.has("from") {
      section.mistake("adapter", "changes a model that is there; name it: from")
    }
    if let name = section.optionalString(
      "from", about: "Model to go on from: a stage above or a folder.")
    {
      origin = .existing(names.source(name, "from", in: section, .languageModel))
      return
    }
    let tokenizer = names.model(
      "tokenizer", in: section, product: .tokenizer,
      about: "Tokenizer of a model from scratch: a stage above or a folder.")
    let model = section.section("model", about: "Shape of a model from scratch.")
    let shape = Shape(
      architecture: model.choice("architecture", default: .llama, about: "Family."),
      layers: model.int("layers", in: 0...1024, about: "Blocks."),
      hidden: model.int("hidden", in: 2...65_536, about: "Width."),
      heads: model.int("heads", in: 1...1024, about: "Attention heads."),
      keyValueHeads: model.optionalInt(
        "key_value_heads", in: 1...1024, about: "Of grouped attention; heads without it."),
      feedForward: model.optionalInt(
        "feed_forward", in: 1...1_000_000,
        about: "Width of the feed-forward layer; the family's usual without it."),
      positions: model.int("positions", in: 2...1_000_000, about: "Context, in tokens."))
    var configuration = ModelSettings.configuration(shape, vocab: 1 << 16)
    configuration.labels = labels
    if let problem = configuration.problem {
      model.mistake(problem)
    }
    origin = .scratch(shape, tokenizer: tokenizer)
  }

  /// The folder of another program's model that training goes on from; nil for a stage, whose model is
  /// young, and for none.
  var goesOnFrom: ModelSource? {
    if case .existing(let source) = origin, case .folder = source { source } else { nil }
  }

  /// As many as it has with a vocabulary of usual size, where its tokenizer is not there yet.
  func weights(_ names: RecipeNames) -> Int? {
    switch origin {
    case .existing(let source): names.weights(of: source)
    case .scratch(let shape, _): ModelSettings.configuration(shape, vocab: 4096).parameterCount
    }
  }

  /// The model to train, with a reward head where there is one to be.
  func start(_ context: StageContext, head: RewardHead? = nil) throws -> LanguageModel {
    let generator = try Generator(seed: context.seed(for: "weights"), stream: "start")
    switch origin {
    case .existing(let source):
      let seed = context.seed(for: "adapter")
      guard let head else {
        return try context.model(source).begun(with: adapter, seed: seed)
      }
      return try context.model(source, as: nil)
        .begun(with: adapter, head: head, from: generator, seed: seed)
    case .scratch(let shape, let source):
      var tokenizer = try Tokenizer.load(directory: folder(of: source, context))
      if let template = context.chatTemplate {
        tokenizer = tokenizer.replacingChatTemplate(template)
      }
      var configuration = ModelSettings.configuration(shape, vocab: tokenizer.vocabularySize)
      configuration.beginToken = tokenizer.beginToken
      configuration.endTokens = tokenizer.endToken.map { [$0] } ?? []
      configuration.padToken = tokenizer.padToken
      if let head {
        return try LanguageModel.start(
          configuration, with: head, tokenizer, from: generator, precision: context.precision,
          on: context.device)
      }
      let decoder = try Decoder.start(
        configuration, with: generator, precision: context.precision, on: context.device)
      return try LanguageModel(decoder, tokenizer)
    }
  }

  private func folder(of source: ModelSource, _ context: StageContext) throws -> URL {
    if case .stage(let stage) = source {
      return context.directory(of: stage).url.appending(path: TokenizerStage.folder)
    }
    return try context.folder(of: source)
  }

  /// The vocabulary, where it is not known yet, has no bearing on the shape's soundness.
  static func configuration(_ shape: Shape, vocab: Int) -> ModelConfiguration {
    ModelConfiguration(
      architecture: shape.architecture, vocab: vocab, hidden: shape.hidden,
      layers: shape.layers, heads: shape.heads, keyValueHeads: shape.keyValueHeads,
      feedForward: shape.feedForward, positions: shape.positions)
  }
}
