import Report
import Statistics

/// What `plumb compare --json` prints for each system.
struct StandingLine: Encodable {
  let kind = "standing"
  let of: String
  let name: String
  let reward: NumberLine?
  /// Where a judge ranks.
  let judged: NumberLine?
  let ranks: [Int]?

  init(
    _ subject: String, _ standing: Comparison.Standing, _ yardstick: Comparison.Yardstick
  ) {
    of = subject
    name = standing.name
    let number = NumberLine(standing.reward)
    (reward, judged) = yardstick == .reward ? (number, nil) : (nil, number)
    ranks = standing.ranks.map { [$0.lowerBound, $0.upperBound] }
  }
}

/// What `plumb compare --json` prints for each pair of systems.
struct ContrastLine: Encodable {
  let kind = "contrast"
  let of: String
  let first: String
  let second: String
  let difference: NumberLine
  /// Nil where a judge ranks: of two rates against one opponent none between the two follows.
  let winRate: NumberLine?
  let p: Double
  let correctedP: Double
  let test: String

  private enum CodingKeys: String, CodingKey {
    case kind, of, first, second, difference, p, test, winRate
    case correctedP = "pHolm"
  }

  init(
    _ subject: String, _ contrast: Comparison.Contrast, _ yardstick: Comparison.Yardstick
  ) {
    of = subject
    first = contrast.first
    second = contrast.second
    difference = NumberLine(contrast.difference)
    winRate = yardstick == .reward ? NumberLine(contrast.winRate) : nil
    p = contrast.pValue
    correctedP = contrast.correctedPValue
    test = contrast.test.rawValue
  }
}

/// An estimate with what it rests on.
struct NumberLine: Encodable {
  let value: Double
  let low: Double?
  let high: Double?
  let count: Int
  let clusters: Int
  let seeds: Int
  /// How the interval was made and what it does not cover.
  let interval: String?

  init(_ estimate: Estimate) {
    value = estimate.value
    low = estimate.interval?.low
    high = estimate.interval?.high
    count = estimate.count
    clusters = estimate.clusters
    seeds = estimate.seeds
    interval = estimate.basis?.words
  }
}
