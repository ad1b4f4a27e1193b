import Foundation
import Runs
import Testing

@testable import Report

/// The first tables and the drawing of many policies.
@Suite struct HeadlineTests {
  private func column(_ name: String, _ comparison: Study.Comparison = .none)
    -> HeadlineSection.Column
  {
    HeadlineSection.Column(title: name, name: name, comparison: comparison)
  }

  private func page(_ methods: Int) -> String {
    var fixture = Fixture()
    fixture.methods = (1...methods).map { "Method \($0)" }
    return HTMLReport.render([fixture.input()])
  }

  @Test func `every column stands in one view, of at most six`() {
    let columns = [
      column("reward"), column("held_out_reward"), column("reward_gap"),
      column("classifier_accuracy"), column("kl"), column("win_rate", .reference),
      column("win_rate", .chosen), column("preference_accuracy"), column("chosen_log_ratio"),
      column("rejected_log_ratio"), column("prompts_worse"), column("length"), column("truncated"),
      column(JudgedRate.name, .reference), column("something_new"),
    ]
    let views = HeadlineView.all(of: columns)
    #expect(
      views[0].columns.map(\.name)
        == ["reward", "kl", "win_rate", JudgedRate.name, "held_out_reward", "prompts_worse"])
    #expect(views.map(\.title) == ["Main", "Rewards and wins", "Labelled pairs", "Texts"])
    #expect(views.allSatisfy { (1...6).contains($0.columns.count) })
    #expect(Set(views.flatMap(\.columns)) == Set(columns))
    #expect(views.flatMap(\.columns).count == columns.count)
  }

  @Test func `few columns are one table, and a few more are two`() {
    let few = ["reward", "kl", "length"].map { column($0) }
    #expect(HeadlineView.all(of: few).map(\.columns) == [few])
    let more =
      few + ["truncated", "prompts_worse", "held_out_reward", "reward_gap"].map { column($0) }
    #expect(HeadlineView.all(of: more).map(\.title) == ["Main", "More"])
  }

  @Test func `more than eight policies are drawn, the best first, and stand in the table too`()
    throws
  {
    let page = page(9)
    let forest = try #require(page.range(of: "<svg class=\"forest\""))
    let end = try #require(page.range(of: "</svg>", range: forest.upperBound..<page.endIndex))
    let drawing = page[forest.lowerBound..<end.lowerBound]
    // Methods of the fixture gain more the later they come.
    let last = try #require(drawing.range(of: "</title>method 9-beta-0.1</text>"))
    let first = try #require(drawing.range(of: "</title>method 1-beta-0.1</text>"))
    #expect(last.lowerBound < first.lowerBound)
    #expect(page.contains("<summary>The numbers of 1"))
    #expect(page.contains("<table class=\"headline sortable\">"))
    #expect(!self.page(8).contains("class=\"forest\""))
  }

  @Test func `a column has one number of decimals, and 0 is 0`() {
    func found(_ value: Double, _ low: Double?, _ high: Double?) -> Runs.Measurement {
      Runs.Measurement(
        name: "kl", subject: "dpo", reference: nil, value: value, low: low, high: high, count: 4,
        clusters: 4, unit: "nats", direction: .neutral, method: "")
    }
    let column = [found(3.6, 1, 13.4), found(0.99, 0.73, 1.34), found(7, 0.01, 4377)]
    #expect(PrintedEstimate.decimals(of: column) == 1)
    #expect(PrintedEstimate.decimals(of: [column[1]]) == 2)
    #expect(PrintedEstimate(column[1], decimals: 1).phrase == "1.0 [0.7, 1.3]")
    #expect(PrintedEstimate(found(0, nil, nil), decimals: 2).value == "0")
    #expect(PrintedEstimate.decimals(of: [found(0, nil, nil)]) == nil)
  }
}
