import Foundation
import Policy
import Runs
import Torch

/// Who plays against the candidates of a stage, loaded.
struct RoundPlayers {
  let mixture: OpponentMixture
  /// Models by the place of their member; the current policy has none, because its samples are the
  /// candidates themselves.
  let models: [Int: LanguageModel]
  /// The policy one round before the current one, where it plays.
  let before: Decoder?

  init?(
    _ stage: RoundsStage, _ context: StageContext, _ initial: LanguageModel, like policy: Decoder
  )
    throws
  {
    guard let mixture = stage.opponents else { return nil }
    self.mixture = mixture
    let plays = mixture.members.contains { $0.player == .previous }
    before = plays ? try policy.copied() : nil
    var models: [Int: LanguageModel] = [:]
    for (place, member) in mixture.members.enumerated() {
      switch member.player {
      case .current: continue
      case .reference: models[place] = initial
      case .previous:
        if let before { models[place] = try LanguageModel(before, initial.tokenizer) }
      case .model(let source): models[place] = try context.opponent(source, of: initial)
      }
    }
    self.models = models
  }
}

extension StageContext {
  /// A model that plays against the policy of a stage.
  ///
  /// - Throws: ``TrainingError/unusable(_:)`` where it reads other tokens, or fewer.
  func opponent(_ source: ModelSource, of policy: LanguageModel) throws -> LanguageModel {
    let model = try self.model(source)
    guard model.tokenizer.hash == policy.tokenizer.hash else {
      throw TrainingError.unusable(
        "stage \(name): opponents.\(source) has another tokenizer than the policy; name a policy of "
          + "the same one")
    }
    let (room, needed) = (
      model.decoder.configuration.positions, policy.decoder.configuration.positions
    )
    guard room >= needed else {
      throw TrainingError.unusable(
        "stage \(name): opponents.\(source) reads \(room) tokens, and the policy \(needed); name a "
          + "policy of as long a context")
    }
    return model
  }
}

extension RoundsRun {
  /// Lets the mixture's opponents answer the prompts whose comparisons are dealt to them.
  ///
  /// - Returns: nil where it was asked to stop.
  func met(
    _ groups: [RoundGroup], _ round: Int, _ folder: StageDirectory, _ made: inout MadeRound
  ) throws -> [RoundGroup]? {
    guard let players else { return groups }
    let seed = context.seed(for: "round-\(round)/opponents")
    var groups = groups
    for index in groups.indices {
      let dealt = players.mixture.deal(
        stage.selection.columns(of: groups[index].candidates.count),
        prompt: groups[index].item.prompt.id, seed: seed)
      groups[index].dealt = dealt
      groups[index].rivals = dealt.map { _ in nil }
    }
    for (place, member) in players.mixture.members.enumerated() {
      guard let model = players.models[place] else { continue }
      let seats = groups.indices.flatMap { group in
        groups[group].dealt.indices.filter { groups[group].dealt[$0] == place }
          .map { (group: group, column: $0) }
      }
      guard !seats.isEmpty else { continue }
      // A row for each seat: how many a prompt has differs.
      let prompts = seats.map { seat in
        let prompt = groups[seat.group].item.prompt
        return PromptSettings.Prompt(
          id: "\(prompt.id)#\(seat.column)", prompt.dialogue, tokens: prompt.tokens)
      }
      guard
        let rows = try draw(
          prompts, by: model.decoder, each: 1,
          seed: context.seed(for: "round-\(round)/opponents/\(place)"),
          into: folder.url.appending(path: "opponents-\(place + 1).jsonl"))
      else { return nil }
      for (seat, row) in zip(seats, rows) {
        guard let answer = row.candidates.first else { continue }
        made.generatedTokens += answer.tokens.count
        groups[seat.group].rivals[seat.column] = RoundGroup.Rival(
          name: member.name, text: answer.text)
      }
    }
    return groups
  }
}
