import Foundation
import Runs
import Testing

extension EndToEnd {
  /// Stages whose strength is searched for a KL.
  @Suite struct StrengthRunTests {
    /// - Parameter target: of the recipe's aligned stage.
    private static func recipe(_ target: String) -> String {
      Workplace.recipe
        .replacing(
          "training: {steps: 40, batch: 24, learning_rate: 1e-2, checkpoints: 10}",
          with: "training: {steps: 40, batch: 24, learning_rate: 1e-2}"
        )
        .replacing(
          "unseen: {generate: {reviews: 16, seed: 3}}",
          with:
            "unseen: {generate: {reviews: 16, seed: 3}}\n  validation: {generate: {reviews: 16, seed: 4}}"
        )
        .replacing(
          "learning_rate: 1e-3, checkpoints: 3}", with: "learning_rate: 1e-3}\n    \(target)")
    }

    private static let target = "kl_target: {nats: 1, over: learning_rate, prompts: validation}"

    private func strength(_ place: Workplace) throws -> StrengthRecord {
      try RecordFile.read(
        StrengthRecord.self, from: place.run.appending(path: "exo-search/strength.json"))
    }

    @Test func aSearchedStageTrainsEverySeedAtOneStrength() throws {
      let place = try Workplace(recipe: Self.recipe(Self.target))
      let checked = try Engine.run(["check", "tiny.yaml"], in: place.url)
      #expect(checked.status == 0, "\(checked.errors)")
      #expect(
        checked.output.contains("Searches for a KL, trainings at most: exo-search 6."),
        "\(checked.output)")
      let outcome = try place.complete()
      #expect(outcome.status == 0, "\(outcome.errors)")
      let found = try strength(place)
      #expect(found.stage == "exo")
      #expect(found.key == "training.learning_rate")
      #expect(found.seed == 0)
      #expect(found.prompts == 16)
      #expect(found.trials[0].value == "0.001")
      #expect(found.trials.count > 1)
      #expect(found.isReached, "\(found.words)")
      let kl = try #require(found.trials[found.chosen].kl)
      #expect(abs(kl - 1) <= 0.1)
      // Every training's interval holds its mean.
      for trial in found.trials where trial.kl != nil {
        #expect(try #require(trial.low) <= #require(trial.kl))
        #expect(try #require(trial.high) >= #require(trial.kl))
      }
      // The first seed's training is the search's own, and both seeds have one strength.
      let kept = try Data(
        contentsOf: place.run.appending(path: "exo-search/trial-\(found.chosen + 1)/steps.jsonl"))
      let first = try Data(contentsOf: place.run.appending(path: "exo/seed-0/steps.jsonl"))
      #expect(first == kept)
      let record = try RecordFile.read(
        EvaluationRecord.self, from: RunDirectory(place.run).evaluation)
      let policies = record.policies.filter { $0.group == "exo" }
      #expect(policies.map(\.seed) == [0, 1])
      #expect(policies.allSatisfy { $0.options["learning_rate"] == found.value })
      #expect(policies.allSatisfy { $0.options["kl_target"] == "1.0" })
      let page = try String(
        contentsOf: place.run.appending(path: "report.html"), encoding: .utf8)
      #expect(page.contains("KL that was aimed at"))
      // A second time nothing is done.
      let before = try place.records()
      #expect(try place.complete().status == 0)
      #expect(Workplace.differences(try place.records(), before).isEmpty)
    }

    /// The search's first training, and the same stage trained without a search at the value that was
    /// found: what is adopted is what would have been trained.
    @Test func whatIsTakenOverIsWhatWouldHaveBeenTrained() throws {
      let place = try Workplace(recipe: Self.recipe(Self.target))
      #expect(try place.complete().status == 0)
      let found = try strength(place)
      let plain = try Workplace(
        recipe: Self.recipe("").replacing(
          "batch: 8, learning_rate: 1e-3", with: "batch: 8, learning_rate: \(found.value)"))
      #expect(try plain.complete().status == 0)
      for seed in [0, 1] {
        let path = "exo/seed-\(seed)/checkpoints/step-000006/model.safetensors"
        let searched = try Data(contentsOf: place.run.appending(path: path))
        let set = try Data(contentsOf: plain.run.appending(path: path))
        #expect(searched == set, "seed \(seed)")
      }
    }

    @Test func aKilledSearchComesToTheSameBytes() throws {
      let recipe = Self.recipe(Self.target)
      let whole = try Workplace(recipe: recipe)
      #expect(try whole.complete().status == 0)
      let expected = try whole.records()
      for place in [
        "run/exo-search/trial-1", "run/exo-search/trial-1/measure", "run/exo-search/trial-2",
        "run/exo/seed-0",
      ] {
        let broken = try Workplace(recipe: recipe)
        let process = try broken.start()
        #expect(process.wait(for: place))
        process.send(SIGKILL)
        _ = try process.finish()
        let outcome = try broken.complete()
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(Workplace.differences(try broken.records(), expected).isEmpty, "\(place)")
      }
    }

    @Test func whatCannotBeReachedIsSaid() throws {
      let place = try Workplace(
        recipe: Self.recipe(
          "kl_target: {nats: 50, over: learning_rate, between: [5e-4, 2e-3], prompts: validation, trials: 3}"
        ))
      let outcome = try place.complete()
      #expect(outcome.status == 0, "\(outcome.errors)")
      let found = try strength(place)
      #expect(!found.isReached)
      #expect(found.words.hasPrefix("a KL of 50 nats was not reached in "))
      #expect(found.value == "0.002")
      let page = try String(
        contentsOf: place.run.appending(path: "report.html"), encoding: .utf8)
      #expect(page.contains("was not reached in"))
    }
  }
}
