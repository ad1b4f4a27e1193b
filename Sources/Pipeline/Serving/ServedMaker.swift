import Command
import Foundation
import Policy
import Runs
import Serving
import Training

/// Makes a policy in a server for whoever samples or measures it.
struct ServedMaker: ServedPolicyMaker {
  /// Requests and answers, in the folder of the work that asks.
  static let ledger = "requests.jsonl"

  let settings: ServingSettings
  let tokenizerSource: ModelSource?
  /// What the server is said to serve; nil where nobody says.
  let checkpoint: ModelSource?

  var name: ServerName { settings.name }
  var tokenizer: ModelSource? { tokenizerSource ?? checkpoint }

  func policy(in folder: URL, _ context: StageContext) throws -> any ServedPolicy {
    guard let tokenizer else {
      throw PolicyError.input("\(name) has no tokenizer here; name one, or its checkpoint")
    }
    let reader = try ModelReader.load(context.folder(of: tokenizer))
      .replacingChatTemplate(context.chatTemplate)
    return try policy(in: folder, reader, .named, context)
  }

  /// One whose tokens are taken for those of a reference, until its answers show otherwise.
  func policy(
    in folder: URL, like reference: (name: String, model: LanguageModel), _ context: StageContext
  ) throws -> any ServedPolicy {
    guard tokenizer == nil else { return try policy(in: folder, context) }
    return try policy(
      in: folder, reference.model.reader, .supposed(of: reference.name), context)
  }

  private func policy(
    in folder: URL, _ reader: ModelReader, _ tokens: ServerPolicy.Tokens, _ context: StageContext
  ) throws -> any ServedPolicy {
    try ServerPolicy(
      settings, reader, tokens: tokens, identity: try weights(context) ?? "",
      ledger: folder.appending(path: Self.ledger),
      environment: ProcessInfo.processInfo.environment,
      interruption: { Signals.interruption != nil })
  }

  // MARK: Rewards

  var rewardProblem: String? {
    settings.kind != .openai
      ? nil
      : "server:\(name.model) is of kind openai, whose form has no request for rewards; say kind: vllm or "
        + "sglang under servers.\(name)"
  }

  func reward(in folder: URL, _ context: StageContext) throws -> any Reward {
    guard let tokenizer else {
      throw PolicyError.input("\(name) has no tokenizer here; name one, or its checkpoint")
    }
    return try ServerReward(
      settings,
      RewardReader.load(context.folder(of: tokenizer))
        .replacingChatTemplate(context.chatTemplate),
      identity: try weights(context) ?? "",
      checkpoint: checkpoint.map { source in
        ServerReward.Checkpoint(name: source.title) {
          try context.model(source, as: .rewardModel)
        }
      }, in: folder, over: context.ranks, environment: ProcessInfo.processInfo.environment,
      interruption: { Signals.interruption != nil })
  }

  func rewardRecord(in folder: URL) throws -> ServedRecord? {
    guard checkpoint != nil else { return nil }
    return try RecordFile.read(
      ServedRecord.self, from: folder.appending(path: ServerReward.record))
  }

  // MARK: Drawing for a training

  var handoverProblem: String? {
    settings.kind != .openai
      ? nil
      : "server:\(name.model) is of kind openai, whose form hands over no weights; say kind: sglang or vllm "
        + "under servers.\(name)"
  }

  func engine(
    for model: LanguageModel, in folder: URL, _ context: StageContext
  ) throws -> any DrawingEngine {
    let policy = try ServerPolicy(
      settings, model.reader, tokens: .named, identity: "",
      ledger: folder.appending(path: Self.ledger),
      environment: ProcessInfo.processInfo.environment,
      interruption: { Signals.interruption != nil })
    return HandedEngine(policy, bound: settings.bound, in: folder.appending(path: "engine"))
  }

  /// The hash of the checkpoint; nil where none is named.
  func weights(_ context: StageContext) throws -> String? {
    try checkpoint.map { try ModelIdentity.of(context.folder(of: $0)) }
  }

  func check(
    _ policy: any ServedPolicy, on prompts: [ServedPrompt], maxTokens: Int, _ context: StageContext
  ) throws -> ServedRecord? {
    try check(policy, on: prompts, maxTokens: maxTokens, others: [], context)
  }

  /// - Parameter others: weights that a server which missed a change may still have.
  func check(
    _ policy: any ServedPolicy, on prompts: [ServedPrompt], maxTokens: Int,
    others: [ServedCheck.Other], _ context: StageContext
  ) throws -> ServedRecord? {
    guard let checkpoint else { return nil }
    return try ServedCheck(policy, bound: settings.bound).perform(
      on: prompts, maxTokens: maxTokens, seed: context.seed(for: "served"),
      against: (checkpoint.title, try context.model(checkpoint)), others: others)
  }
}
