import Foundation
import Runs
import Statistics
import Testing

@testable import Evaluation

@Suite struct DensityRoundsTests {
  static func panels(
    _ world: TinyWorld, _ settings: EvaluationSettings, _ work: String = "density"
  ) throws -> [DensityPanel] {
    try EvaluatorTests.result(
      EvaluatorTests.evaluator(world, work, settings: settings).run()
    ).record.panels
  }

  static func settings(_ samples: Int, budget: Int) -> EvaluationSettings {
    var settings = EvaluatorTests.settings()
    settings.densityPrompts = 2
    settings.densitySamples = samples
    settings.densityBudget = budget
    settings.bootstrap = 100
    return settings
  }

  static func draws(_ panel: DensityPanel) -> [Int] { panel.curves.map { $0.draws ?? 0 } }

  @Test func theAverageComesFirstAndEveryMethodHasACurve() throws {
    let world = try TinyWorld()
    let panels = try Self.panels(world, Self.settings(128, budget: 128))
    #expect(panels.map(\.prompt) == ["", "p0", "p1"])
    #expect(panels.map(\.prompts) == [2, nil, nil])
    for panel in panels {
      #expect(panel.curves.map(\.policy) == ["optimal", "dpo/seed-0", "exo"])
      #expect(panel.making?.proposals == ["sft", "dpo/seed-0", "exo"])
      for curve in panel.curves {
        #expect(curve.ratio.count == panel.grid.count)
        #expect(curve.low?.count == panel.grid.count && curve.high?.count == panel.grid.count)
      }
    }
    // Of each of three policies, at one prompt and at two.
    #expect(Self.draws(panels[1]) == [384, 128, 128])
    #expect(Self.draws(panels[0]) == [768, 256, 256])
  }

  @Test func logZAndDivergencesAreThoseOfTheSums() throws {
    let world = try TinyWorld()
    let panel = try #require(
      try Self.panels(world, Self.settings(2000, budget: 2000)).first { $0.prompt == "p1" })
    let prompt = world.prompts[1].tokens
    let reference = try world.distribution(world.model(seed: 2), prompt)
    let texts = world.completions.map { "ba" + world.tokenizer.decode($0) }
    let tilted = zip(reference, texts).map { $0 * exp(LetterReward.reward($1) / 0.5) }
    let total = tilted.reduce(0, +)
    let making = try #require(panel.making)
    #expect(abs(try #require(making.logNormaliser) - log(total)) < 0.1)
    let optimum = tilted.map { $0 / total }
    let exo = try world.distribution(world.model(seed: 4), prompt)
    func divergence(_ one: [Double], _ other: [Double]) -> Double {
      zip(one, other).reduce(0) { $0 + $1.0 * log($1.0 / $1.1) }
    }
    let curve = try #require(panel.curves.first { $0.policy == "exo" })
    let (forward, reverse) = (divergence(optimum, exo), divergence(exo, optimum))
    #expect(abs(try #require(curve.forwardKL) - forward) < 0.15 * (1 + forward))
    #expect(abs(try #require(curve.reverseKL) - reverse) < 0.15 * (1 + reverse))
    let interval = try #require(curve.forwardInterval)
    #expect(interval[0] < interval[1] && interval[0] >= 0)
  }

  @Test func drawingGoesOnUntilItIsWorthEnough() throws {
    let world = try TinyWorld()
    // A few draws are not worth 100; the budget is not needed whole.
    let panels = try Self.panels(world, Self.settings(32, budget: 4096))
    for panel in panels.dropFirst() {
      let optimal = try #require(panel.curves.first)
      #expect(optimal.effectiveSampleSize >= 100)
      #expect(panel.samples > 32 && panel.samples < 4096)
      // Doubled from 32, whatever the round.
      #expect(panel.samples.nonzeroBitCount == 1)
      #expect(panel.making?.reachableBeta == nil)
    }
  }

  @Test func aBudgetThatEndsIsSaidWithABetaThatWouldDo() throws {
    let world = try TinyWorld()
    var settings = Self.settings(48, budget: 96)
    settings.densityBeta = .given(0.05)
    let panel = try #require(try Self.panels(world, settings).last)
    let optimal = try #require(panel.curves.first)
    #expect(panel.samples == 96)
    #expect(optimal.effectiveSampleSize < 100)
    #expect(optimal.isUnreliable && optimal.ratio.allSatisfy { $0 == nil })
    #expect(optimal.gaps?.map(\.reason) == [.weights])
    #expect(try #require(panel.making?.reachableBeta) > 0.05)
  }

  @Test func aBetaIsFoundThatTheBudgetCanReach() throws {
    let world = try TinyWorld()
    var settings = Self.settings(64, budget: 256)
    settings.densityBeta = .auto
    let panels = try Self.panels(world, settings)
    #expect(panels.allSatisfy { $0.making?.isBetaChosen == true })
    #expect(Set(panels.map(\.beta)).count == 1)
    let sizes = panels.dropFirst().compactMap { $0.curves.first?.effectiveSampleSize }
    #expect(sizes.allSatisfy { $0 > 60 })
  }

  @Test func drawsOfAnEarlierRoundStay() throws {
    let world = try TinyWorld()
    _ = try Self.panels(world, Self.settings(32, budget: 64), "small")
    _ = try Self.panels(world, Self.settings(32, budget: 128), "large")
    func journal(_ work: String, _ name: String) -> Data? {
      FileManager.default.contents(
        atPath: world.folder.appending(path: "\(work)/exo/\(name).jsonl").path)
    }
    let first = try #require(journal("small", "density-0"))
    #expect(!first.isEmpty && first == journal("large", "density-0"))
    #expect(journal("small", "density-1") == journal("large", "density-1"))
  }
}
