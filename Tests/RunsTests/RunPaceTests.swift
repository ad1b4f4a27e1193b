import Testing

@testable import Runs

@Suite struct RunPaceTests {
  private func part(
    _ name: String, family: String? = nil, kind: String = "align", _ foreseen: Double?,
    begun: Double = 0, share: Double = 0, seconds: Double = 0
  ) -> RunPace.Part {
    var part = RunPace.Part(name: name, family: family ?? name, kind: kind, foreseen: foreseen)
    (part.begun, part.share, part.seconds) = (begun, share, seconds)
    return part
  }

  @Test func `nothing is said before anything was measured`() {
    #expect(RunPace([part("a", 10), part("b", 20)]).left == nil)
    // The first second of a long training says nothing either.
    #expect(RunPace([part("a", 1000, share: 0.001, seconds: 1)]).left == nil)
    // What was done before this process is not measured by it.
    #expect(RunPace([part("a", 10, begun: 1, share: 1), part("b", 20)]).left == nil)
    #expect(RunPace([part("a", 10, begun: 1, share: 1)]).left == .init(seconds: 0))
  }

  @Test func `what is foreseen of the rest is scaled by what the work so far took`() {
    // A half of 10 foreseen seconds took 15: three times as long. 15 are left of it, and 3 · 20 of the other.
    let pace = RunPace([part("a", 10, share: 0.5, seconds: 15), part("b", 20)])
    #expect(pace.left == .init(seconds: 15 + 60))
    // From 0.4 to 0.5 in 3 seconds: 30 for all of it, and so 15 for the rest.
    let resumed = RunPace([part("a", 10, begun: 0.4, share: 0.5, seconds: 3), part("b", 20)])
    #expect(abs((resumed.left?.seconds ?? 0) - (15 + 60)) < 1e-9)
  }

  @Test func `other seeds take what this one took, and kinds are not mixed`() {
    let pace = RunPace([
      part("a seed 0", family: "a", 10, share: 1, seconds: 40),
      part("a seed 1", family: "a", 10), part("b", 10),
      part("evaluation", kind: "evaluation", 100, share: 0.5, seconds: 50),
      part("exams", kind: "evaluation", 8),
    ])
    // 40 for the seed, 4 · 10 for the other training, 50 for the rest of the evaluation, 8 as foreseen.
    #expect(pace.left == .init(seconds: 40 + 40 + 50 + 8))
  }

  @Test func `what nobody can foresee is named, until it is measured itself`() {
    let measured = part("a", 10, share: 1, seconds: 20)
    let pace = RunPace([measured, part("b", 10), part("judging", kind: "judging", nil)])
    #expect(pace.left == .init(seconds: 20, uncounted: ["judging"]))
    #expect(RunPace([measured, part("judging", kind: "judging", nil)]).left == nil)
    let judging = part("judging", kind: "judging", nil, share: 0.25, seconds: 10)
    #expect(RunPace([measured, judging]).left == .init(seconds: 30))
  }

  @Test func `what takes no time and what others make are left out`() {
    var other = part("c", 1000)
    other.isOwn = false
    let pace = RunPace([
      part("words", kind: "tokenizer", 0), part("a", 10, share: 0.5, seconds: 5), other,
    ])
    #expect(pace.left == .init(seconds: 5))
  }
}
