import Recipe
import Testing
import Torch
import Training

@testable import Theory

@Suite struct ClaimTests {
  @Test(arguments: ClaimRegistry.all.indices)
  func `every claim has its known verdict and its golden digits`(index: Int) throws {
    let result = try ClaimRegistry.all[index].examine()
    for finding in result.evidence.findings where finding.role == .known {
      #expect(finding.holds, "\(result.claim.name): \(finding)")
    }
    let broken = result.evidence.findings.filter { $0.role == .claimed && !$0.holds }
    #expect(result.verdict == result.claim.known, "\(result.claim.name): \(broken)")
    #expect(result.isAsKnown)
    #expect(result.deciding != nil)
    #expect(result.evidence.curves.allSatisfy { !$0.points.isEmpty })
  }

  @Test
  func `a claim has a name of its own among those of its paper, and a reason for every number`()
    throws
  {
    let names = ClaimRegistry.all.map { "\($0.paper.name): \($0.name)" }
    #expect(Set(names).count == names.count)
    #expect(ClaimRegistry.all.allSatisfy { $0.statement.hasSuffix(".") })
    for finding in try EXOClaims.all[0].examine().evidence.findings {
      #expect(!finding.tolerance.reason.isEmpty)
    }
  }

  // MARK: Verdicts can turn

  private func verdict(_ claim: Claim) throws -> Verdict { try claim.examine().verdict }

  @Test func `the forward loss under the reverse theorem's name is found out`() throws {
    #expect(
      try verdict(EXOClaims.limit("Theorem 3.2", of: DPORw(), forward: false, known: [:]))
        == .doesNotHold)
    #expect(
      try verdict(EXOClaims.limit("Theorem 3.3", of: EXORw(), forward: true, known: [:]))
        == .doesNotHold)
    #expect(try verdict(EXOClaims.exactness(of: DPORw(), and: DPORw())) == .doesNotHold)
    #expect(
      try verdict(
        EXOClaims.seeking(of: DPORw(betaPi: 1, betaR: 1), and: EXORw(betaPi: 1, betaR: 1)))
        == .doesNotHold)
  }

  @Test func `temperatures that are exchanged, doubled or left out are found out`() throws {
    #expect(
      try verdict(EXOClaims.maximiser { EXORw(betaPi: 2 * $0, betaR: $1) }) == .doesNotHold)
    #expect(
      try verdict(
        EXOClaims.limit("3.2", of: EXORw(betaPi: 0.5, betaR: 1), forward: false, known: [:]))
        == .doesNotHold)
    #expect(try verdict(DPOClaims.minimiser(of: DPOPref(beta: 1))) == .doesNotHold)
    #expect(try verdict(INPOClaims.step { INPO(eta: $0, tau: $1 / 2) }) == .doesNotHold)
    #expect(
      try verdict(INPOClaims.proposition(of: INPO(eta: 1, tau: 0.2))) == .doesNotHold)
    #expect(try verdict(SelfPlayClaims.power { SPIN(lambda: 2 * $0) }) == .doesNotHold)
    #expect(
      try verdict(SelfPlayClaims.softLabels { DNO(beta: $1, eta: $0) }) == .doesNotHold)
  }

  @Test func `another noise, no correction for it and labels of another worth are found out`()
    throws
  {
    #expect(
      try verdict(NoisyOracleClaims.ends(at: { World.game.flipped($0 / 2) })) == .doesNotHold)
    #expect(try verdict(NoisyOracleClaims.ends(at: { _ in World.game })) == .doesNotHold)
    #expect(
      try verdict(NoisyOracleClaims.corrected { DPOPref(beta: 0.5, labelSmoothing: $0) })
        == .doesNotHold)
    #expect(
      try verdict(NoisyOracleClaims.corrected { RobustDPO(beta: 0.5, labelSmoothing: $0 / 2) })
        == .doesNotHold)
    #expect(try verdict(OpponentClaims.step(stake: 1)) == .doesNotHold)
  }

  @Test func `another objective in the place of the right one is found out`() throws {
    #expect(try verdict(IPOClaims.minimiser { DPOPref(beta: $0) }) == .doesNotHold)
    #expect(try verdict(IPOClaims.online { DPOPref(beta: $0) }) == .doesNotHold)
    #expect(try verdict(BestOfClaims.distribution(of: DPORw())) == .doesNotHold)
    #expect(
      try verdict(
        SAILClaims.gradient("SAIL-PR", of: DPOPref(beta: 0.5), beta: 0.5, own: false))
        == .doesNotHold)
    #expect(try verdict(IRLClaims.surrogate(.logSigmoid)) == .doesNotHold)
    #expect(try verdict(LIREClaims.gradient(of: EXORw())) == .doesNotHold)
    #expect(try verdict(LIREClaims.largeGroups { LIRE(listTemperature: $0 + 1) }) == .doesNotHold)
    #expect(try verdict(PolicyGradientClaims.exact("GRPO", of: GRPO(), samples: 3)) == .doesNotHold)
    #expect(
      try verdict(PolicyGradientClaims.ends("", of: Indifferent(), samples: 2)) == .doesNotHold)
    #expect(try verdict(DPOClaims.online(of: IPO(tau: 0.5))) == .doesNotHold)
  }

  /// The likelihood of best-of-m as it once was, the mean over each completion's tokens: texts of
  /// different lengths tell it from the sum.
  @Test func `a likelihood that pulls towards short texts is found out`() throws {
    let means = BestOfM(normalisation: .mean)
    #expect(try verdict(BestOfClaims.nothingSelected(by: means)) == .doesNotHold)
    #expect(try verdict(BestOfClaims.distribution(of: means)) == .doesNotHold)
    #expect(try verdict(LanguageModelClaims.nothingSelected(by: means)) == .doesNotHold)
    #expect(try verdict(BestOfClaims.nothingSelected(by: BestOfM())) == .confirmed)
  }

  @Test func `responses and completions differ in length`() {
    #expect(World.rewarded.lengths == [1, 2, 3, 4] && World.game.lengths == [1, 2, 3, 4])
    // 0.4 + 0.6 + 0.6 + 0.4.
    #expect(abs(World.rewarded.expectedLength(World.rewarded.reference) - 2) < 1e-15)
    #expect(Set(TinyLanguage.completions.map(\.count)) == [1, 2, 3])
  }

  @Test func `a model's wrong temperature, estimator, objective or reward is found out`() throws {
    #expect(try verdict(LanguageModelClaims.sampler(temperature: 1.1)) == .doesNotHold)
    #expect(try verdict(LanguageModelClaims.divergence(.k2)) == .doesNotHold)
    #expect(
      try verdict(
        LanguageModelClaims.trained("x", "method: rloo, training: {learning_rate: 0.00001}"))
        == .doesNotHold)
  }

  @Test func `the tiny language lists every completion once, and the end is last`() throws {
    let all = TinyLanguage.completions
    #expect(all.count == 15 && Set(all).count == 15)
    #expect(
      all.allSatisfy { tokens in
        tokens.last == TinyLanguage.end
          ? !tokens.dropLast().contains(TinyLanguage.end)
          : tokens.count == TinyLanguage.longest && !tokens.contains(TinyLanguage.end)
      })
    // "aab" after "a": three a and a b.
    let rewards = try TinyLanguage(seed: 1).rewards()
    let place = try #require(all.firstIndex(of: [0, 0, 1]))
    #expect(rewards[0][place] == 2.5)
  }

  @Test func `a sign that is turned is found out`() throws {
    let gradient = try EXOClaims.limit("3.2", of: Turned(), forward: false, known: [:]).examine()
    #expect(gradient.verdict == .doesNotHold)
    #expect(gradient.deciding?.holds == false)
  }

  @Test func `a known number that is missed is no verdict on the paper, and is told`() throws {
    let claim = EXOClaims.limit("Theorem 3.2", of: EXORw(), forward: false, known: [2: 0.56])
    let result = try claim.examine()
    #expect(result.verdict == .confirmed)
    #expect(!result.isAsKnown)
    let other = Claim(.exo, "x", "y.", known: .doesNotHold) { Evidence([]) }
    #expect(try !other.examine().isAsKnown)
  }
}

/// EXO-rw with its sign turned.
private struct Turned: Objective {
  static let name = "turned"
  static let title = "turned"
  static let card = MethodCard(summary: "", formula: "", paper: "", watch: "")
  init() {}
  init(from section: Section) {}
  var needs: ObjectiveNeeds { EXORw().needs }
  var options: [(name: String, value: String)] { [] }
  func loss(_ candidates: Candidates) throws(TorchError) -> Tensor {
    try -EXORw().loss(candidates)
  }
}

/// A method that learns nothing: every sample is worth the same.
private struct Indifferent: RolloutObjective {
  static let name = "none"
  static let title = "none"
  static let card = MethodCard(summary: "", formula: "", paper: "", watch: "")
  static let usual = RLOO.usual
  init() {}
  init(from section: Section) {}
  var options: [(name: String, value: String)] { [] }
  func credit(_ episodes: [Episode], samples: Int, kl: Double) -> [Credit] {
    episodes.map { Credit(whole: 1, tokens: $0.old.count) }
  }
  func losses(_ rollout: Rollout) throws(TorchError) -> Tensor {
    try PolicyGradient().losses(rollout)
  }
}
