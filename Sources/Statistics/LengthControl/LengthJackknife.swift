import Foundation

/// The log-odds of a length-controlled win rate with each prompt left out in turn, and their interval.
///
/// Where there are more than ``mostRefitted`` prompts, each is left out by one of Newton's steps from the fit of all,
/// the scale of lengths moved along: time grows with the prompts, where refitting takes their square. What a step
/// misses is of the order of 1/n of what it finds.
///
/// Source: Pregibon 1981, "Logistic regression diagnostics".
struct LengthJackknife {
  /// Up to so many prompts each fit is made anew.
  static let mostRefitted = 200
  /// Fewer wins or losses may be all that gives a fit a solution, which only a refit shows.
  private static let leastDecided = 10.0

  /// Of all prompts, without an anchor.
  let fit: LengthControl
  let prompts: [[LengthComparison]]

  func interval(confidence: Double) -> Interval? {
    let without = mayStep ? stepped() : refitted()
    guard let spread = Sample.variance(without),
      let factor = StudentT.quantile((1 + confidence) / 2, degrees: Double(prompts.count - 2))
    else { return nil }
    let count = Double(prompts.count)
    let half = factor * ((count - 1) * (count - 1) / count * spread).squareRoot()
    let centre = logit(fit.winRate)
    guard half > 0, half.isFinite, centre.isFinite else { return nil }
    return Interval(
      Logistic.probability(centre - half), Logistic.probability(centre + half))
  }

  private var mayStep: Bool {
    guard prompts.count > Self.mostRefitted else { return false }
    let won = prompts.joined().reduce(0) { $0 + $1.preference }
    let all = prompts.reduce(0) { $0 + $1.count }
    return min(won, Double(all) - won) >= Self.leastDecided
  }

  private func logit(_ rate: Double) -> Double { log(rate / (1 - rate)) }

  /// By prompt; not a number where the rest has no fit.
  func refitted() -> [Double] {
    let rows = prompts.flatMap { $0 }
    var first = 0
    return prompts.map { omitted in
      let rest = Array(rows[..<first] + rows[(first + omitted.count)...])
      first += omitted.count
      return LengthControl(rest, anchor: nil, start: fit.coefficients)
        .map { logit($0.winRate) } ?? .nan
    }
  }

  /// By prompt; not a number where what is left does not determine a step.
  func stepped() -> [Double] {
    let rows = prompts.flatMap { $0 }
    let whole = Lengths(rows.map(\.excess))
    guard let scale = whole.deviation, scale > 0 else { return prompts.map { _ in .nan } }
    var all = Sums(penalty: [LengthControl.ridge, LengthControl.ridge, 0])
    for row in rows { all.add(row, fit.coefficients, scale) }
    return prompts.map { omitted in
      var own = Sums(penalty: [0, 0, 0])
      for row in omitted { own.add(row, fit.coefficients, scale) }
      guard let without = whole.deviation(without: omitted.map(\.excess)), without > 0 else {
        return .nan
      }
      var curvature = all.curvature
      for (row, column) in Sums.places { curvature[row, column] -= own.curvature[row, column] }
      // The gradient of all is zero at their fit: what is left of it is what the omitted rows held against.
      let slope = own.gradient.indices.map {
        own.gradient[$0] - (without - scale) * (all.bySpread[$0] - own.bySpread[$0])
      }
      guard let step = curvature.solve(slope) else { return .nan }
      let rate = (all.rate(after: step) - own.rate(after: step)) / (all.count - own.count)
      return logit(rate)
    }
  }
}

/// The spread of lengths, of all rows and without some.
private struct Lengths {
  private let count: Double
  private let mean: Double
  /// Σ (Δ − mean)².
  private let squares: Double

  init(_ values: [Double]) {
    count = Double(values.count)
    let mean = values.reduce(0, +) / count
    self.mean = mean
    squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
  }

  var deviation: Double? { deviation(without: []) }

  /// With n − 1; nil where less than two rows are left.
  func deviation(without omitted: [Double]) -> Double? {
    let left = count - Double(omitted.count)
    guard left > 1 else { return nil }
    let shift = omitted.reduce(0) { $0 - ($1 - mean) }
    let rest = omitted.reduce(squares) { $0 - ($1 - mean) * ($1 - mean) } - shift * shift / left
    return (max(0, rest) / (left - 1)).squareRoot()
  }
}

/// What rows add to the estimating equations of a fit, at its coefficients.
private struct Sums {
  static let places = (0..<3).flatMap { row in (0..<3).map { (row, $0) } }

  private(set) var count = 0.0
  /// Σ (p − y)·x.
  private(set) var gradient = [0.0, 0, 0]
  private(set) var curvature = SymmetricMatrix(size: 3)
  /// How the gradient moves with the scale of lengths.
  private(set) var bySpread = [0.0, 0, 0]
  /// Σ σ(z) at equal length, and its first and second derivatives by difficulty and model.
  private var rates = 0.0
  private var slopes = (0.0, 0.0)
  private var bends = (0.0, 0.0, 0.0)

  init(penalty: [Double]) {
    for index in penalty.indices { curvature[index, index] = penalty[index] }
  }

  mutating func add(_ row: LengthComparison, _ coefficients: [Double], _ scale: Double) {
    count += 1
    let length = tanh(row.excess / scale)
    let features = [length, row.difficulty, 1]
    let equal = coefficients[1] * row.difficulty + coefficients[2]
    let predicted = Logistic.probability(coefficients[0] * length + equal)
    let error = predicted - row.preference
    let spread = predicted * (1 - predicted)
    let turn = -(1 - length * length) * row.excess / (scale * scale)
    for index in 0..<3 {
      gradient[index] += error * features[index]
      bySpread[index] += spread * coefficients[0] * turn * features[index]
    }
    bySpread[0] += error * turn
    for (row, column) in Self.places {
      curvature[row, column] += spread * features[row] * features[column]
    }
    let rate = Logistic.probability(equal)
    let slope = rate * (1 - rate)
    let bend = slope * (1 - 2 * rate)
    rates += rate
    slopes.0 += slope * row.difficulty
    slopes.1 += slope
    bends.0 += bend * row.difficulty * row.difficulty
    bends.1 += bend * row.difficulty
    bends.2 += bend
  }

  /// Σ σ(z) at equal length after a step of the coefficients, to the second order.
  func rate(after step: [Double]) -> Double {
    let (difficulty, model) = (step[1], step[2])
    return rates + slopes.0 * difficulty + slopes.1 * model
      + (bends.0 * difficulty * difficulty + 2 * bends.1 * difficulty * model
        + bends.2 * model * model) / 2
  }
}
