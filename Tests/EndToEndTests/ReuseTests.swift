import Foundation
import Runs
import Testing

extension EndToEnd {
  /// Taking equal stages over from another run.
  @Suite struct ReuseTests {
    /// Another recipe's: another name, and one seed that the finished run does not have.
    private static let recipe = Workplace.recipe
      .replacing("name: tiny", with: "name: other").replacing(
        "seeds: [0, 1]", with: "seeds: [0, 2]")

    /// The recipe's run made by itself.
    private static let alone = Result {
      let place = try Workplace(recipe: recipe)
      let outcome = try place.complete()
      guard outcome.status == 0 else { throw Undisturbed.Failure(errors: outcome.errors) }
      return try RedoTests.results(of: place.run)
    }

    /// A folder of the recipe with a finished run beside it.
    private func place() throws -> Workplace {
      let place = try Workplace(recipe: Self.recipe)
      for (name, data) in try Finished.shared.get().files {
        try place.write("finished/\(name)", data)
      }
      return place
    }

    private func reuse(in place: Workplace) throws -> Engine.Outcome {
      try Engine.run(Workplace.arguments + ["--reuse", "finished"], in: place.url)
    }

    @Test func `a run that reuses has the bytes of one that made everything itself`() throws {
      let place = try place()
      let other = try Workplace.files(place.url.appending(path: "finished"))
      let outcome = try reuse(in: place)
      #expect(outcome.status == 0, "\(outcome.errors)")
      let lines = outcome.errors.split(separator: "\n")
      for name in ["words", "sft", "candidates seed 0", "exo seed 0"] {
        #expect(lines.contains { $0.hasPrefix("reused") && $0.contains(name) }, "\(name)")
      }
      let made = lines.first { $0.hasPrefix("made") && $0.contains("exo seed 2") }
      #expect(
        made?.hasSuffix("finished has no exo seed 2, but of seed 0, 1") == true,
        "\(outcome.errors)")
      #expect(!outcome.errors.contains("sft: language-model"))
      #expect(
        Workplace.differences(try RedoTests.results(of: place.run), try Self.alone.get()).isEmpty)
      // The other run is as it was, and its weights take no second room.
      #expect(
        Workplace.differences(
          try Workplace.files(place.url.appending(path: "finished")), other
        ).isEmpty)
      let weights = "sft/checkpoints/step-000040/model.safetensors"
      let numbers = try ["run", "finished"].map { run in
        try FileManager.default.attributesOfItem(
          atPath: place.url.appending(path: "\(run)/\(weights)").path)[.systemFileNumber] as? Int
      }
      #expect(numbers[0] != nil && numbers[0] == numbers[1])
      let record = try ReuseRecord.read(RunDirectory(place.run))
      #expect(
        record.stages.map { "\($0.stage) \($0.seed ?? -1) \($0.run)" } == [
          "candidates 0 ../finished", "exo 0 ../finished", "sft -1 ../finished",
          "words -1 ../finished",
        ])
      #expect(record.stages.first { $0.stage == "sft" }?.policies.contains("sft") == true)
      let verified = try Engine.run(["verify", "run"], in: place.url)
      #expect(verified.status == 0, "\(verified.output)\(verified.errors)")
    }

    @Test func `what is damaged there is made here, and what follows is still taken`() throws {
      let place = try place()
      let file = "finished/sft/checkpoints/step-000040/model.safetensors"
      var weights = try Data(contentsOf: place.url.appending(path: file))
      weights[weights.count - 9] ^= 255
      try place.write(file, weights)
      let outcome = try reuse(in: place)
      #expect(outcome.status == 0, "\(outcome.errors)")
      let lines = outcome.errors.split(separator: "\n")
      let made = lines.first { $0.hasPrefix("made") && $0.contains("sft") }
      #expect(
        made?.contains("step 40") == true && made?.contains("is damaged") == true,
        "\(outcome.errors)")
      #expect(outcome.errors.contains("sft: language-model"))
      #expect(outcome.errors.contains("exo seed 0: reused from"))
      #expect(
        Workplace.differences(try RedoTests.results(of: place.run), try Self.alone.get()).isEmpty)
    }

    @Test func `killed while it takes over it goes on to the same bytes`() throws {
      for _ in 0..<TortureTests.rounds {
        let place = try place()
        let process = try Engine.Running(
          Workplace.arguments + ["--reuse", "finished"], in: place.url)
        guard process.wait(for: "run/reused.json") else { continue }
        usleep(UInt32.random(in: 0..<300_000))
        process.send(SIGKILL)
        _ = try process.finish()
        #expect(try reuse(in: place).status == 0)
        #expect(
          Workplace.differences(try RedoTests.results(of: place.run), try Self.alone.get()).isEmpty)
      }
    }

    @Test func `what is no other run is refused in a line`() throws {
      let place = try place()
      for (folder, problem) in [
        ("nowhere", "/nowhere is no folder of a run: it holds no resolved.json"),
        ("run", "/run is the run itself, whose stages are used anyway"),
      ] {
        let outcome = try Engine.run(Workplace.arguments + ["--reuse", folder], in: place.url)
        #expect(outcome.status == 3)
        #expect(outcome.errors.hasSuffix("\(problem)\n"), "\(outcome.errors)")
        #expect(outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)")
      }
    }
  }
}
