import Recipe
import Runs

/// What a selection makes large, where, and with which seeds: all that its choice rests on but the
/// prompts.
struct SelectionTerms {
  /// What is to be large.
  enum Yardstick: String, CaseIterable {
    case reward
    case heldOutReward = "held_out_reward"
  }

  let by: Yardstick
  /// KL caps, in nats.
  let caps: [Double]
  /// Rewards whose least KL is asked for.
  let rewards: [Double]
  /// What everything is trained with, to choose; the recipe's own seeds measure.
  let seeds: [Int]
  /// Differences of no more are of no interest; nil where nobody says.
  let margin: Double?

  /// - Parameter fresh: the recipe's own seeds.
  init(from section: Section, seeds fresh: [Int]) {
    by = section.choice("by", default: Yardstick.reward, about: "What is to be large.")
    let at = section.section("at", about: "Where methods are compared on equal terms.")
    caps = Self.marks(
      at, "kl", default: [1, 2, 4, 8, 16], above: 0,
      about: "Largest KL from the reference, in nats.")
    rewards = Self.marks(
      at, "reward", default: [], about: "Rewards whose least KL is asked for.")
    let count = fresh.count
    let last = fresh.max() ?? 0
    // Above the recipe's, or where there is no room below them.
    let offered =
      last <= Int.max - count
      ? (0..<count).map { last + 1 + $0 }
      : Array((0...).lazy.filter { !fresh.contains($0) }.prefix(count))
    seeds = section.ints(
      "seeds", default: offered, in: 0...Int.max,
      about: "Seeds of the trainings that choose; not the recipe's own.")
    margin = section.optionalDouble("margin", above: 0, about: "Difference that counts as none.")
    if caps.isEmpty { at.mistake("kl", "is empty; give a KL in nats, as in [5]") }
    if seeds.isEmpty { section.mistake("seeds", "is empty; a selection needs a seed, as in [10]") }
    section.refuseRepeats("seeds", seeds)
    for both in seeds where fresh.contains(both) {
      section.mistake(
        "seeds", at: "\(both)",
        "\(both) is one of the recipe's seeds; trainings that chose are lucky, and only seeds that did not "
          + "measure without bias")
    }
  }

  /// Where methods are compared, the lowest first.
  private static func marks(
    _ section: Section, _ key: String, default fallback: [Double], above: Double? = nil,
    about: String
  ) -> [Double] {
    let marks = section.doubles(key, default: fallback, above: above, about: about)
    section.refuseRepeats(key, marks)
    return marks.sorted()
  }

  /// What is asked of every method.
  var questions: [(question: EqualTermsRecord.Question, at: Double?)] {
    caps.map { (.kl, $0) } + rewards.map { (.reward, $0) } + caps.map { (.average, $0) }
      + [(.best, nil)]
  }
}
