import Corpus
import Foundation
import Policy
import Recipe
import Runs
import Torch

@testable import Training

/// A tiny language model with its tokenizer, prompts and a reward, for trainings of some steps.
enum OnPolicyBench {
  /// How often a letter is written; more is better.
  struct LetterReward: Reward {
    var name: String { "letters" }
    var letter: Character = "e"

    func rewards(of texts: [String]) -> [Double] {
      texts.map { text in Double(text.filter { $0 == letter }.count) }
    }
  }

  static let tokenizer = Result {
    try Tokenizer.train(
      on: SyntheticReviews.generate(count: 60, seed: 1).map(\.text), vocabulary: 280)
  }

  static func model(seed: UInt64 = 4, positions: Int = 48) throws -> LanguageModel {
    let tokenizer = try tokenizer.get()
    let configuration = ModelConfiguration(
      architecture: .llama, vocab: tokenizer.vocabularySize, hidden: 16, layers: 1, heads: 2,
      positions: positions, endToken: tokenizer.endToken)
    let decoder = try Decoder.start(configuration, with: Generator(seed: seed, stream: "start"))
    // Wider than a new model's, so that samples are not all alike and some of them end.
    for tensor in decoder.parameters where tensor.rank == 2 {
      try tensor.assign(
        tensor + Generator(seed: seed, stream: "wider").normal(tensor.sizes, deviation: 0.25))
    }
    return try LanguageModel(decoder, tokenizer)
  }

  static func prompts(_ model: LanguageModel, _ count: Int = 12) throws -> [PromptSettings.Prompt] {
    try SyntheticReviews.prompts(count: count, seed: 2).map {
      PromptSettings.Prompt(
        id: $0.id, .text(String($0.dialogue.words.prefix(12))),
        tokens: try model.prompt(String($0.dialogue.words.prefix(12))))
    }
  }

  /// Settings as a recipe gives them, in YAML.
  static func settings(_ text: String) throws -> OnPolicySettings {
    let document = try RecipeDocument.parse(text, name: "test")
    let settings = OnPolicySettings(from: document.root)
    try document.finish()
    return settings
  }

  /// - Parameter text: the settings, in YAML.
  static func trainer(
    _ text: String, seed: UInt64 = 7, reward: any Reward = LetterReward()
  ) throws -> OnPolicyTrainer {
    let model = try model()
    let settings = try settings(text)
    let critic = try settings.objective.critic.map { _ in
      try model.decoder.copied(labels: 1, headFrom: Generator(seed: seed, stream: "critic"))
    }
    return try OnPolicyTrainer(
      policy: model, reference: model.decoder.copied(), critic: critic, reward: reward,
      prompts: prompts(model), settings: settings, seed: seed)
  }

  static func weights(_ decoder: Decoder?) throws -> [[Double]] {
    try decoder?.parameters.map { try numbers($0) } ?? []
  }
}
