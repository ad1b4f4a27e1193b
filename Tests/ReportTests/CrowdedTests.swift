import Foundation
import Runs
import Testing

@testable import Report

/// Pages of more methods than a reader can tell apart by colour and marker.
@Suite struct CrowdedTests {
  private func input(_ methods: Int) -> ReportInput {
    var fixture = Fixture()
    fixture.methods = (1...methods).map { "Method \($0)" }
    return fixture.input()
  }

  private func page(_ methods: Int, _ options: ReportOptions = ReportOptions()) -> String {
    HTMLReport.render([input(methods)], options: options)
  }

  private func count(_ part: String, in text: String) -> Int {
    text.components(separatedBy: part).count - 1
  }

  /// One number beside each method's point, in the drawings of reward and of accuracy.
  @Test func figuresNumberTheMethodsAndShowEachOnce() {
    let page = page(17)
    #expect(count("<text class=\"num ", in: page) == 2 * 17)
    #expect(page.contains("<span>17 method 17-beta-0.1<small>Method 17;"))
    #expect(count("<text class=\"num ", in: self.page(16)) == 0)
  }

  /// Methods gain more the later they come, so the last stands first; its mirrored rates are there
  /// too, and a square holds its numbers for whoever points at it.
  @Test func theMatrixIsAHeatMapInOrderBelowItsFirstRowsAsATable() throws {
    let page = page(17)
    let map = try #require(page.range(of: "<svg class=\"heat\""))
    let drawn = page[map.lowerBound...]
    #expect(drawn.contains(#/>1 method 17-beta-0.1 {2}\d+<\/text>/#))
    let first = try #require(drawn.firstRange(of: ">1 method 17-beta-0.1"))
    let last = try #require(drawn.firstRange(of: ">18 sft"))
    #expect(first.lowerBound < last.lowerBound)
    // Everybody against everybody else.
    #expect(count("<rect class=\"w", in: page) == 18 * 17)
    #expect(
      drawn.contains(
        #/<rect class="w\d+"[^>]*><title>1 against 18: \d+\.\d.% \[[\d.]+, [\d.]+\]<\/title>/#))
    // The strongest eight stand in numbers too, which paper shows as well.
    #expect(page.contains("The 8 strongest of all. Win rate of the row"))
    #expect(count("<td class=\"self\"></td>", in: page) == 8)
    #expect(!self.page(15).contains("class=\"heat\""))
  }

  /// 17 methods of two seeds with two checkpoints of ten measurements each, and 136 pairs.
  @Test func measurementsThatDoNotFitAreCounted() {
    let all = page(17)
    #expect(!all.contains("not listed here"))
    let less = page(17, ReportOptions(maximumMeasurements: 900))
    #expect(
      less.contains(
        "136 win rates between methods are not listed here; they are in evaluation.json"))
    // Every checkpoint stands once among the methods, however little is measured of it.
    let name = "<td>method 17-beta-0.1/seed-0/step-100</td>"
    #expect(less.components(separatedBy: name).count > 2)
    let least = page(17, ReportOptions(maximumMeasurements: 100))
    #expect(
      least.contains(
        "136 win rates between methods are not listed here, nor 680 measurements of single "
          + "checkpoints; they are in evaluation.json"))
    #expect(least.components(separatedBy: name).count == 2)
    #expect(least.contains("<td>method 17-beta-0.1</td>"))
  }

  /// Twenty steps: the first two and the last two.
  @Test func trainingIsATableOfBeginningsAndEnds() throws {
    let ends = try #require(TrainingTable.ends(of: (1...20).map(Double.init)))
    #expect(ends == (1.5, 19.5))
    #expect(try #require(TrainingTable.ends(of: [3, .nan])) == (3, 3))
    #expect(TrainingTable.ends(of: [.infinity]) == nil)
    let page = page(17)
    #expect(page.contains("What training reported in its first steps → in its last ones"))
    #expect(!self.page(3).contains("in its first steps"))
  }

  @Test func costsOfAStagesSeedsAreAddedUp() throws {
    var input = input(1)
    input.costs = ["a seed 0", "b", "a seed 1"].map {
      PhaseCost(
        stage: $0, phase: "train", seconds: 10, peakMemory: 1 << 20, tokens: 5, oracleCalls: 2)
    }
    let page = HTMLReport.render([input])
    #expect(!page.contains("a seed"))
    let row = try #require(
      page.components(separatedBy: "<th scope=\"row\">a</th><td>train</td>").last)
    #expect(
      row.hasPrefix(
        "<td class=\"n\">20.0\u{A0}s</td><td class=\"n\">1.00\u{A0}MiB</td><td class=\"n\">10</td>"
          + "<td class=\"n\">0.500</td><td class=\"n\">4</td><td class=\"n\">2</td>"))
  }
}
