import Recipe

/// What becomes of a reward before a method sees it.
public struct ScoreSettings: Equatable, Sendable {
  public enum Normalisation: String, CaseIterable, Sendable {
    case off = "none"
    /// Completions of the reference have mean 0, as in N+.
    case centre
    /// And deviation 1.
    case standardise
  }

  /// What a completion without an end token gets: a reward model never saw unfinished texts.
  public enum MissingEnd: Equatable, Sendable {
    case nothing
    /// This score, whatever its reward; −1 in N+.
    case score(Double)
    /// Its reward less so much, as in TRL.
    case penalty(Double)
  }

  public var normalisation: Normalisation
  /// Largest size of a score; nil for any. DeepSpeed-Chat takes 5.
  public var clip: Double?
  public var missingEnd: MissingEnd

  public init(
    normalisation: Normalisation = .off, clip: Double? = nil, missingEnd: MissingEnd = .nothing
  ) {
    self.normalisation = normalisation
    self.clip = clip
    self.missingEnd = missingEnd
  }

  init(from section: Section) {
    normalisation = section.choice(
      "normalise_reward", default: .off,
      about: "Mean 0, and deviation 1, over completions of the reference.")
    clip = section.optionalDouble("clip_reward", above: 0, about: "Largest size of a score.")
    let score = section.optionalDouble(
      "missing_end_score", about: "Score of a completion without an end, whatever its reward.")
    let penalty = section.optionalDouble(
      "missing_end_penalty", atLeast: 0, about: "What a completion without an end loses.")
    if score != nil, penalty != nil {
      section.mistake(
        "missing_end_penalty", "there is a missing_end_score, which takes the reward's place")
    }
    missingEnd = score.map { .score($0) } ?? penalty.map { .penalty($0) } ?? .nothing
  }

  /// The score of a completion: normalised, then clipped, then marked where it has no end.
  func score(of reward: Double, isFinished: Bool, scale: RewardScale) -> Double {
    var score = scale.applied(to: reward)
    if let clip { score = min(clip, max(-clip, score)) }
    guard !isFinished else { return score }
    switch missingEnd {
    case .nothing: return score
    case .score(let fixed): return fixed
    case .penalty(let penalty): return score - penalty
    }
  }
}

/// Where the rewards of the reference's completions lie.
struct RewardScale: Equatable, Sendable {
  var shift = 0.0
  var deviation = 1.0

  /// - Parameter rewards: of completions of the reference.
  /// - Throws: ``TrainingError/unusable(_:)`` when they are all equal and have no deviation.
  init(of rewards: [Double], _ normalisation: ScoreSettings.Normalisation) throws {
    guard normalisation != .off else { return }
    let count = Double(rewards.count)
    let mean = rewards.reduce(0, +) / count
    shift = mean
    guard normalisation == .standardise else { return }
    deviation = (rewards.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count).squareRoot()
    guard deviation > 0 else {
      throw TrainingError.unusable(
        "normalise_reward: all \(rewards.count) completions of the reference have the reward "
          + "\(mean), which has no deviation to divide by; use centre")
    }
  }

  init(shift: Double = 0, deviation: Double = 1) {
    self.shift = shift
    self.deviation = deviation
  }

  func applied(to reward: Double) -> Double { (reward - shift) / deviation }
}
