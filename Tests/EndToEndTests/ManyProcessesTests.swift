import Foundation
import Runs
import Testing

extension EndToEnd {
  /// Several processes that make the trainings of one run.
  @Suite struct ManyProcessesTests {
    /// Carries out what `plumb plan` writes.
    private func make(_ place: Workplace, _ plan: [String] = []) throws -> (
      status: Int32, words: String
    ) {
      let planned = try Engine.run(
        ["plan", "tiny.yaml", "-o", "run", "--format", "make"] + plan, in: place.url)
      #expect(planned.status == 0, "\(planned.errors)")
      try place.write("plan.mk", planned.output)
      let process = Process()
      process.executableURL = URL(filePath: "/usr/bin/env")
      process.arguments = ["make", "-s", "-j2", "-f", "plan.mk", "PLUMB=\(Engine.binary.path)"]
      process.currentDirectoryURL = place.url
      let log = place.url.appending(path: "make.log")
      try Data().write(to: log)
      let file = try FileHandle(forWritingTo: log)
      process.standardOutput = file
      process.standardError = file
      try process.run()
      process.waitUntilExit()
      return (process.terminationStatus, try String(contentsOf: log, encoding: .utf8))
    }

    @Test func `two at a time leave the bytes of one`() throws {
      let expected = try Undisturbed.shared.get().records
      let place = try Workplace()
      let outcome = try make(place)
      #expect(outcome.status == 0, "\(outcome.words)")
      #expect(Workplace.differences(try place.records(), expected).isEmpty)
      // Nothing is left to do, and a plan says so.
      let again = try Engine.run(["plan", "tiny.yaml", "-o", "run"], in: place.url)
      #expect(again.output.contains("\n0 of 6 trainings are left."), "\(again.output)")
    }

    @Test func `what a selection chose is planned after it has chosen`() throws {
      let recipe = SelectionRunTests.recipe + SelectionRunTests.selection
      let whole = try Workplace(recipe: recipe)
      #expect(try whole.complete().status == 0)
      let place = try Workplace(recipe: recipe)
      let outcome = try make(place)
      #expect(outcome.status == 0, "\(outcome.words)")
      #expect(Workplace.differences(try place.records(), try whole.records()).isEmpty)
    }

    @Test func `a killed training goes on, and nobody else makes it meanwhile`() throws {
      let place = try Workplace()
      func only(_ words: [String]) throws -> Engine.Outcome {
        try Engine.run(["run", "tiny.yaml", "-o", "run"] + words, in: place.url)
      }
      let early = try only(["--only", "exo", "--seed", "1"])
      #expect(early.status == 3)
      #expect(early.errors.contains("exo seed 1 is made from words, which is not finished in"))
      #expect(early.errors.split(separator: "\n").count == 1, "\(early.errors)")
      #expect(try only(["--only", "words"]).status == 0)
      let training = try Engine.Running(
        ["run", "tiny.yaml", "-o", "run", "--only", "sft"], in: place.url)
      #expect(training.wait(for: "run/sft/checkpoints"))
      for words in [["--only", "sft"], []] {
        // Its own folder for what it prints.
        let other = try Workplace()
        let outcome = try Engine.run(
          ["run", place.url.appending(path: "tiny.yaml").path, "-o", place.run.path] + words,
          in: other.url)
        #expect(outcome.status == 2, "\(words)")
        #expect(
          outcome.errors.contains("in use by process \(training.process.processIdentifier) on"))
        #expect(outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)")
      }
      training.send(SIGKILL)
      #expect(try training.finish().status == 128 + SIGKILL)
      #expect(try only(["--only", "sft"]).status == 0)
      #expect(try only(["--only", "candidates"]).status == 0)
      #expect(try only(["--only", "exo", "--seed", "1"]).status == 0)
      let outcome = try place.complete()
      #expect(outcome.status == 0, "\(outcome.errors)")
      #expect(
        Workplace.differences(
          try place.records(), try Undisturbed.shared.get().records
        ).isEmpty)
    }

    @Test func `what cannot be made alone is said in a line`() throws {
      let place = try Workplace()
      for (words, message) in [
        (
          ["--only", "exo2"], "the recipe has no such stage (there is words, sft, candidates, exo)"
        ),
        (["--only", "exo", "--seed", "7"], "--seed 7 is none of the recipe's (0, 1)"),
        (["--only", "sft", "--seed", "0"], "--only sft runs once for all seeds; leave --seed out"),
        (["--only", "selection"], "the recipe has no such stage"),
        (["--seed", "0"], "--only STAGE or --redo STAGE beside --seed"),
      ] {
        let outcome = try Engine.run(["run", "tiny.yaml", "-o", "run"] + words, in: place.url)
        #expect(outcome.status == 2 || outcome.status == 3)
        #expect(outcome.errors.contains(message), "\(words): \(outcome.errors)")
        #expect(outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)")
      }
    }
  }
}
