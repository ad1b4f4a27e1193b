import Policy

/// Who answers in the place of a method's own opponent, loaded.
struct RolloutRivals {
  let mixture: OpponentMixture
  /// Models by the place of their member; the current policy has none, and stands for the method's own
  /// opponent.
  let models: [Int: Decoder]

  init(_ mixture: OpponentMixture, models: [Int: Decoder]) {
    self.mixture = mixture
    self.models = models
  }

  init?(_ mixture: OpponentMixture?, _ context: StageContext, beside reference: LanguageModel)
    throws
  {
    guard let mixture else { return nil }
    self.mixture = mixture
    var models: [Int: Decoder] = [:]
    for (place, member) in mixture.members.enumerated() {
      switch member.player {
      case .current, .previous: continue
      case .reference: models[place] = reference.decoder
      case .model(let source):
        models[place] = try context.opponent(source, of: reference).decoder
      }
    }
    self.models = models
  }
}
