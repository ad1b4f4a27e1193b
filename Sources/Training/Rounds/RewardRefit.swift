import Foundation
import Policy
import Runs
import Torch

/// Fits a reward model in a round, to tell demonstrations from the policy's samples.
struct RewardRefit {
  let settings: RefitSettings
  /// Whose body the model starts from.
  let origin: ModelSource
  let context: StageContext

  /// - Parameters:
  ///   - pairs: a demonstration and a sample each, with their prompts.
  ///   - directory: of this round's reward model.
  ///   - before: of the previous round's, for a model that is continued.
  /// - Returns: nil where it was asked to stop.
  func fit(
    _ pairs: [(id: String, demonstration: Exchange, sample: Exchange)], round: Int,
    in directory: StageDirectory, after before: StageDirectory?
  ) throws -> (reward: ModelReward, tokens: Int)? {
    let model = try start(round: round, after: before)
    let reward = try ModelReward(
      name: "\(context.name) round \(round)", model: model, over: context.ranks)
    let examples = try pairs.map {
      PreferenceRewardTask.Example(
        id: $0.id, chosen: try reward.tokens(of: $0.demonstration),
        rejected: try reward.tokens(of: $0.sample))
    }
    let (form, weight) = (settings.step, settings.regularisation)
    let task = PreferenceRewardTask(
      model.decoder, examples, heldOut: settings.training.heldOut
    ) { demonstrations, samples, _ throws(TorchError) in
      try RewardContrast.loss(
        demonstrations: demonstrations, samples: samples, form: form, regularisation: weight)
    }
    var loop = TrainingLoop(
      settings: settings.training, seed: context.seed(for: "round-\(round)/reward"),
      decorate: { try context.furnish($0, with: model.tokenizer) }, shouldStop: context.shouldStop,
      report: context.progress)
    loop.ranks = context.ranks
    let (outcome, tokens) = try loop.run(task, in: directory)
    return outcome == .finished ? (reward, tokens) : nil
  }

  private func start(round: Int, after before: StageDirectory?) throws -> LanguageModel {
    if settings.start == .continued, let before {
      guard let newest = try CheckpointStore(before.checkpoints).newest().checkpoint else {
        throw TrainingError.unusable(
          "\(before.url.path) holds no reward model of round \(round - 1); remove the stage's folder"
        )
      }
      return try LanguageModel.load(
        newest.url, precision: context.precision, on: context.device)
    }
    let base = try context.model(origin, as: nil)
    let head = try Generator(seed: context.seed(for: "round-\(round)/reward"), stream: "head")
    return try base.copied(with: RewardHead(endsTexts: settings.endsTexts), from: head)
  }
}
