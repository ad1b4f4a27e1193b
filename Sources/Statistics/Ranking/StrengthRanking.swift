import Foundation

/// Players by Bradley–Terry strength, with intervals and ranks that all hold together.
///
/// Prompts are resampled with all their battles. A strength's interval is its value ± q·s, s the
/// standard deviation of its draws and q the quantile of the largest |draw − value|/s over all
/// players, widened as Student's t widens the normal quantile for so few prompts; ranks rest on the
/// same over all pairs of players.
public struct StrengthRanking: Sendable, Equatable {
  /// In logits, mean 0. Without intervals for one prompt, or where the draws do not vary.
  public let strengths: [Estimate]
  public let ranks: Ranks
  /// As ``BradleyTerry/prior``: wins and losses that each player was given.
  public let prior: Double

  /// Nil as ``BradleyTerry/init(_:players:prior:)``.
  public init?(
    _ battles: [Battle], players: Int, confidence: Double = 0.95, resamples: Int = 1000,
    seed: UInt64 = 1
  ) {
    let groups = Battle.clusters(battles)
    guard confidence > 0, confidence < 1, resamples > 1,
      let whole = BradleyTerry(groups.flatMap { $0 }, players: players)
    else { return nil }
    let draws =
      groups.count > 1 ? Self.draws(whole, groups, players, resamples, seed) : []
    self.init(
      whole.strengths, draws: draws, prior: whole.prior, battles: battles.count,
      prompts: groups.count, confidence)
  }

  /// The same at equal style.
  ///
  /// - Parameter battles: with their ``Battle/style``.
  /// - Returns: and the coefficients of ``StyledStrengths/features``; nil as ``StyledStrengths/init(_:players:)``.
  public static func atEqualStyle(
    _ battles: [Battle], players: Int, confidence: Double = 0.95, resamples: Int = 1000,
    seed: UInt64 = 1
  ) -> (ranking: StrengthRanking, coefficients: [Estimate])? {
    guard confidence > 0, confidence < 1, resamples > 1,
      let scaled = StyledStrengths.scaled(battles),
      let whole = StyledStrengths(battles, players: players)
    else { return nil }
    let groups = Battle.clusters(scaled)
    var generator = SeededGenerator(seed: seed)
    let start = StyledStrengths.Point(values: whole.strengths + whole.coefficients)
    var draws: [StyledStrengths.Point] = []
    for _ in 0..<(groups.count > 1 ? resamples : 0) {
      let drawn = groups.indices.flatMap { _ in groups[generator.index(below: groups.count)] }
      let isFinite = WinGraph.isStronglyConnected(drawn, players: players)
      let prior = whole.prior > 0 || isFinite ? whole.prior : BradleyTerry.defaultPrior
      if let found = StyledStrengths.fit(drawn, players, prior, start) { draws.append(found) }
    }
    // What is left out of so many would be left out of the width as well.
    if Double(draws.count) < 0.95 * Double(resamples) { draws = [] }
    let ranking = StrengthRanking(
      whole.strengths, draws: draws.map { $0.parts(players).strengths }, prior: whole.prior,
      battles: battles.count, prompts: groups.count, confidence)
    let bound = Bound(
      whole.coefficients.indices.map { place in
        Bound.Contrast(
          value: whole.coefficients[place],
          draws: draws.map { $0.parts(players).coefficients[place] })
      }, confidence, widening(confidence, groups.count))
    return (
      ranking,
      whole.coefficients.indices.map {
        Estimate(
          value: whole.coefficients[$0], interval: bound.interval($0), count: battles.count,
          clusters: groups.count)
      }
    )
  }

  /// - Parameters:
  ///   - draws: strengths of resampled prompts, `[draw][player]`.
  ///   - prompts: how many were resampled.
  private init(
    _ values: [Double], draws: [[Double]], prior: Double, battles: Int, prompts: Int,
    _ confidence: Double
  ) {
    self.prior = prior
    let players = values.count
    let widening = Self.widening(confidence, prompts)
    let single = Bound(
      values.indices.map { player in
        Bound.Contrast(value: values[player], draws: draws.map { $0[player] })
      }, confidence, widening)
    strengths = values.indices.map { player in
      Estimate(
        value: values[player], interval: single.interval(player), count: battles,
        clusters: prompts)
    }
    let pairs = values.indices.flatMap { first in
      values.indices.filter { $0 > first }.map { (first, $0) }
    }
    // The least p that so many prompts can give, be all of them equal.
    let least = Double(sign: .plus, exponent: 1 - min(prompts, 1000), significand: 1)
    guard least * Double(pairs.count) <= 1 - confidence else {
      ranks = .cannotHold(
        reason:
          "\(prompts) prompt\(prompts == 1 ? "" : "s") cannot tell \(players) players "
          + "apart")
      return
    }
    let differences = Bound(
      pairs.map { first, second in
        Bound.Contrast(
          value: values[first] - values[second], draws: draws.map { $0[first] - $0[second] })
      }, confidence, widening)
    var better = [Int](repeating: 0, count: players)
    var worse = better
    for (place, pair) in pairs.enumerated() {
      guard let interval = differences.interval(place), !interval.contains(0) else { continue }
      let firstIsBetter = interval.low > 0
      better[firstIsBetter ? pair.1 : pair.0] += 1
      worse[firstIsBetter ? pair.0 : pair.1] += 1
    }
    ranks = .hold((0..<players).map { 1 + better[$0]...players - worse[$0] })
  }

  /// Strengths of resampled prompts, `[draw][player]`. A resample in which some player has lost or won
  /// everything gets ``BradleyTerry/defaultPrior``.
  private static func draws(
    _ whole: BradleyTerry, _ groups: [[Battle]], _ players: Int, _ resamples: Int, _ seed: UInt64
  ) -> [[Double]] {
    var generator = SeededGenerator(seed: seed)
    let sums = PairSums(groups)
    return (0..<resamples).compactMap { _ in
      let drawn = sums.battles(
        of: groups.indices.map { _ in generator.index(below: groups.count) })
      let isFinite = WinGraph.isStronglyConnected(drawn, players: players)
      let prior = whole.prior > 0 || isFinite ? whole.prior : BradleyTerry.defaultPrior
      return BradleyTerry.fit(drawn, players, prior, whole.strengths)
    }
  }

  private static func widening(_ confidence: Double, _ clusters: Int) -> Double {
    let probability = (1 + confidence) / 2
    guard clusters > 1, let z = Normal.quantile(probability), z > 0,
      let t = StudentT.quantile(probability, degrees: Double(clusters - 1))
    else { return 1 }
    return t / z
  }

  /// Intervals of several quantities that hold together.
  private struct Bound {
    struct Contrast {
      let value: Double
      let draws: [Double]
    }

    private let contrasts: [Contrast]
    /// Of each; nil where the draws do not vary.
    private let errors: [Double?]
    private let factor: Double?

    init(_ contrasts: [Contrast], _ confidence: Double, _ widening: Double) {
      let errors = contrasts.map { one -> Double? in
        let size = one.draws.reduce(0) { max($0, abs($1)) }
        return Sample.standardDeviation(one.draws).flatMap { $0 > 1e-9 * size ? $0 : nil }
      }
      let count = contrasts.first?.draws.count ?? 0
      let largest = (0..<count).map { draw in
        zip(contrasts, errors).reduce(0.0) { largest, one in
          guard let error = one.1 else { return largest }
          return max(largest, abs(one.0.draws[draw] - one.0.value) / error)
        }
      }
      self.contrasts = contrasts
      self.errors = errors
      factor = Sample.quantile(confidence, of: largest).map { $0 * widening }
    }

    func interval(_ place: Int) -> Interval? {
      guard let error = errors[place], let factor else { return nil }
      let value = contrasts[place].value
      return Interval(value - factor * error, value + factor * error)
    }
  }
}
