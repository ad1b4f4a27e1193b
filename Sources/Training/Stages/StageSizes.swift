import Corpus
import Foundation
import Policy
import Recipe
import Runs
import Torch

/// Sizes of what the stages above leave, gathered while a recipe is estimated from top to bottom.
public struct StageSizes {
  /// What a stage of kind `sample` will hold.
  public struct CandidateSizes: Equatable, Sendable {
    public var prompts: Int
    public var each: Int
    public var promptTokens: Double
    public var completionTokens: Double
    /// Whether they are scored.
    public var haveRewards: Bool
    /// The prompts.
    public var offered = PromptSettings.Sizes()
  }

  /// A row that an alignment learns from.
  struct Row {
    var prompt: Dialogue
    var completions: [String]
    /// Places of those that the loss depends on; nil for all.
    var read: [Int]?
  }

  /// Rows that do not change along a sweep.
  struct SharedRows {
    var key: String
    var rows: [Row]
    var lengths: [ExampleSize]
  }

  /// The folder that paths in the recipe are relative to.
  public let base: URL
  /// How models write conversations, in the place of what their folders say.
  public var chatTemplate: ChatTemplate?
  /// Of matrix products.
  public var precision = Precision.full
  /// Tokens of tokenizers, by stage.
  public var vocabularies: [String: Int] = [:]
  public var models: [String: ModelConfiguration] = [:]
  public var candidates: [String: CandidateSizes] = [:]
  /// What the stage that is estimated reads, where the next one of a sweep may read the same.
  public var reads: String?
  /// Rows with their lengths, as the stage before had them; kept for one alone.
  var shared: SharedRows?
  /// Folders that the models of stages have their tokenizers from; none where a stage makes it.
  private var readers: [String: String] = [:]
  /// What the models of stages are under.
  private var adapters: [String: AdapterSettings] = [:]

  public init(base: URL) { self.base = base }

  /// The shape of a model that a recipe names, read from `config.json` where it is a folder.
  ///
  /// - Parameter product: what the model must be; nil for a language or a reward model.
  public func model(
    _ source: ModelSource, as product: StageProduct? = .languageModel
  ) throws -> ModelConfiguration {
    let found: ModelConfiguration
    switch source {
    case .stage(let name):
      guard let model = models[name] else {
        throw TrainingError.unusable("stage \(name) makes no model")
      }
      found = model
    case .folder(let path):
      let folder = try ModelFolder.find(path, from: base)
      try CheckpointManifest.hold(folder)
      found = try ConfigurationFile(of: folder).configuration
    }
    try product?.check(found, name: source.description)
    return found
  }

  /// The tokenizer of a model; nil where a stage is yet to make it.
  public func tokenizer(_ source: ModelSource) throws -> Tokenizer? {
    guard let path = reader(source) else { return nil }
    return try tokenizer(in: path)
  }

  private func tokenizer(in path: String) throws -> Tokenizer {
    let folder = try ModelFolder.find(path, from: base)
    try CheckpointManifest.hold(folder)
    let tokenizer = try Tokenizer.load(directory: folder)
    return chatTemplate.map(tokenizer.replacingChatTemplate) ?? tokenizer
  }

  /// That of the model that a stage trains.
  func tokenizer(_ settings: ModelSettings) throws -> Tokenizer? {
    try tokenizer(settings.reader)
  }

  private func reader(_ source: ModelSource) -> String? {
    switch source {
    case .folder(let path): path
    case .stage(let name): readers[name]
    }
  }

  /// The adapter that a model is under; nil for a whole one.
  private func adapter(of source: ModelSource) throws -> AdapterSettings? {
    switch source {
    case .stage(let name): return adapters[name]
    case .folder(let path):
      let folder = try ModelFolder.find(path, from: base)
      return ModelFolder.isAdapter(folder) ? try StoredAdapter(folder).applied : nil
    }
  }

  /// Records what a stage trains, and what it has the tokenizer from.
  ///
  /// - Parameter source: the model that it begins from.
  /// - Returns: why the adapter does not fit, beginning with the key to change.
  mutating func note(
    _ name: String, _ shape: ModelConfiguration, from source: ModelSource,
    under adapter: AdapterSettings?
  ) throws -> [String] {
    models[name] = shape
    readers[name] = reader(source)
    adapters[name] = adapter
    guard let adapter else { return [] }
    let problems = adapter.problems(of: shape)
    let begun = try model(source, as: nil)
    guard problems.isEmpty, let old = try self.adapter(of: source),
      !adapter.goesOn(with: old, of: begun)
    else { return problems }
    return [old.parting(of: begun)]
  }

  mutating func note(
    _ name: String, _ shape: ModelConfiguration, _ settings: ModelSettings
  ) throws -> [String] {
    try note(name, shape, from: settings.reader, under: settings.adapter)
  }

  /// The shape of the model that a stage trains.
  func model(
    _ settings: ModelSettings, labels: Int? = nil
  ) throws -> ModelConfiguration {
    var configuration: ModelConfiguration
    switch settings.origin {
    case .existing(let source):
      configuration = try model(source, as: labels == nil ? .languageModel : nil)
    case .scratch(let shape, let tokenizer):
      configuration = ModelSettings.configuration(shape, vocab: try vocabulary(tokenizer))
    }
    configuration.labels = labels
    return configuration
  }

  /// The seed of a stage's order of examples, for seed 0: ``StageContext/seed(for:)``.
  func order(of name: String) -> UInt64 { Generator.mix(0, "\(name)/order") }

  private func vocabulary(_ source: ModelSource) throws -> Int {
    switch source {
    case .stage(let name): return vocabularies[name] ?? 1
    case .folder(let path):
      return try tokenizer(in: path).vocabularySize
    }
  }

  /// Operations of scoring `tokens` with a reward; none for one that is no model.
  public func operations(of reward: RewardSource?, tokens: Double) throws -> Double {
    guard case .model(let source)? = reward else { return 0 }
    return 2 * Double(try model(source, as: .rewardModel).parameterCount) * tokens
  }

  /// About how many tokens texts have. English prose has 2.2 bytes a token at a vocabulary of 512
  /// and 4.4 at 32,000 and above; between them the logarithm decides.
  public static func tokens(bytes: Double, vocabulary: Int) -> Double {
    let doublings = log2(max(1, Double(vocabulary) / 512))
    return bytes / min(4.4, 2.2 + 2.2 * doublings / 6)
  }
}

extension ModelSettings {
  /// What the tokenizer comes from.
  fileprivate var reader: ModelSource {
    switch origin {
    case .existing(let source), .scratch(_, tokenizer: let source): source
    }
  }
}
