import Corpus
import Foundation
import Policy
import Runs
import Torch

/// Where a stage runs and what it may use.
public struct StageContext {
  public var run: RunDirectory
  /// The stage's name in the recipe.
  public var name: String
  /// nil for a stage that runs once for all seeds.
  public var seed: Int?
  /// Seeds of stages that this one reads; those that run once have none.
  public var seeds: (String) -> Int?
  /// The folder that paths in the recipe are relative to.
  public var base: URL
  public var device: Device
  public var precision: Precision
  /// How models write conversations, in the place of what their folders say; nil for those.
  public var chatTemplate: ChatTemplate?
  public var shouldStop: () -> Bool
  public var progress: (TrainingLoop.Progress) -> Void
  /// One line for the person who waits.
  public var note: (String) -> Void
  /// What people read beside the weights of every checkpoint; nil for nothing.
  public var card: String?
  /// Those that run the stage together, where it ``Stage/isCutOverRanks``.
  public var ranks = Ranks.alone
  /// Where the stage writes, if not in the folder of its name.
  public var place: StageDirectory?
  private let servedRewards = ServedRewards()

  public init(
    run: RunDirectory, name: String, seed: Int?, seeds: @escaping (String) -> Int?, base: URL,
    device: Device, precision: Precision, shouldStop: @escaping () -> Bool,
    progress: @escaping (TrainingLoop.Progress) -> Void, note: @escaping (String) -> Void
  ) {
    self.run = run
    self.name = name
    self.seed = seed
    self.seeds = seeds
    self.base = base
    self.device = device
    self.precision = precision
    self.shouldStop = shouldStop
    self.progress = progress
    self.note = note
  }

  /// For one of several trainings of the stage, whose progress is that of the stage's.
  ///
  /// - Parameter round: from 1.
  public func round(_ round: Int, of rounds: Int) -> StageContext {
    var own = self
    own.progress = { [progress] in
      var progressed = $0
      progressed.rounds = (round - 1, rounds)
      progress(progressed)
    }
    return own
  }

  /// Writes what belongs beside the weights into a checkpoint's folder.
  func furnish(_ folder: URL, with tokenizer: Tokenizer) throws {
    try tokenizer.save(to: folder)
    if let card {
      try AtomicFile.write(Data(card.utf8), to: folder.appending(path: CheckpointManifest.card))
    }
  }

  /// This stage's folder in the run, where the leading rank writes.
  var recorded: StageDirectory { run.stage(name, seed: seed) }

  /// This stage's own folder.
  public var directory: StageDirectory { place ?? run.stage(name, seed: seed) }

  /// The folder of a stage that this one reads.
  public func directory(of stage: String) -> StageDirectory {
    run.stage(stage, seed: seeds(stage))
  }

  /// A seed of its own for a consumer of this stage. A stage that runs once uses seed 0.
  public func seed(for consumer: String) -> UInt64 {
    Generator.mix(UInt64(seed ?? 0), "\(name)/\(consumer)")
  }

  /// The folder that a ``ModelSource`` means.
  public func folder(of source: ModelSource) throws -> URL {
    switch source {
    case .stage(let stage):
      let directory = directory(of: stage)
      let found = try CheckpointStore(directory.checkpoints).newest()
      if let damaged = found.skipped.first {
        throw TrainingError.unusable(
          "the last checkpoint of stage \(stage) is damaged: \(damaged.reason); remove "
            + "\(directory.url.path), so that the stage is trained again")
      }
      guard let newest = found.checkpoint else {
        throw TrainingError.unusable("stage \(stage) has no checkpoint; run it first")
      }
      return newest.url
    case .folder(let path):
      return try ModelFolder.find(path, from: base)
    }
  }

  /// - Parameter product: what the model must be; nil for a language or a reward model.
  /// - Throws: `PolicyError.input` for another one.
  public func model(
    _ source: ModelSource, as product: StageProduct? = .languageModel
  ) throws -> LanguageModel {
    let folder = try folder(of: source)
    let model = try LanguageModel.load(folder, precision: precision, on: device)
      .replacingChatTemplate(chatTemplate)
    model.decoder.place = place(of: source, in: folder)
    try product?.check(model.decoder.configuration, name: source.description)
    return model
  }

  /// How the folder of an adapter that begins from a model names it.
  private func place(of source: ModelSource, in folder: URL) -> ModelPlace {
    switch source {
    case .stage: return .beside(folder)
    case .folder(let name):
      let path = URL(fileURLWithPath: name, relativeTo: base)
      let isHere = FileManager.default.fileExists(atPath: path.path)
      return isHere ? .folder(folder) : .hub(name)
    }
  }

  /// Says what a model will not read as it was meant: markup of special tokens in texts, and messages
  /// without a chat template.
  func noteReading(
    of exchanges: some Sequence<Exchange>, from data: DataSource?, by model: ModelReader
  ) {
    let texts = exchanges.lazy.filter { !model.tokenizer.writes($0.prompt) }
    if let remark = data?.markupRemark(in: texts.map(\.words), model.tokenizer) { note(remark) }
    if let remark = data?.plainRemark(of: texts.map(\.prompt), model.tokenizer) { note(remark) }
    let bare = texts.filter { $0.prompt.turns != nil }
    if bare.contains(where: { _ in true }) {
      note(
        "the model has no chat template: the words of a message and its answer are joined as plain text; "
          + "chat_template names a template, as in chat_template: chatml")
    }
  }

  /// Says that rows count differently.
  func noteWeights(_ weights: [Double]) {
    guard let least = weights.min(), let most = weights.max(), least != 1 || most != 1
    else { return }
    let none = weights.count { $0 == 0 }
    note(
      "rows count by their weight, from \(least) to \(most)"
        + (none > 0 ? "; \(none) of weight 0 teach nothing" : ""))
  }

  /// Reads a row, whose id stands before what is wrong with it.
  func row<Result>(_ id: String, _ read: () throws -> Result) throws -> Result {
    do {
      return try read()
    } catch {
      throw Self.placed(id, error)
    }
  }

  static func placed(_ id: String, _ error: any Error) -> any Error {
    switch error {
    case CorpusError.dialogue(let problem): CorpusError.dialogue("row \(id): \(problem)")
    case PolicyError.input(let problem): PolicyError.input("row \(id): \(problem)")
    default: error
    }
  }

  public func reward(_ source: RewardSource) throws -> any Reward {
    switch source {
    case .synthetic: return SyntheticReward()
    case .model(let model):
      return try ModelReward(
        name: model.description, model: self.model(model, as: .rewardModel), over: ranks)
    case .server(let served):
      // One of each: they share pace, limits and what was answered.
      if let known = servedRewards.all[served.name] { return known }
      let made = try served.maker.reward(in: served.folder(in: directory.url), self)
      servedRewards.all[served.name] = made
      return made
    }
  }
}

/// Rewards in servers that a stage asks.
final class ServedRewards {
  var all: [ServerName: any Reward] = [:]
}

/// A model that a recipe names: the outcome of a stage, or a folder.
public enum ModelSource: Equatable, Sendable, CustomStringConvertible {
  case stage(String)
  case folder(String)

  public var description: String {
    switch self {
    case .stage(let name), .folder(let name): return name
    }
  }

  /// Names it in results: as the recipe does, without the way to a folder of this machine.
  public var title: String {
    guard case .folder(let path) = self, path.hasPrefix("/") else { return description }
    return path.split(separator: "/").last.map(String.init) ?? path
  }

  /// The stage that must run first, if any.
  public var stage: String? {
    if case .stage(let name) = self { return name }
    return nil
  }
}
