import TestSupport
import Testing
import Torch
import Training

@Suite struct AOTTests {
  /// Three pairs by d of chosen and rejected; the reference's margins are those of section 4.3.
  private func paired() throws -> Candidates {
    try Candidates(
      policy: matrix([[3, 0], [1, 0], [0.5, 0]], gradient: true),
      reference: matrix([[1.2, 0], [1.5, 0], [-0.1, 0]]),
      lengths: matrix([[1, 1], [1, 1], [1, 1]]))
  }

  @Test func theGoldenStepOfPairs() throws {
    let (loss, gradient) = try lossAndGradient(AOT(beta: 0.1), paired())
    expectClose(loss / 3, 0.662584)
    // Ranks: 3 with 1.5, 1 with 1.2, 0.5 with −0.1.
    let slopes = [1.5, -0.2, 0.6].map { 0.1 * sigmoid(-0.1 * $0) }
    expectClose(gradient, slopes.flatMap { [-$0, $0] }, within: 1e-15)
    expectClose(try lossAndGradient(DPOPref(beta: 0.1), paired()).loss / 3, 0.663083)
  }

  @Test func theGoldenStepOfSingles() throws {
    let step = try Candidates(
      policy: matrix([[1, -0.5], [0.2, 0.4], [-0.3, -0.9]], gradient: true),
      reference: matrix([[0, 0], [0, 0], [0, 0]]), lengths: matrix([[1, 1], [1, 1], [1, 1]]))
    let (loss, gradient) = try lossAndGradient(AOT(pairing: .unpaired, beta: 0.1), step)
    expectClose(loss / 3, 0.661985)
    // Ranks: 1 with 0.4, 0.2 with −0.5, −0.3 with −0.9.
    let slopes = [0.6, 0.7, 0.6].map { 0.1 * sigmoid(-0.1 * $0) }
    expectClose(
      gradient, [-slopes[0], slopes[1], -slopes[1], slopes[0], -slopes[2], slopes[2]],
      within: 1e-15)
  }

  @Test func oneWholePairIsDPO() throws {
    for pairing in AOT.Pairing.allCases {
      let (aot, dpo) = (
        try lossAndGradient(AOT(pairing: pairing, beta: 0.1), goldenPair()),
        try lossAndGradient(DPOPref(beta: 0.1), goldenPair())
      )
      expectClose(aot.loss, dpo.loss, within: 1e-14)
      expectClose(aot.gradient, dpo.gradient, within: 1e-14)
    }
  }

  @Test func smoothingMixesBothLabels() throws {
    let (loss, _) = try lossAndGradient(AOT(beta: 0.1, labelSmoothing: 0.1), goldenPair())
    expectClose(loss, 0.635957)
    let turned = try lossAndGradient(AOT(beta: 0.1), goldenPair(preference: 0))
    expectClose(turned.loss, logistic(-0.15), within: 1e-14)
  }

  @Test func bothPairingsKeepEveryPromise() throws {
    try expectPromises(of: AOT(beta: 0.5))
    try expectPromises(of: AOT(pairing: .unpaired, beta: 0.5, labelSmoothing: 0.2))
    #expect(
      try readObjective("method: aot\npairing: both\nlabel_smoothing: 0.5").mistakes == [
        "recipe.yaml:2:10: pairing is \"both\"; it must be one of paired, unpaired",
        "recipe.yaml:3:18: label_smoothing is 0.5; it must be at least 0 and below 0.5",
      ])
  }
}
