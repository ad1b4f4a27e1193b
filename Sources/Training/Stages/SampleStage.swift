import Corpus
import Foundation
import Policy
import Recipe
import Runs
import Torch

/// Draws candidates for prompts and scores them with a reward.
public struct SampleStage: Stage {
  public static let kind = "sample"
  public static let product = StageProduct.candidates
  public static let repeatsPerSeed = true

  let policy: ModelSource
  let prompts: PromptSettings
  let perPrompt: Int
  let temperature: Double
  let truncation: Truncation
  let maxTokens: Int
  let reward: RewardSource?
  /// Prompts sampled together.
  let chunk: Int

  public init(from section: Section, _ names: RecipeNames) {
    policy = names.model(
      "policy", in: section, about: "Policy that draws: a stage above or a folder.")
    prompts = PromptSettings(from: section, names)
    // 4 candidates, as in the EXO paper's evaluation.
    perPrompt = section.int(
      "per_prompt", default: 4, in: 1...4096,
      about: "K, samples of each prompt; 4 as in the EXO paper.")
    temperature = section.temperature(atMost: 10, about: "Of the sampler.")
    truncation = Truncation(from: section)
    maxTokens = section.int(
      "max_tokens", default: 64, in: 1...1_000_000, about: "Longest completion, in tokens.")
    reward = names.reward(
      "reward", in: section,
      about: "What scores them: synthetic, or a stage or folder with a reward head.")
    chunk = section.int("chunk", default: 32, in: 1...65_536, about: "Prompts sampled together.")
  }

  public var isCutOverRanks: Bool { true }

  public func run(_ context: StageContext) throws -> StageResult {
    let model = try context.model(policy)
    let reward = try self.reward.map(context.reward)
    let prompts = try prompts.prompts(model, context)
    let drawing = CandidateDrawing(
      perPrompt: perPrompt, temperature: temperature, truncation: truncation,
      maxTokens: maxTokens, chunk: chunk, seed: context.seed(for: "samples"),
      ranks: context.ranks, reward: reward,
      shouldStop: context.shouldStop, progress: context.progress)
    return try drawing.run(prompts, model, into: context.directory.rows)
  }
}
