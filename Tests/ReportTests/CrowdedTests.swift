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
    // By the numbers of the other figures.
    #expect(drawn.contains(#/>17 method 17-beta-0.1 {2}\d+<\/text>/#))
    let first = try #require(drawn.firstRange(of: ">17 method 17-beta-0.1"))
    let last = try #require(drawn.firstRange(of: ">ref sft"))
    #expect(first.lowerBound < last.lowerBound)
    // Everybody against everybody else.
    #expect(count("<rect class=\"w", in: page) == 18 * 17)
    #expect(
      drawn.contains(
        #/<rect class="w\d+"[^>]*><title>17 against ref: \d+\.\d.% \[[\d.]+, [\d.]+\]<\/title>/#))
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

  /// A line holds two methods with all their rewards; of seventeen those who rose and fell most.
  @Test func aPromptOfManyMethodsNamesTheBestAndTheWorst() throws {
    let rewards = [0.5] + (1...17).map { Double($0) / 10 }
    var input = input(17)
    let finals =
      ["sft"]
      + input.evaluation.policies.filter(\.isFinal).map(\.id).filter {
        $0.contains("seed-0")
      }
    for index in input.samples.indices {
      let place = finals.firstIndex(of: input.samples[index].policy)
      input.samples[index].reward = place.map { rewards[$0] } ?? 0
    }
    let page = HTMLReport.render([input])
    let line = try #require(page.firstMatch(of: /<span class="sums">.*/)).output
    #expect(
      line.hasPrefix(
        "<span class=\"sums\"><span>sft 0.500</span> <span>method 17-beta-0.1 1.700 (+1.200)</span> "
          + "<span>method 1-beta-0.1 0.100 (▼−0.400)</span> <span>4 of 17 worse</span></span>"),
      "\(line)")
    #expect(self.page(3).contains("<span>method 2-beta-0.1 "))
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
