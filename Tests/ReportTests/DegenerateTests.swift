import Foundation
import Runs
import Testing

@testable import Report

/// Records that are thinner, odder or more broken than usual still give an honest page.
@Suite struct DegenerateTests {
  private func record(
    _ policies: [EvaluatedPolicy] = [], _ measurements: [Runs.Measurement] = []
  ) -> EvaluationRecord {
    EvaluationRecord(
      reference: "sft", policies: policies, measurements: measurements, bestOf: nil, panels: [],
      protocolNotes: [])
  }

  private func policy(_ id: String, _ group: String, seed: Int? = nil, isFinal: Bool = true)
    -> EvaluatedPolicy
  {
    EvaluatedPolicy(
      id: id, group: group, method: group.uppercased(), seed: seed, step: nil, isFinal: isFinal,
      options: [:], weights: "")
  }

  private func measurement(
    _ name: String, _ subject: String, against reference: String? = nil, _ value: Double?,
    _ low: Double? = nil, _ high: Double? = nil, unit: String = "",
    direction: Direction = .higher, nonfinite: Int = 0
  ) -> Runs.Measurement {
    Measurement(
      name: name, subject: subject, reference: reference, value: value, low: low, high: high,
      count: 8, clusters: 4, unit: unit, direction: direction, method: "how", nonfinite: nonfinite)
  }

  @Test func anEmptyRecordGivesAPage() {
    let page = HTMLReport.render([ReportInput(name: "empty", evaluation: record())])
    #expect(page.contains("No headline measurement was recorded."))
    #expect(page.contains("evaluates the reference policy <code>sft</code> alone."))
    #expect(page.contains("No samples were recorded."))
    #expect(!page.contains("id=\"frontier\""))
    #expect(!page.contains("id=\"samples\""))
  }

  @Test func onePolicyIsNotRanked() {
    let page = HTMLReport.render([
      ReportInput(
        name: "one",
        evaluation: record(
          [policy("sft", "sft"), policy("dpo", "dpo")],
          [measurement("reward", "dpo", 1.25, 1.0, 1.5), measurement("kl", "dpo", 2, 1.9, 2.1)]))
    ])
    #expect(!page.contains("<i title=\"best point estimate in this column\">"))
    #expect(page.contains("The highest mean reward is 1.25 [1.00, 1.50], reached by "))
    #expect(page.contains("id=\"reward-kl-t\""))
  }

  @Test func missingAndNonfiniteValuesAreSaidAndNotDrawn() {
    let page = HTMLReport.render([
      ReportInput(
        name: "odd",
        evaluation: record(
          [policy("sft", "sft"), policy("a", "a"), policy("b", "b")],
          [
            measurement("reward", "a", nil, nonfinite: 2), measurement("kl", "a", .nan),
            measurement("reward", "b", .infinity), measurement("kl", "b", 1),
          ]),
        steps: [("a", 0, [StepRecord(step: 1, metrics: ["loss": .nan])])])
    ])
    #expect(page.contains("3 measurements could not be computed."))
    #expect(page.contains("2 values were not finite, excluded and counted."))
    #expect(page.contains("1 value not finite and left out."))
    #expect(page.contains("<b>not finite</b>"))
    #expect(!page.contains("id=\"reward-kl-t\""))
  }

  @Test func unknownMeasurementsAreListed() {
    let page = HTMLReport.render([
      ReportInput(
        name: "new",
        evaluation: record([policy("a", "a")], [measurement("sparkle", "a", 3, 2.5, 3.5)]))
    ])
    #expect(page.contains("<tr><td>sparkle</td><td>a</td><td></td><td class=\"n\">3.00</td>"))
    #expect(page.contains("<dt><code>sparkle</code></dt><dd>Not described by this program."))
  }

  @Test func seedsStandAloneWhereNothingWasMeasuredOverThem() {
    let page = HTMLReport.render([
      ReportInput(
        name: "seeds",
        evaluation: record(
          [policy("d/0", "d", seed: 0), policy("d/1", "d", seed: 1)],
          [measurement("reward", "d/0", 1), measurement("reward", "d/1", 2)]))
    ])
    #expect(page.contains("<span>d<small>seed 0; n\u{A0}8\u{A0}/\u{A0}4</small></span>"))
    #expect(page.contains("<span>d<small>seed 1; n\u{A0}8\u{A0}/\u{A0}4</small></span>"))
    #expect(page.contains("It has no interval, so nothing here says whether its lead is more"))
  }

  @Test func theHeadlineRowIsAsDesigned() {
    let page = HTMLReport.render([
      ReportInput(
        name: "golden",
        evaluation: record(
          [policy("sft", "sft"), policy("a", "a"), policy("b", "b")],
          [
            measurement("reward", "a", 0.8412, 0.7, 0.98),
            measurement("reward", "b", 0.5, 0.4, 0.6),
            measurement(
              "win_rate", "a", against: "sft", 0.57, 0.472154, 0.662667, unit: "share"),
          ]))
    ])
    let cells =
      "<td class=\"n best\"><i title=\"best point estimate in this column\">★</i><b>0.84</b>"
      + "<span>[0.70, 0.98]</span></td>"
      + "<td class=\"n\"><b>57.0\u{A0}%</b><span>[47.2, 66.3]</span></td></tr>"
    #expect(page.contains(cells))
    #expect(
      page.contains("</svg><span>a<small>n\u{A0}8\u{A0}/\u{A0}4</small></span></th>" + cells))
  }

  @Test func equalsHaveNoStar() {
    func page(_ second: Double) -> String {
      HTMLReport.render([
        ReportInput(
          name: "equals",
          evaluation: record(
            [policy("sft", "sft"), policy("a", "a"), policy("b", "b")],
            [measurement("reward", "a", 0.5), measurement("reward", "b", second)]))
      ])
    }
    let star = "<i title=\"best point estimate in this column\">"
    #expect(!page(0.5).contains(star))
    #expect(page(0.6).contains(star))
  }

  @Test func whatWasRequiredStandsOnThePage() {
    var input = ReportInput(
      name: "gates",
      evaluation: record([policy("sft", "sft"), policy("a", "a")], [measurement("reward", "a", 1)]))
    input.gates = GateRecord(conditions: [
      GateRecord.Condition(
        key: "evaluation.require", condition: "a: reward > 0.5",
        numbers: [GateRecord.Number(shown: "a <b>", low: 0.6, high: 1, verdict: .met)]),
      GateRecord.Condition(
        key: "judging.require", condition: "win_rate > 0.5",
        numbers: [
          GateRecord.Number(shown: "a 60 %", low: 0.4, high: 0.8, verdict: .undecided),
          GateRecord.Number(shown: "b 40 %", low: 0.3, high: 0.45, verdict: .missed),
        ]),
    ])
    #expect(input.gates?.verdict == .missed)
    let page = HTMLReport.render([input])
    #expect(page.contains("<strong>Of 2 required conditions, 1 met, 1 missed.</strong>"))
    #expect(page.contains("<code>a: reward &gt; 0.5</code><small>evaluation.require</small>"))
    #expect(page.contains("<td>a &lt;b&gt;</td><td>met</td>"))
    #expect(page.contains("rowspan=\"2\"") && page.contains("cannot be decided"))
  }

  @Test func oppositeCellsOfTheMatrixSumToOneHundred() {
    let page = HTMLReport.render([
      ReportInput(
        name: "wins",
        evaluation: record(
          [policy("a", "a"), policy("b", "b")],
          [measurement("win_rate", "a", against: "b", 0.7, 0.6, 0.8, unit: "share")]))
    ])
    #expect(page.contains("<td class=\"n w7\"><b>▲ 70.0</b><span>[60.0, 80.0]</span></td>"))
    #expect(
      page.contains("<td class=\"n w3\"><b>▼ <em>30.0</em></b><span>[20.0, 40.0]</span></td>"))
  }

  @Test func wideRangesOfKLGetALogarithmicAxis() {
    let page = HTMLReport.render([
      ReportInput(
        name: "wide",
        evaluation: record(
          [policy("a", "a"), policy("b", "b")],
          [
            measurement("reward", "a", 1), measurement("kl", "a", 0.01, unit: "nats"),
            measurement("reward", "b", 2), measurement("kl", "b", 10, unit: "nats"),
          ]))
    ])
    #expect(page.contains("KL to reference (nats), logarithmic"))
  }

  @Test func groupsOfOneMethodAreToldApartByTheirOptions() {
    func policy(_ group: String, beta: String) -> EvaluatedPolicy {
      EvaluatedPolicy(
        id: group, group: group, method: "DPO-pref", seed: nil, step: nil, isFinal: true,
        options: ["beta": beta, "K": "2"], weights: "")
    }
    let study = Study.all([
      ReportInput(
        name: "sweep", evaluation: record([policy("x", beta: "0.1"), policy("y", beta: "0.5")]))
    ])[0]
    #expect(study.groups.map(\.words) == ["DPO-pref, beta 0.1", "DPO-pref, beta 0.5"])
    // The page calls them as the terminal does.
    #expect(study.groups.map(\.label) == ["x", "y"])
    #expect(Comparison.groups(of: study.input).map(\.name) == ["x", "y"])
    #expect(study.groups[0].style != study.groups[1].style)
  }

  @Test func manyGroupsStillDifferInStyle() {
    let methods = (0..<12).flatMap { method in (0..<3).map { _ in "method \(method)" } }
    let styles = SeriesStyle.styles(forMethods: methods)
    for (index, style) in styles.enumerated() {
      #expect(!styles[..<index].contains(style), "style \(index)")
    }
  }

  @Test func aLargeRunStaysBelowTwoMegabytes() {
    let input = Fixture(
      methods: ["DPO-pref", "EXO-pref", "DPO-rw", "EXO-rw", "PPO", "LIRE"], seeds: 3,
      checkpoints: 5, prompts: 64, samplesPerPrompt: 4, steps: 300, panels: 4
    ).input()
    let size = HTMLReport.render([input]).utf8.count
    #expect(size < 2_000_000 && size > 500_000)
  }
}
