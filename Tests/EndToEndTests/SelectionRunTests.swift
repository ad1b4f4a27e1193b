import Foundation
import Runs
import Testing

extension EndToEnd {
  /// Sweeps, and what a selection chooses of them.
  @Suite struct SelectionRunTests {
    static let recipe =
      Workplace.recipe
      .replacing(
        "training: {steps: 40, batch: 24, learning_rate: 1e-2, checkpoints: 10}",
        with: "training: {steps: 40, batch: 24, learning_rate: 1e-2}"
      )
      .replacing("seeds: [0, 1]", with: "seeds: [0, 1]")
      .replacing(
        "unseen: {generate: {reviews: 16, seed: 3}}",
        with:
          "unseen: {generate: {reviews: 16, seed: 3}}\n  validation: {generate: {reviews: 16, seed: 4}}"
      )
      .replacing(
        "training: {steps: 6, batch: 8, learning_rate: 1e-3, checkpoints: 3}",
        with: "training: {steps: 6, batch: 8, learning_rate: {sweep: [1e-3, 3e-4]}, checkpoints: 2}"
      )

    static let selection = """

        selection: {prompts: validation, at: {kl: [0.05, 64]}, seeds: [5, 6], margin: 1}
      """

    private func record(_ place: Workplace) throws -> EvaluationRecord {
      try RecordFile.read(
        EvaluationRecord.self, from: RunDirectory(place.run).evaluation)
    }

    private static func card(of folder: String, _ place: Workplace) throws -> String {
      try String(contentsOf: place.url.appending(path: "\(folder)/README.md"), encoding: .utf8)
    }

    @Test func everySettingIsTrainedAndWithoutASelectionMarked() throws {
      let place = try Workplace(recipe: Self.recipe)
      let outcome = try place.complete()
      #expect(outcome.status == 0, "\(outcome.errors)")
      let record = try record(place)
      #expect(
        Set(record.policies.map(\.group)) == [
          "sft", "exo-learning_rate=1e-3", "exo-learning_rate=3e-4",
        ])
      #expect(record.policies.allSatisfy { $0.sweep == ($0.group == "sft" ? nil : "exo") })
      #expect(record.policies.last?.options["learning_rate"] == "3e-4")
      #expect(record.equalTerms == nil)
      let page = try String(
        contentsOf: place.run.appending(path: "report.html"), encoding: .utf8)
      #expect(page.contains("Tried and shown on the prompts that rank them: exo 2 settings."))
    }

    @Test func freshSeedsTrainWhatWasChosenAndNothingElse() throws {
      let place = try Workplace(recipe: Self.recipe + Self.selection)
      let outcome = try place.complete()
      #expect(outcome.status == 0, "\(outcome.errors)")
      let record = try record(place)
      let terms = try #require(record.equalTerms)
      #expect(terms.selectionSeeds == [5, 6])
      #expect(terms.seeds == [0, 1])
      let method = try #require(terms.methods.first)
      #expect(method.name == "exo")
      #expect(method.settings == 2)
      #expect(method.trials.count == 4)
      // Out of reach there is no number.
      let far = try #require(method.readings.first { $0.question == .kl && $0.at == 64 })
      #expect(far.parts.isEmpty)
      #expect(far.reward == nil)
      let near = try #require(method.readings.first { $0.question == .kl && $0.at == 0.05 })
      #expect(near.reward?.value != nil)
      #expect(abs(near.parts.reduce(0) { $0 + $1.weight } - 1) < 1e-12)
      let chosen = Set(terms.chosen(besides: "sft"))
      for group in ["exo-learning_rate=1e-3", "exo-learning_rate=3e-4"] {
        let seeds = try FileManager.default.contentsOfDirectory(
          atPath: place.run.appending(path: group).path)
        #expect(
          Set(seeds)
            == (chosen.contains(group)
              ? ["seed-0", "seed-1", "seed-5", "seed-6"] : ["seed-5", "seed-6"]))
      }
      #expect(Set(record.policies.map(\.group)) == chosen.union(["sft"]))
      // Of checkpoints along the trainings those that were chosen, and the last ones.
      let asked = Set(
        terms.methods.flatMap(\.readings).flatMap(\.parts).compactMap { part in
          part.step.map { "\(part.group) \($0)" }
        })
      let measured = record.policies.filter { $0.group != "sft" }
      #expect(measured.allSatisfy { $0.isFinal || asked.contains("\($0.group) \($0.step ?? 0)") })
      #expect(asked.isSubset(of: measured.map { "\($0.group) \($0.step ?? 0)" }))
      #expect(Set(record.policies.compactMap(\.seed)).isSubset(of: [0, 1]))
      for (file, path) in [
        ("evaluation.json", "run/evaluation.json"), ("choice.json", "run/selection/choice.json"),
      ] {
        let url = place.url.appending(path: path)
        let whole = try Data(contentsOf: url)
        let text = String(decoding: whole, as: UTF8.self)
        let margin = try #require(text.range(of: #""margin"\s*:\s*1"#, options: .regularExpression))
        try Data(text.replacingCharacters(in: margin, with: #""margin":2"#).utf8).write(to: url)
        let found = try Engine.run(["verify", "run", "--quiet"], in: place.url)
        #expect(found.status == 1)
        #expect(
          found.output.contains("\(file): the margin of rewards at equal KL is not what"),
          "\(found.output)")
        try whole.write(to: url)
      }
      var forged = record
      forged.equalTerms?.methods[0].readings[0].reward?.value = 9
      try RecordFile.write(forged, to: RunDirectory(place.run).evaluation)
      let found = try Engine.run(["verify", "run", "--quiet"], in: place.url)
      #expect(
        found.output.contains("evaluation.json: kl at 0.05 of exo is not what"), "\(found.output)")
      try RecordFile.write(record, to: RunDirectory(place.run).evaluation)
      // Without a stage's name the last that was measured is meant, not a setting that was dropped.
      var measuredFirst = record
      let first = "exo-learning_rate=1e-3"
      measuredFirst.policies.removeAll { $0.group.hasPrefix("exo-") }
      measuredFirst.policies.append(
        EvaluatedPolicy(
          id: "\(first)/seed-5/step-6", group: first, method: "EXO-rw", seed: 5, step: 6,
          isFinal: true, options: [:], weights: ""))
      measuredFirst.measurements.append(
        Measurement(
          name: "reward", subject: "\(first)/seed-5/step-6", value: 1, count: 1, clusters: 1,
          unit: "", direction: .higher, method: ""))
      try RecordFile.write(measuredFirst, to: RunDirectory(place.run).evaluation)
      let exported = try Engine.run(
        ["export", "run", "--seed", "5", "--step", "best", "-o", "best"], in: place.url)
      #expect(exported.status == 0, "\(exported.errors)")
      #expect(try Self.card(of: "best", place).contains(": \(first)\n"))
      try RecordFile.write(record, to: RunDirectory(place.run).evaluation)
      // A second time nothing is done.
      let before = try place.records()
      let verified = try Engine.run(["verify", "run", "--quiet"], in: place.url)
      #expect(verified.status == 0, "\(verified.output)")
      let again = try place.complete()
      #expect(again.status == 0)
      #expect(Workplace.differences(try place.records(), before).isEmpty)
    }

    @Test func aKilledRunComesToTheSameBytes() throws {
      let whole = try Workplace(recipe: Self.recipe + Self.selection)
      #expect(try whole.complete().status == 0)
      let expected = try whole.records()
      for place in ["run/selection", "run/evaluation"] {
        let broken = try Workplace(recipe: Self.recipe + Self.selection)
        let process = try broken.start()
        #expect(process.wait(for: place))
        process.send(SIGKILL)
        _ = try process.finish()
        let outcome = try broken.complete()
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(Workplace.differences(try broken.records(), expected).isEmpty, "\(place)")
      }
    }

    @Test func promptsOfTheTestChooseNothing() throws {
      let all = try Workplace(
        recipe: Self.recipe
          + Self.selection.replacing("prompts: validation", with: "prompts: unseen"))
      let checked = try Engine.run(["check", "tiny.yaml"], in: all.url)
      // Eight of sixteen are the test's.
      #expect(checked.status == 0, "\(checked.errors)")
      #expect(checked.output.contains("selection.prompts: 8 of 16 are prompts of the test too"))
      let few = try Workplace(
        recipe: (Self.recipe + Self.selection).replacing(
          "prompts: validation", with: "prompts: unseen"
        )
        .replacing("prompts: 8\n", with: "prompts: 16\n"))
      let refused = try Engine.run(["check", "tiny.yaml"], in: few.url)
      #expect(refused.status == 3)
      #expect(refused.errors.contains("selection.prompts: all of them are prompts of the test too"))
    }
  }
}
