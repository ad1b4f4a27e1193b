import TestSupport
import Testing
import Torch
import Training

@Suite struct APOTests {
  @Test func theGoldenPairOfEachAnchor() throws {
    // Section 4.3. σ' = σ(x) σ(−x).
    func slope(_ x: Double) -> Double { 0.1 * sigmoid(x) * sigmoid(-x) }
    let zero = try lossAndGradient(APO(), goldenPair())
    expectClose(zero.loss, 0.962523)
    expectClose(zero.gradient, [-slope(0.1), slope(-0.05)], within: 1e-15)
    let down = try lossAndGradient(APO(anchor: .down), goldenPair())
    expectClose(down.loss, 0.987549)
    expectClose(down.gradient, [slope(0.1) - slope(0.15), slope(0.15)], within: 1e-15)
  }

  @Test func zeroMovesThemApartAndDownMovesBothDown() throws {
    let zero = try lossAndGradient(APO(beta: 1), flatPair(margin: 0)).gradient
    #expect(zero == [-0.25, 0.25])
    // The chosen candidate of a pair far enough apart is pushed down as well.
    let down = try lossAndGradient(APO(anchor: .down, beta: 1), flatPair(margin: 0)).gradient
    #expect(down == [0, 0.25])
    let apart = try Candidates(
      policy: matrix([[0, -9]], gradient: true), reference: matrix([[0, 0]]),
      lengths: matrix([[1, 1]]))
    #expect(try lossAndGradient(APO(anchor: .down, beta: 1), apart).gradient[0] > 0.2)
  }

  @Test func itKeepsEveryPromiseAndChecksItsOptions() throws {
    try expectPromises(of: APO(anchor: .down))
    #expect(try ObjectiveContracts.constantsOfALogRatioCancel(APO()) != nil)
    #expect(
      try readObjective("method: apo\nanchor: up\nbeta: 0").mistakes == [
        "recipe.yaml:2:9: anchor is \"up\"; it must be one of zero, down",
        "recipe.yaml:3:7: beta is 0; it must be above 0",
      ])
  }
}
