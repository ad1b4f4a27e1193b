import Foundation
import Runs
import TestSupport
import Testing

extension EndToEnd {
  /// A run that says what came of the conditions of its recipe.
  @Suite struct GateRunTests {
    private static func recipe(_ evaluation: String, _ judging: String) -> String {
      """
      name: tiny
      seeds: [0]
      threads: 1
      data:
        reviews: {generate: {reviews: 64, seed: 1}}
        unseen: {generate: {reviews: 24, seed: 2}}
      stages:
        words: {kind: tokenizer, data: reviews, vocabulary: 300}
        sft:
          kind: language-model
          data: reviews
          tokenizer: words
          model: {layers: 1, hidden: 16, heads: 1, positions: 64}
          training: {steps: 4}
        more:
          kind: language-model
          data: reviews
          from: sft
          training: {steps: 6}
      evaluation:
        reference: sft
        reward: synthetic
        policies: [more]
        best_of: []
        samples: 2
        max_tokens: 16
        prompts: 12
        prompts_from: {prompts: unseen, prefix_tokens: 4}
        exams: {films: {file: films.jsonl, kind: choices, require: [accuracy >= 0]}}
        require: [\(evaluation)]
      judging: {judges: [shorter], against: [reference], prompts: 12, \(judging)}
      """
    }

    private func place(_ evaluation: String, _ judging: String) throws -> Workplace {
      let place = try Workplace(recipe: Self.recipe(evaluation, judging))
      try place.write(
        "films.jsonl",
        (0..<8).map { #"{"prompt": "a film \#($0)", "choices": [" good", " bad"], "answer": 0}"# }
          .joined(separator: "\n"))
      return place
    }

    @Test func `conditions are met, missed or undecided, in terminal, records and page`() throws {
      let place = try place("kl(more) < 50, length > 0", "require: [win_rate(more) > 0.99]")
      let missed = try place.complete()
      #expect(missed.status == 1, "\(missed.errors)")
      #expect(missed.output.contains("evaluation.require 'more: kl < 50.0': met: more "))
      #expect(
        missed.output.contains("judging.require 'more: win_rate > 0.99': missed: more/step-6 "))
      #expect(missed.output.contains("evaluation.exams.films.require 'accuracy >= 0.0': met: more"))
      let record = try RecordFile.read(
        GateRecord.self, from: place.run.appending(path: "gates.json"))
      #expect(record.verdict == .missed)
      let page = try String(contentsOf: place.run.appending(path: "report.html"), encoding: .utf8)
      #expect(page.contains("What was required"))
      #expect(page.contains("more: win_rate &gt; 0.99"))
      // What nobody touched holds; an interval that was not measured is named, page or not.
      #expect(try Engine.run(["verify", "run"], in: place.url).status == 0)
      let file = place.run.appending(path: "gates.json")
      var forged = record
      forged.conditions[0].numbers[0].high = 0.125
      try RecordFile.write(forged, to: file)
      try FileManager.default.removeItem(at: place.run.appending(path: "report.html"))
      let found = try Engine.run(["verify", "run"], in: place.url)
      #expect(found.status == 1)
      #expect(found.output.contains("gates.json: 'more: kl < 50.0': more "), "\(found.output)")
      // So is a win rate that judges did not give, whatever its verdict.
      forged = record
      let judged = try #require(forged.conditions.firstIndex { $0.key == "judging.require" })
      forged.conditions[judged].numbers[0].shown = "more/step-6 against sft 40.0 % [1.0, 79.0]"
      try RecordFile.write(forged, to: file)
      #expect(
        try Engine.run(["verify", "run"], in: place.url).output
          .contains("gates.json: 'more: win_rate > 0.99': more/step-6 against sft 40.0 %"))
      // The same again from records; then what only the interval leaves open, and nothing at all.
      #expect(try place.complete().status == 1)
      let before = try place.records()
      #expect(try place.complete().status == 1)
      #expect(Workplace.differences(try place.records(), before).isEmpty)
      try place.write(
        "tiny.yaml", Self.recipe("kl(more) < 50", "require: [win_rate(more) > 0.5]"))
      #expect(try place.complete().status == 7)
      let json = try Engine.run(["evaluate", "run", "--json"], in: place.url)
      #expect(json.status == 7)
      #expect(json.output.contains(#""kind":"gate""#))
      let refused = try Engine.run(
        ["evaluate", "run", "--require", "nobody: kl < 1"], in: place.url)
      #expect(refused.status == 2)
      #expect(
        refused.errors
          == "plumb: --require wants a name that is measured (sft, more, films), not `nobody: kl < 1.0`\n"
      )
    }

    @Test func `a calibration corrects a run's win rates, of its own judge alone`() throws {
      let place = try place("kl(more) < 50", "seed: 0")
      #expect(try place.complete().status == 0)
      // People who say of every comparison what the judge says.
      let file = place.run.appending(path: "judgments/more/step-6/against-sft.jsonl")
      let judged = try Journal<JudgedPair>.read(file).records
      let labels = try judged.map { pair in
        let said = pair.judgment.preference ?? 0.5
        return CalibrationRecord.Label(
          content: try #require(pair.content), prompt: pair.prompt ?? "", people: said,
          majority: said, judge: said, excess: pair.lengths[0] - pair.lengths[1])
      }
      let before = try RecordFile.read(
        JudgingReport.self, from: place.run.appending(path: "judging.json"))
      #expect(before.comparisons[0].summary.corrected == nil && labels.count == 12)
      // Clopper and Pearson's for 12 of 12.
      let agreement = JudgedShare(
        value: 1, low: pow(0.025, 1 / 12.0), high: 1, count: labels.count)
      try RecordFile.write(
        CalibrationRecord(
          version: "1", judge: before.judge, raters: 1,
          table: [[0, 0, 0], [0, 0, 0], [0, 0, 0]],
          agreement: agreement, kappa: nil, gwet: nil, order: nil, longerWins: nil,
          longerWinsByPeople: nil, labels: labels), to: place.url.appending(path: "c.json"))
      func recipe(_ judging: String) throws {
        try place.write("tiny.yaml", Self.recipe("kl(more) < 50", judging))
      }
      try recipe("calibration: c.json, require: [agreement >= 0.1]")
      let corrected = try place.complete()
      #expect(corrected.status == 0, "\(corrected.errors)")
      let report = try RecordFile.read(
        JudgingReport.self, from: place.run.appending(path: "judging.json"))
      #expect(report.comparisons[0].summary.corrected?.way == .labels)
      let page = try String(contentsOf: place.run.appending(path: "report.html"), encoding: .utf8)
      #expect(page.contains("Win rates corrected by people"))
      // A judge that does not agree as is required is not asked.
      try recipe("calibration: c.json, require: [agreement < 0.5, win_rate > 0.1]")
      let untrusted = try place.complete()
      #expect(untrusted.status == 1)
      #expect(
        untrusted.output.contains("judging.require 'win_rate > 0.1': cannot be decided: nobody was")
      )
      #expect(
        !FileManager.default.fileExists(atPath: place.run.appending(path: "judging.json").path))
      try place.write(
        "tiny.yaml",
        Self.recipe("kl(more) < 50", "calibration: c.json").replacing("shorter", with: "longer"))
      let other = try Engine.run(["check", "tiny.yaml"], in: place.url)
      #expect(other.status == 3)
      #expect(other.errors.contains("judging.calibration: "))
      #expect(other.errors.contains("is of another judge"))
      #expect(other.errors.hasPrefix("plumb: tiny.yaml:"))
    }
  }
}
