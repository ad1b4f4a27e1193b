import Foundation
import Runs
import Testing

@testable import Report

@Suite struct DensitySectionTests {
  static func section(_ change: (inout ReportInput) -> Void = { _ in }) throws -> String {
    var input = Fixture(panels: 3).input()
    change(&input)
    let study = try #require(Study.all([input]).first)
    return try #require(DensitySection(study: study, options: ReportOptions()).html).source
  }

  @Test func everyMethodHasADrawingForEveryPrompt() throws {
    var (prompts, methods) = (0, 0)
    let source = try Self.section { input in
      prompts = input.evaluation.panels.count
      methods = input.evaluation.panels[0].curves.count - 1
    }
    #expect(prompts > 1 && methods > 1)
    #expect(source.split(separator: "<h4>").count - 1 == prompts * methods)
    #expect(source.split(separator: "class=\"densities\"").count - 1 == prompts)
    // Bands, hatching with its reason, and what an interval means.
    #expect(source.contains("class=\"band ci\"") && source.contains("class=\"hatch\""))
    #expect(source.contains("few of the reference near"))
    #expect(source.contains("hold pointwise"))
  }

  @Test func tooFewDrawsAreNamedInsteadOfACurve() throws {
    let source = try Self.section { input in
      for panel in input.evaluation.panels.indices {
        for curve in input.evaluation.panels[panel].curves.indices
        where input.evaluation.panels[panel].curves[curve].policy == "optimal" {
          var thin = input.evaluation.panels[panel].curves[curve]
          thin.ratio = thin.ratio.map { _ in nil }
          thin.effectiveSampleSize = 34
          let grid = input.evaluation.panels[panel].grid
          thin.gaps = [.init(from: grid[0], to: grid[grid.count - 1], reason: .weights)]
          input.evaluation.panels[panel].curves[curve] = thin
        }
      }
    }
    #expect(source.contains("optimal policy: too few draws"))
    #expect(
      source.contains(
        "The draws are worth 34.0 of the optimal policy, and not 100; with β 0.800 they would be."))
  }

  @Test func theAverageIsNamedAsOne() throws {
    let source = try Self.section { input in
      input.evaluation.panels[0].prompt = ""
      input.evaluation.panels[0].prompts = 4
    }
    #expect(source.contains("Average over 4 prompts"))
    #expect(source.contains("log π_ref less its mean"))
  }

  @Test func ratiosOfAnEarlierVersionAreNamedAndNotDrawn() throws {
    let source = try Self.section { input in
      for place in input.evaluation.panels.indices {
        input.evaluation.panels[place].making = nil
      }
    }
    #expect(source.contains("of an earlier version of Plumb"))
    #expect(!source.contains("<svg"))
  }

  @Test func aRecordOfAnEarlierVersionIsRead() throws {
    let old = """
      {"prompt": "p", "promptText": "why", "samples": 256, "bandwidth": 1.5, "beta": 0.5, "grid": [0, 1],
       "referenceDensity": [0.1, 0.2], "curves": [{"policy": "optimal", "ratio": [1, null],
       "effectiveSampleSize": 3, "largestWeight": 0.6, "isUnreliable": true}]}
      """
    let panel = try JSONDecoder().decode(DensityPanel.self, from: Data(old.utf8))
    #expect(panel.making == nil && panel.curves[0].low == nil && panel.prompts == nil)
  }
}
