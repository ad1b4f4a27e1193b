import Report
import Runs
import Statistics
import Testing

@testable import Evaluation

@Suite struct SeedMeasuresTests {
  static func finding(_ values: [Double], _ measure: Measure = .reward) -> Finding {
    Findings(settings: EvaluationSettings()).finding(measure, values.map { [$0] }, "mean")
  }

  static func combined(_ findings: [Finding]) -> Finding? {
    SeedMeasures(settings: EvaluationSettings(), seeds: findings.map { [$0] }).all.first
  }

  @Test func seedsAreCrossedWithPrompts() throws {
    let values: [[Double]] = [[1, 2, 4, 3], [2, 2, 5, 4], [0, 3, 4, 1]]
    let found = try #require(Self.combined(values.map { Self.finding($0) }))
    // NumPy, as in the tests of ``Inference``.
    let interval = try #require(found.estimate?.interval)
    #expect(abs(interval.low + 0.264132054) < 1e-6 && abs(interval.high - 5.430798720) < 1e-6)
    #expect(
      found.measurement(of: "dpo").method
        == "mean, mean over 3 seeds; 95 % interval: crossed random effects, Satterthwaite, for "
        + "other seeds and other prompts; too few to tell how far it can be trusted")
  }

  @Test func sharesStayInsideTheirRange() throws {
    let found = try #require(
      Self.combined([[1, 1, 0, 1], [1, 1, 1, 1]].map { Self.finding($0, .truncated) }))
    let interval = try #require(found.estimate?.interval)
    #expect(interval.low >= 0 && interval.high == 1)
    #expect(found.spread.hasSuffix("two seeds settle nothing"))
  }

  @Test func seedsThatAgreeByChanceAreNotCertain() throws {
    let found = try #require(Self.combined([[0.5, 0.5], [0.5, 0.5]].map { Self.finding($0) }))
    #expect(found.estimate?.value == 0.5)
    #expect(found.estimate?.interval == nil)
    #expect(found.spread.hasPrefix("no interval; all values are equal"))
  }

  @Test func aMissingSeedLeavesNoValue() throws {
    let found = try #require(Self.combined([Self.finding([1, 2]), Self.finding([.nan, .nan])]))
    #expect(found.estimate == nil)
    #expect(found.measurement(of: "dpo").method == "mean; no value: a seed has none")
  }

  @Test func perplexitiesAreAveragedInTheExponent() throws {
    let found = try #require(
      Self.combined([[1, 1.5], [2, 2.5], [3, 3.5]].map { Self.finding($0, .perplexity) }))
    #expect(abs((found.estimate?.value ?? 0) - 9.487735836) < 1e-8)
    #expect(found.estimate?.interval?.low ?? 0 > 0)
  }

  /// One run through the evaluation's table, the comparison of its samples, and the page.
  @Test func tableComparisonAndPageGiveTheSameDigits() throws {
    var generator = SeededGenerator(seed: 5)
    var settings = EvaluationSettings()
    settings.confidence = 0.9
    let findings = Findings(settings: settings)
    var contenders: [Contender] = []
    var samples: [SampleRecord] = []
    for (group, shift) in [("dpo", 0.0), ("exo", 0.4)] {
      for seed in 0..<3 {
        let luck = 0.3 * generator.normal()
        let rewards = (0..<12).map { _ in
          (0..<2).map { _ in shift + luck + generator.normal() }
        }
        let policy = EvaluatedPolicy(
          id: "\(group)/seed-\(seed)", group: group, method: group.uppercased(), seed: seed,
          step: nil, isFinal: true, options: [:], weights: "")
        contenders.append(
          Contender(
            policy: policy, findings: [findings.finding(.reward, rewards, "mean")],
            rewards: rewards))
        for (prompt, values) in rewards.enumerated() {
          for (index, reward) in values.enumerated() {
            samples.append(
              SampleRecord(
                policy: policy.id, prompt: "p\(prompt)", dialogue: "p\(prompt)", index: index,
                text: "t", tokens: 1, finished: true, logProbability: -1, reward: reward))
          }
        }
      }
    }
    let record = EvaluationRecord(
      reference: "sft", policies: contenders.map(\.policy),
      measurements: Tournament(
        settings: settings, contenders: contenders, rewardName: "judge", taken: []
      ).measurements, bestOf: nil, panels: [], protocolNotes: [])
    let input = ReportInput(name: "run", evaluation: record, samples: samples)
    #expect(record.confidence == 0.9)
    let comparison = try Comparison(
      Comparison.groups(of: input), confidence: record.confidence)
    let page = HTMLReport.render([input])
    #expect(page.contains("90\u{A0}% interval") && !page.contains("95\u{A0}% interval"))
    for standing in comparison.standings {
      let kept = try #require(
        record.measurements.first { $0.name == "reward" && $0.subject == standing.name })
      #expect(kept.value == standing.reward.value)
      #expect(kept.low == standing.reward.interval?.low)
      #expect(kept.high == standing.reward.interval?.high)
      let printed = PrintedEstimate(standing.reward)
      #expect(page.contains("<b>\(printed.value)</b><span>\(printed.interval ?? "none")</span>"))
    }
    let contrast = try #require(comparison.contrasts.first)
    let rate = try #require(
      record.measurements.first {
        $0.name == "win_rate" && $0.subject == "dpo" && $0.reference == "exo"
      })
    let turned = contrast.first == "dpo"
    let value = contrast.winRate.value
    #expect(abs((rate.value ?? 0) - (turned ? value : 1 - value)) < 1e-12)
    let width = (rate.high ?? 0) - (rate.low ?? 0)
    let interval = try #require(contrast.winRate.interval)
    #expect(abs(width - (interval.high - interval.low)) < 1e-9)
  }
}
