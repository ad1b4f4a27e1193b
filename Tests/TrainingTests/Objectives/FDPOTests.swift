import Foundation
import TestSupport
import Testing
import Torch
import Training

@Suite struct FDPOTests {
  @Test func theReverseDivergenceIsDPO() throws {
    let (loss, gradient) = try lossAndGradient(
      FDPO(beta: 0.1, divergence: .reverseKL), goldenPair())
    expectClose(loss, 0.620957)
    expectClose(gradient, [-0.046257, 0.046257])
  }

  /// g at a = 1 and b = −½, and its slopes there, from the formulas of section 4.3.
  private func expected(_ divergence: FDPO.Divergence) -> (g: [Double], slope: [Double]) {
    let d = [1, -0.5]
    switch divergence {
    case .reverseKL: return (d, [1, 1])
    case .forwardKL: return (d.map { -exp(-$0) }, d.map { exp(-$0) })
    case .jensenShannon: return (d.map { -logistic($0) }, d.map { sigmoid(-$0) })
    case .alpha, .alphaTRL: return (d.map { -2 * exp(-$0 / 2) }, d.map { exp(-$0 / 2) })
    }
  }

  @Test(arguments: FDPO.Divergence.allCases)
  func theGoldenPair(divergence: FDPO.Divergence) throws {
    let (loss, gradient) = try lossAndGradient(
      FDPO(beta: 0.1, divergence: divergence), goldenPair())
    let (g, slope) = expected(divergence)
    let u = 0.1 * (g[0] - g[1])
    expectClose(loss, logistic(u), within: 1e-15)
    let common = 0.1 * sigmoid(-u)
    expectClose(gradient, [-common * slope[0], common * slope[1]], within: 1e-15)
  }

  @Test func theAlphaDivergenceHasBothAsItsLimits() throws {
    func gradient(_ objective: FDPO) throws -> [Double] {
      try lossAndGradient(objective, goldenPair()).gradient
    }
    let reverse = try gradient(FDPO(divergence: .reverseKL))
    let forward = try gradient(FDPO(divergence: .forwardKL))
    expectClose(
      try gradient(FDPO(divergence: .alpha, alpha: 1e-9)), reverse, within: 1e-8)
    expectClose(
      try gradient(FDPO(divergence: .alpha, alpha: 1 - 1e-6)), forward, within: 1e-6)
    expectClose(
      try gradient(FDPO(divergence: .alphaTRL, alpha: 1e-9)), forward, within: 1e-8)
    expectClose(
      try gradient(FDPO(divergence: .alphaTRL, alpha: 1 - 1e-6)), reverse, within: 1e-6)
  }

  /// Table 1 of Wang et al. at α = 0.3: f′(e^d) = (1 − e^(−0.3 d)) / 0.3; TRL's e^(−0.7 d) / −0.7.
  @Test func alphaIsThePapersAndTRLsIsItsMirrorImage() throws {
    func loss(_ g: (Double) -> Double) -> Double { logistic(0.1 * (g(1) - g(-0.5))) }
    expectClose(
      try lossAndGradient(FDPO(divergence: .alpha, alpha: 0.3), goldenPair()).loss,
      loss { (1 - exp(-0.3 * $0)) / 0.3 }, within: 1e-15)
    expectClose(
      try lossAndGradient(FDPO(divergence: .alphaTRL, alpha: 0.3), goldenPair()).loss,
      loss { exp(-0.7 * $0) / -0.7 }, within: 1e-15)
  }

  @Test func ratiosFarBelowStayFinite() throws {
    for divergence in FDPO.Divergence.allCases {
      let (loss, gradient) = try lossAndGradient(
        FDPO(divergence: divergence), flatPair(margin: -2000))
      #expect(loss.isFinite)
      #expect(gradient.allSatisfy { $0.isFinite })
    }
  }

  @Test func everyDivergenceKeepsEveryPromise() throws {
    for divergence in FDPO.Divergence.allCases {
      try expectPromises(of: FDPO(divergence: divergence))
    }
    #expect(
      try ObjectiveContracts.constantsOfALogRatioCancel(FDPO(divergence: .reverseKL)) == nil)
    #expect(try ObjectiveContracts.constantsOfALogRatioCancel(FDPO(divergence: .forwardKL)) != nil)
  }

  @Test func alphaIsReadForItsDivergenceAlone() throws {
    let (read, mistakes) = try readObjective("method: f-dpo\ndivergence: alpha\nalpha: 0.25")
    #expect(mistakes == [])
    #expect(read.options.map(\.name) == ["beta", "divergence", "alpha"])
    let mirrored = try readObjective("method: f-dpo\ndivergence: alpha-trl\nalpha: 0.25")
    #expect(mirrored.mistakes == [] && mirrored.objective.options.last?.value == "0.25")
    #expect(
      try readObjective("method: f-dpo\nalpha: 0.25").mistakes
        == ["recipe.yaml:2:8: alpha: f-dpo reads alpha with divergence: alpha or alpha-trl alone"])
    #expect(
      try readObjective("method: f-dpo\ndivergence: alpha\nalpha: 1").mistakes
        == ["recipe.yaml:3:8: alpha is 1; it must be above 0 and below 1"])
  }
}
