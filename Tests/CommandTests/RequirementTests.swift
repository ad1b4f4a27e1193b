import Testing

@testable import Command

@Suite struct RequirementTests {
  @Test func `a requirement is read with and without a subject`() {
    #expect(
      Requirement("win_rate > 0.5")
        == Requirement(quantity: "win_rate", relation: .above, bound: 0.5))
    #expect(
      Requirement("flip_rate<=0.1")
        == Requirement(quantity: "flip_rate", relation: .atMost, bound: 0.1))
    #expect(
      Requirement("exo - dpo: difference >= -1e-3")
        == Requirement(
          subject: "exo - dpo", quantity: "difference", relation: .atLeast, bound: -1e-3))
    // As it stands in YAML without quotes.
    for text in ["win_rate(exo/seed-0) > 0.5", " win_rate ( exo/seed-0 )>0.5"] {
      #expect(
        Requirement(text)
          == Requirement(
            subject: "exo/seed-0", quantity: "win_rate", relation: .above, bound: 0.5))
    }
    #expect(Requirement("exo(b=1): kl < 5")?.subject == "exo(b=1)")
    for wrong in [
      "win_rate() > 0.5", "(exo) > 1", "win_rate", "> 0.5", "win_rate > ", "win_rate > much",
      ": a > 1", "a > nan", "",
    ] {
      #expect(Requirement(wrong) == nil, "\(wrong)")
    }
  }

  /// Where the interval [0.4, 0.6] or an end of it lies decides, never the number itself.
  @Test func `an interval meets, misses, or cannot decide`() {
    func verdict(_ text: String, _ low: Double?, _ high: Double?) -> Requirement.Verdict? {
      Requirement(text)?.verdict(low: low, high: high)
    }
    #expect(verdict("x > 0.3", 0.4, 0.6) == .met)
    #expect(verdict("x > 0.4", 0.4, 0.6) == .undecided)
    #expect(verdict("x >= 0.4", 0.4, 0.6) == .met)
    #expect(verdict("x > 0.5", 0.4, 0.6) == .undecided)
    #expect(verdict("x > 0.6", 0.4, 0.6) == .missed)
    #expect(verdict("x >= 0.6", 0.4, 0.6) == .undecided)
    #expect(verdict("x < 0.7", 0.4, 0.6) == .met)
    #expect(verdict("x < 0.6", 0.4, 0.6) == .undecided)
    #expect(verdict("x <= 0.6", 0.4, 0.6) == .met)
    #expect(verdict("x < 0.4", 0.4, 0.6) == .missed)
    #expect(verdict("x <= 0.4", 0.4, 0.6) == .undecided)
    #expect(verdict("x > 0.3", nil, nil) == .undecided)
  }

  @Test func `one missed requirement outweighs one that cannot be decided`() throws {
    let met = try #require(Requirement("x > 0.3"))
    let open = try #require(Requirement("x > 0.5"))
    let missed = try #require(Requirement("x > 0.7"))
    func code(_ all: [Requirement]) -> ExitCode {
      var gate = Gate()
      for one in all { gate.hold(one, against: "x", low: 0.4, high: 0.6) }
      return gate.exitCode
    }
    #expect(code([]) == .success && code([met]) == .success)
    #expect(code([met, open]) == .undecided && code([open, missed]) == .expectationMissed)
    var gate = Gate()
    gate.hold(open, against: "0.5 [0.4, 0.6]", low: 0.4, high: 0.6)
    #expect(
      gate.verdicts.map(\.words) == ["--require 'x > 0.5': cannot be decided: 0.5 [0.4, 0.6]"])
  }

  @Test func `mistakes in requirements are one line`() {
    for (line, expected) in [
      (
        "judge a b --judge longer --require win_rate",
        "--require wants QUANTITY > NUMBER, as in 'win_rate > 0.5', not `win_rate`"
      ),
      (
        "judge a b --judge longer --require x>1",
        "--require wants one of win_rate, judge_win_rate, flip_rate, first_place, longer_wins, "
          + "agreement, kappa, not `x>1`"
      ),
      (
        "judge a b --judge longer --require-agreement 0.7",
        "plumb judge wants --calibration FILE, which holds agreement with people; "
          + "plumb judge --help says more"
      ),
      (
        "judge a b --judge longer --calibration c.json --stop-when decided",
        "--calibration does not go with --stop-when decided; leave one out"
      ),
      (
        "calibrate out -o c.json",
        "plumb calibrate wants --human FILE; plumb calibrate --help says more"
      ),
      (
        "calibrate out --human h.json",
        "plumb calibrate wants --output FILE; plumb calibrate --help says more"
      ),
      (
        "power --labels 100",
        "plumb power wants --agreement SHARE beside --labels; plumb power --help says more"
      ),
    ] {
      #expect {
        _ = try Invocation(line.split(separator: " ").map(String.init))
      } throws: { "\($0)" == expected }
    }
  }

  @Test func `a share's bound is one, and percent is told from it`() {
    let advice = "a number from 0 to 1, as win_rate is a share: 0.6 for 60 %"
    #expect(Requirement("win_rate < 60")?.shareAdvice == advice)
    #expect(Requirement("win_rate > -0.1")?.shareAdvice == advice)
    #expect(Requirement("flip_rate > 1.5")?.shareAdvice != nil)
    #expect(Requirement("truncated < 5")?.shareAdvice != nil)
    for right in ["win_rate >= 1", "win_rate > 0", "kl < 60", "reward > -2", "length < 40"] {
      #expect(Requirement(right)?.shareAdvice == nil, "\(right)")
    }
  }
}
