import Foundation
import Recipe
import Testing

@testable import Training

/// What does not fit together is refused before anything runs, all at once.
@Suite struct RoundsMistakesTests {
  func mistakes(_ stage: String) -> [String] {
    let text = """
      s:
        kind: rounds
        policy: ./model
        rounds: 2
        \(stage.replacingOccurrences(of: "\n", with: "\n  "))
      """
    do {
      _ = try RoundsBench.stages(text)
      return []
    } catch let error as RecipeError {
      return error.mistakes.map(\.message)
    } catch {
      return ["not a RecipeError: \(error)"]
    }
  }

  static let drawn = "prompts: openings\n"
  static let oracle = "oracle: {kind: cyclic}\n"

  @Test func aSoundStageHasNone() {
    #expect(mistakes("method: inpo\n" + Self.drawn + Self.oracle) == [])
    #expect(mistakes("method: spin\ndata: praise") == [])
    let members = "a: {weight: 2, kind: cyclic, flip: 0.1}, b: {weight: 1, kind: longer}"
    #expect(
      mistakes(
        "method: inpo\n" + Self.drawn + "oracle: {mixture: {\(members)}, flip: 0.05, noise_seed: 3}"
      )
        == [])
    #expect(mistakes("method: irl\ndata: praise\ninner: {method: rloo}") == [])
  }

  @Test(arguments: [
    ("method: spin", "s.data: is missing; spin needs demonstrations, rows of {prompt, completion}"),
    (
      "method: sail-dp\ntraining: {steps: 1}",
      "s.data: is missing; sail-dp needs pairs, rows of {prompt, chosen, rejected} or a sample stage"
    ),
    (
      "method: irl\ndata: praise\ninner: {}\ntraining: {steps: 1}",
      "s.training: inner takes the place of fitting; write inner.training"
    ),
    (
      "method: irl\ndata: praise\ninner: {}\nanchor: ema",
      "s.anchor: inner stays near a policy; set anchor: initial or previous, not ema"
    ),
    (
      "method: spin\ndata: pairs",
      "s.data: a sample stage holds no demonstrations; name data that does"
    ),
    (
      "method: sail-dp\ndata: reviews\ntraining: {steps: 1}",
      "s.data: generated reviews hold no candidates; name data or a sample stage"
    ),
    (
      "method: inpo\n" + drawn,
      "s.oracle: is missing; labels: oracle needs one, as in {kind: bradley-terry, reward: synthetic}"
    ),
    (
      "method: inpo\n" + drawn + "oracle: {kind: bradley-terry}",
      "s.oracle.reward: an oracle of kind bradley-terry needs one: synthetic, or a reward model's stage"
    ),
    (
      "method: inpo\n" + drawn + "oracle: {kind: cyclic, classes: 4}",
      "s.oracle.classes: 4 classes cannot beat one another in a cycle; take an odd number"
    ),
    (
      "method: inpo\n" + drawn + "oracle: {kind: cyclic, flip: 0.5}",
      "s.oracle.flip is 0.5; it must be at least 0 and below 0.5"
    ),
    (
      "method: inpo\n" + drawn + "oracle: {mixture: {a: {weight: 1, kind: cyclic}}}",
      "s.oracle.mixture: has 1 member; give two or more, each with its weight and kind"
    ),
    (
      "method: inpo\n" + drawn
        + "oracle: {mixture: {a: {kind: cyclic}, b: {weight: 1, kind: longer}}}",
      "s.oracle.mixture.a.weight is missing; expected a number"
    ),
    (
      "method: inpo\n" + drawn + oracle + "eta: 0.01\ntau: 0.1",
      "s.tau: inpo needs tau of at most eta, and 0.1 is above 0.01; lower tau or raise eta"
    ),
    (
      "method: inpo\ncandidates: 2\npairs: best-second\n" + drawn + oracle,
      "s.candidates: 2 are too few for pairs: best-second, which needs 3"
    ),
    (
      "method: inpo\ncandidates: 1\npairs: best-worst\n" + drawn + oracle,
      "s.candidates: 1 are too few for pairs: best-worst, which needs 2"
    ),
    (
      "method: best-of-m\nobjective: exo-rw\nanchor: initial\ncandidates: 1\nreward: synthetic\n"
        + drawn,
      "s.candidates: exo-rw compares at least 2 candidates, not 1"
    ),
    (
      "method: inpo\ncandidates: 5\n" + drawn + oracle,
      "s.candidates: 5 leave one over in pairs: iid; take an even number"
    ),
    (
      "method: inpo\nanchor: previous\n" + drawn + oracle,
      "s.anchor: inpo needs a reference and the previous round's policy; set anchor: both"
    ),
    (
      "method: sppo\nanchor: initial\n" + drawn + oracle,
      "s.anchor: sppo needs the previous round's policy; set anchor: previous"
    ),
    (
      "method: iterative-dpo\nanchor: none\nreward: synthetic\n" + drawn,
      "s.anchor: dpo-pref needs a reference policy; set anchor: initial, previous or ema"
    ),
    (
      "method: iterative-dpo\n" + drawn,
      "s.reward: labels: reward needs one: synthetic, or a reward model's stage"
    ),
    (
      "method: online-dpo\n" + drawn + oracle,
      "s.training.steps: is missing; rounds that continue one training need the steps of a round"
    ),
    (
      "method: iterative-dpo\nlabels: demonstration\nreward: synthetic\n" + drawn,
      "s.labels: demonstration needs demonstrations; set source: demonstrations"
    ),
    (
      "method: iterative-dpo\npairs: none\nreward: synthetic\n" + drawn,
      "s.pairs: dpo-pref compares pairs; choose iid, best-worst or best-second"
    ),
    (
      "method: spin\nobjective: best-of-m\nanchor: none\ndata: praise",
      "s.labels: best-of-m needs rewards, and demonstration gives none"
    ),
    (
      "method: irl\ndata: praise\nrefit: {step: linear, regularisation: 0}",
      "s.refit.regularisation: the linear step has no bound without it; give a number above 0"
    ),
    (
      "method: sail-pp\nanchor: previous\ntraining: {steps: 1}\n" + drawn,
      "s.anchor: labels: implicit need a reference other than the policy itself; set anchor: initial or ema"
    ),
    (
      "method: sail-pr\nsource: data\ndata: pairs\ncandidates: 4\ntraining: {steps: 1}\n" + oracle,
      "s.candidates: two samples take the place of a pair, not 4"
    ),
    (
      "method: inpa\n" + drawn + oracle,
      #"s.method is "inpa"; it must be one of spin, irl, iterative-dpo, online-dpo, online-ipo, "#
        + "sppo, dno, inpo, sail-dp, sail-pp, sail-pr, lire, best-of-m; did you mean \"inpo\"?"
    ),
  ])
  func aMistakeIsNamed(_ stage: String, _ message: String) {
    #expect(mistakes(stage).contains("stages." + message), "\(mistakes(stage))")
  }

  @Test func allMistakesComeAtOnce() {
    let found = mistakes(
      """
      method: inpo
      prompts: openings
      candidates: 5
      eta: 0.01
      tau: 0.1
      oracle: {kind: bradley-terry, temprature: 2}
      anchr: both
      """)
    #expect(
      found == [
        "stages.s.candidates: 5 leave one over in pairs: iid; take an even number",
        "stages.s.tau: inpo needs tau of at most eta, and 0.1 is above 0.01; lower tau or raise eta",
        "stages.s.oracle.reward: an oracle of kind bradley-terry needs one: synthetic, or a reward model's stage",
        #"unknown key "temprature" in stages.s.oracle; did you mean "temperature"?"#,
        #"unknown key "anchr" in stages.s; did you mean "anchor"?"#,
      ])
  }

  @Test func aPresetFillsEveryAxisAndARecipeOverrulesIt() throws {
    let text = """
      plain: {kind: rounds, method: inpo, policy: ./m, rounds: 2, prompts: openings, oracle: {kind: cyclic}}
      other:
        kind: rounds
        method: inpo
        policy: ./m
        rounds: 2
        prompts: openings
        oracle: {kind: cyclic}
        pairs: best-worst
        candidates: 5
      """
    let stages = try RoundsBench.stages(text).compactMap { $0.stage as? RoundsStage }
    #expect(stages.map(\.width) == [8, 5])
    #expect(stages.map(\.selection.rule) == [.iid, .bestWorst])
    #expect(stages.map(\.selection.verdict) == [.drawn, .drawn])
    #expect(stages.map(\.choices.anchor) == [.both, .both])
    #expect(stages[0].options["objective"] == "inpo")
    #expect(stages[0].title == "INPO")
  }

  @Test(arguments: [(10, 10), (10, 3), (7, 2), (1, 1), (200, 10)])
  func keptRoundsAreSpacedEvenlyAndTheLastIsKept(_ rounds: Int, _ kept: Int) throws {
    let text = """
      s: {kind: rounds, method: spin, policy: ./m, data: praise, rounds: \(rounds), checkpoint_rounds: \(kept)}
      """
    let stage = try #require(try RoundsBench.stages(text).first?.stage as? RoundsStage)
    let found = (1...rounds).filter(stage.isKept)
    #expect(found.count == kept)
    #expect(found.last == rounds)
    let gaps = zip(found, [0] + found).map { $0 - $1 }
    #expect((gaps.max() ?? 0) - (gaps.min() ?? 0) <= 1)
  }
}
