import Foundation
import TestSupport
import Testing

@testable import Statistics

@Suite struct LogisticTests {
  @Test func theStableFormsDoNotOverflow() {
    #expect(Logistic.probability(0) == 0.5)
    #expect(Logistic.probability(800) == 1)
    #expect(Logistic.probability(-800) == 0)
    #expect(isClose(Logistic.probability(log(3)), 0.75, within: 1e-15))
    #expect(Logistic.softplus(-800) == 0)
    #expect(Logistic.softplus(800) == 800)
    #expect(isClose(Logistic.softplus(0), log(2), within: 1e-15))
  }

  @Test func aFitWithOneConstantHasTheLogitOfTheMean() throws {
    var rows = LogisticRows(dimension: 1)
    for target in [1.0, 0.5, 0.75, 0.75] { rows.append([1], target: target) }
    let fit = try #require(LogisticFit(rows))
    #expect(isClose(fit.coefficients[0], log(3), within: 1e-10))
  }

  @Test func theGradientIsTheSlopeOfTheLoss() {
    var rows = LogisticRows(dimension: 2)
    rows.append([1, -0.5], target: 0.2, weight: 2)
    rows.append([0.3, 2], target: 0.9)
    let point = [0.4, -0.7]
    let (gradient, curvature) = rows.derivatives(point)
    for index in 0..<2 {
      var ahead = point
      var behind = point
      ahead[index] += 1e-5
      behind[index] -= 1e-5
      let slope = (rows.loss(ahead) - rows.loss(behind)) / 2e-5
      #expect(isClose(gradient[index], slope, within: 1e-9))
      let bend =
        (rows.derivatives(ahead).gradient[index] - rows.derivatives(behind).gradient[index]) / 2e-5
      #expect(isClose(curvature[index, index], bend, within: 1e-8))
    }
  }

  @Test func penaltiesSatisfyTheirConditions() throws {
    var generator = SeededGenerator(seed: 3)
    var rows = LogisticRows(dimension: 3)
    for _ in 0..<200 {
      let features = [generator.normal(), generator.normal(), 0.01 * generator.normal()]
      rows.append(features, target: Logistic.probability(features[0] - 0.5 * features[1]))
    }
    // |β|: the slope is −λ·sign(β) where β ≠ 0, and at most λ where β = 0.
    let sparse = try #require(LogisticFit(rows, penalty: .absolute(2)))
    let slopes = rows.derivatives(sparse.coefficients).gradient
    for (slope, coefficient) in zip(slopes, sparse.coefficients) {
      if coefficient == 0 {
        #expect(abs(slope) <= 2)
      } else {
        #expect(isClose(slope, coefficient > 0 ? -2 : 2, within: 1e-7))
      }
    }
    #expect(sparse.coefficients[2] == 0)
    // β²/2: the slope is −λβ.
    let ridge = try #require(LogisticFit(rows, penalty: .quadratic(2)))
    for (slope, coefficient) in zip(
      rows.derivatives(ridge.coefficients).gradient, ridge.coefficients)
    {
      #expect(isClose(slope, -2 * coefficient, within: 1e-7))
    }
  }

  @Test func sumsOfTargetsStandForTargets() throws {
    var whole = LogisticRows(dimension: 2)
    var parts = LogisticRows(dimension: 2)
    let features = [[1.0, 0.2], [0.5, -1], [-1, 0.4]]
    let targets = [0.9, 0.3, 0.4]
    var sums = [0.0, 0.0]
    for (row, target) in zip(features, targets) {
      whole.append(row, target: target, weight: 0.1)
      parts.append(row, weight: 0.1)
      for index in 0..<2 { sums[index] += target * row[index] }
    }
    parts.addTargets(sums, weight: 0.1)
    let first = try #require(LogisticFit(whole))
    let second = try #require(LogisticFit(parts))
    for (one, other) in zip(first.coefficients, second.coefficients) {
      #expect(isClose(one, other, within: 1e-9))
    }
  }

  @Test func infiniteFitsAndEmptyRowsGiveNil() {
    var rows = LogisticRows(dimension: 1)
    #expect(LogisticFit(rows) == nil)
    rows.append([1], target: 1)
    #expect(LogisticFit(rows) == nil)
    #expect(LogisticFit(rows, penalty: .quadratic(1)) != nil)
    rows.append([.nan], target: 1)
    #expect(LogisticFit(rows, penalty: .quadratic(1)) == nil)
    // Two equal features determine only their sum.
    var twins = LogisticRows(dimension: 2)
    twins.append([1, 1], target: 0.7)
    #expect(LogisticFit(twins) == nil)
  }

  @Test func aSymmetricSystemIsSolved() throws {
    // [[4, 2], [2, 3]]·(1, 2) = (8, 8); inverse [[3, −2], [−2, 4]]/8.
    var matrix = SymmetricMatrix(size: 2)
    matrix[0, 0] = 4
    (matrix[0, 1], matrix[1, 0]) = (2, 2)
    matrix[1, 1] = 3
    let solution = try #require(matrix.solve([8, 8]))
    #expect(isClose(solution[0], 1, within: 1e-14))
    #expect(isClose(solution[1], 2, within: 1e-14))
    let inverse = try #require(matrix.inverse())
    #expect(isClose(inverse[0, 1], -0.25, within: 1e-14))
    matrix[1, 1] = 1
    #expect(matrix.solve([1, 1]) == nil)
  }
}

@Suite struct LengthControlTests {
  /// Prompts whose preference follows the model exactly: σ(−1.5·tanh(Δ/sd) + .8·d + .4).
  private func rows(_ count: Int, noise: Double = 0) throws -> [LengthComparison] {
    var generator = SeededGenerator(seed: 8)
    var rows = (0..<count).map { _ in
      LengthComparison(
        preference: 0.5, baselineLength: 1000 + generator.index(below: 900),
        modelLength: 900 + generator.index(below: 1200), difficulty: generator.normal())
    }
    let lengths = try #require(LengthComparison.lengthFeatures(rows.map(\.excess)))
    for index in rows.indices {
      let logit = -1.5 * lengths[index] + 0.8 * rows[index].difficulty + 0.4
      let noisy = Logistic.probability(logit + noise * generator.normal())
      rows[index].preference = noise > 0 ? (generator.uniform() < noisy ? 1 : 0) : noisy
    }
    return rows
  }

  @Test func itFindsTheModelThatMadeTheData() throws {
    let rows = try rows(400)
    let fit = try #require(LengthControl(rows, anchor: nil, inversePenalty: 1e8))
    for (value, expected) in zip(fit.coefficients, [-1.5, 0.8, 0.4]) {
      #expect(isClose(value, expected, within: 1e-5))
    }
    let rate = rows.reduce(0) { $0 + Logistic.probability(0.8 * $1.difficulty + 0.4) } / 400
    #expect(isClose(fit.winRate, rate, within: 1e-6))
  }

  @Test func crossValidationChoosesFromTheGrid() throws {
    let rows = try rows(400)
    let features = try #require(LengthControl.features(rows))
    let chosen = try #require(
      LengthValidation.inversePenalty(rows, features: features, anchor: nil))
    #expect(LengthControl.grid.contains(chosen))
    // Exact data want no penalty.
    #expect(chosen >= LengthControl.grid[8])
    #expect(isClose(LengthControl.grid[5], 2.7826, within: 5e-5))
    #expect(isClose(LengthControl.grid[6], 21.544, within: 5e-4))
  }

  @Test func theRefitIntervalIsWiderThanTheSpreadOfPredictions() throws {
    let rows = try rows(300, noise: 1)
    let fit = try #require(LengthControl(rows, anchor: nil, inversePenalty: 100))
    let estimate = try #require(
      LengthControl.estimate(
        rows, anchor: nil, inversePenalty: 100, bootstrap: ClusterBootstrap(resamples: 200)))
    let interval = try #require(estimate.interval)
    #expect(interval.contains(fit.winRate))
    #expect((interval.high - interval.low) / 3.92 > 1.3 * (fit.publishedStandardError ?? 1))
  }

  /// Leaving out by a step of Newton's is leaving out by a refit, up to what is of the order 1/n.
  @Test(arguments: [1, 3])
  func aStepStandsForARefit(rowsOfAPrompt: Int) throws {
    let rows = try rows(240 * rowsOfAPrompt, noise: 1)
    let prompts = stride(from: 0, to: rows.count, by: rowsOfAPrompt).map {
      Array(rows[$0..<$0 + rowsOfAPrompt])
    }
    let fit = try #require(LengthControl(rows, anchor: nil))
    let jackknife = LengthJackknife(fit: fit, prompts: prompts)
    let (refitted, stepped) = (jackknife.refitted(), jackknife.stepped())
    let whole = log(fit.winRate / (1 - fit.winRate))
    let largest = try #require(refitted.map { abs($0 - whole) }.max())
    for (exact, found) in zip(refitted, stepped) {
      #expect(abs(exact - found) < 0.05 * largest, "\(exact - whole) \(found - whole)")
    }
    let deviations = (Sample.variance(refitted) ?? 0, Sample.variance(stepped) ?? 0)
    #expect(abs((deviations.1 / deviations.0).squareRoot() - 1) < 0.01)
  }

  /// Ten prompts, nine won, lengths that say nothing: the penalty must not pull the rate to one half.
  @Test func theModelItselfIsNotPenalised() throws {
    let rows = (0..<10).map {
      LengthComparison(
        preference: $0 == 0 ? 0 : 1, baselineLength: 100 + ($0 % 2) * 10, modelLength: 105)
    }
    let fit = try #require(LengthControl(rows, anchor: nil))
    #expect(fit.inversePenalty == nil)
    #expect(isClose(fit.winRate, 0.9, within: 0.03))
    let interval = try #require(LengthControl.estimate(rows, anchor: nil)?.interval)
    #expect(interval.low < 0.7 && interval.high > 0.95 && interval.high < 1)
  }

  @Test func allWonIsThePlainShare() {
    let rows = (0..<12).map {
      LengthComparison(preference: 1, baselineLength: 100 + $0, modelLength: 105)
    }
    let estimate = LengthControl.estimate(rows, anchor: nil)
    #expect(estimate?.value == 1)
    #expect(isClose(estimate?.interval?.low, pow(0.025, 1 / 12.0), within: 1e-12))
  }

  @Test func theAnchorHoldsWhereItsSumsSay() throws {
    let difficulties = [0.5, -0.5, 1, -1]
    let excesses: [[Double]] = [[300, 200, 100, 250], [-300, -150, -80, -240]]
    let anchor = try #require(
      LengthAnchor(excesses: excesses, difficulties: difficulties, sums: (-1.5, 0.6)))
    // Imputed preferences reproduce both sums.
    let imputed = try #require(anchor.imputed())
    var sums = (0.0, 0.0)
    for (row, value) in zip(anchor.rows, imputed) {
      sums.0 += value * row.length
      sums.1 += value * row.difficulty
    }
    #expect(isClose(sums.0, -1.5, within: 1e-9))
    #expect(isClose(sums.1, 0.6, within: 1e-9))
    // With rows that say nothing of length, the anchor alone decides its coefficient.
    let silent = [
      LengthComparison(preference: 0.7, baselineLength: 10, modelLength: 11),
      LengthComparison(preference: 0.7, baselineLength: 11, modelLength: 10),
    ]
    let fit = try #require(LengthControl(silent, anchor: anchor, inversePenalty: 1e9))
    #expect(isClose(fit.winRate, 0.7, within: 0.02))
    #expect(fit.coefficients[0] < 0)
    #expect(LengthAnchor(excesses: [[1]], difficulties: [1, 2]) == nil)
    #expect(LengthAnchor(excesses: [[1, 1]], difficulties: [1, 2]) == nil)
    #expect(
      anchor == LengthAnchor(excesses: excesses, difficulties: difficulties, sums: (-1.5, 0.6)))
  }

  @Test func twoFitsGiveAHeadToHead() throws {
    let rows = try rows(200)
    let fit = try #require(LengthControl(rows, anchor: nil, inversePenalty: 100))
    let other = try #require(
      LengthControl(
        rows.map { row in
          var row = row
          row.preference = 1 - row.preference
          return row
        }, anchor: nil, inversePenalty: 100))
    let difficulties = rows.map(\.difficulty)
    let rate = try #require(fit.winRate(over: other, difficulties: difficulties))
    #expect(isClose(other.winRate(over: fit, difficulties: difficulties), 1 - rate, within: 1e-12))
    #expect(fit.winRate(over: fit, difficulties: difficulties) == 0.5)
  }

  @Test func badRowsGiveNil() {
    let row = LengthComparison(preference: 0.5, baselineLength: 5, modelLength: 6)
    #expect(LengthControl([row], anchor: nil) == nil)
    #expect(LengthControl([row, row], anchor: nil) == nil)
    let wrong = LengthComparison(preference: 1.5, baselineLength: 5, modelLength: 9)
    #expect(LengthControl([row, wrong], anchor: nil, inversePenalty: 1) == nil)
  }
}
