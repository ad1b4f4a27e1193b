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

  let policy: DrawingPolicy
  let prompts: PromptSettings
  let perPrompt: Int
  let temperature: Double
  let truncation: Truncation
  let maxTokens: Int
  let reward: RewardSource?
  /// Prompts sampled together.
  let chunk: Int

  public init(from section: Section, _ names: RecipeNames) {
    policy = DrawingPolicy(
      "policy", in: section, names,
      about: "Policy that draws: a stage above, a folder, or server:MODEL@URL.")
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
      about: "What scores them: synthetic, a stage or folder with a reward head, or a server.")
    chunk = section.int("chunk", default: 32, in: 1...65_536, about: "Prompts sampled together.")
  }

  public var isCutOverRanks: Bool { true }

  public func run(_ context: StageContext) throws -> StageResult {
    let reward = try self.reward.map(context.reward)
    let drawing = CandidateDrawing(
      perPrompt: perPrompt, temperature: temperature, truncation: truncation,
      maxTokens: maxTokens, chunk: chunk, seed: context.seed(for: "samples"),
      ranks: context.ranks, reward: reward,
      shouldStop: context.shouldStop, progress: context.progress)
    switch policy {
    case .model(let source):
      let model = try context.model(source)
      let room = PromptRoom(
        for: maxTokens, in: model.decoder.configuration.positions, prompts.surplus)
      let fitting = try room.kept(
        of: prompts.prompts(model.reader, context), "stage \(context.name)", prompt: { $0 },
        note: context.leaveOut)
      return try drawing.run(
        fitting, from: model, takingWeights: true, into: context.directory.rows)
    case .server(let maker):
      let policy = try maker.policy(in: context.directory.url, context)
      let prompts = try prompts.prompts(policy.reader, context)
      return try drawing.run(prompts, from: policy, into: context.directory.rows) {
        // Whenever a process goes on, the server is held anew: it may have been started again.
        guard
          let found = try maker.check(
            policy, on: prompts.map { ServedPrompt(id: $0.id, $0.dialogue, tokens: $0.tokens) },
            maxTokens: maxTokens, context)
        else { return }
        try RecordFile.write(found, to: context.directory.url.appending(path: "served.json"))
        context.note(found.words)
      }
    }
  }
}
