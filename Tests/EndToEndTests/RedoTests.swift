import Foundation
import Runs
import Testing

extension EndToEnd {
  /// Making a stage of a run anew, with all that is made from it.
  @Suite struct RedoTests {
    private func run(_ words: [String], in place: Workplace) throws -> Engine.Outcome {
      try Engine.run(Workplace.arguments + words, in: place.url)
    }

    /// A finished run.
    private func finished() throws -> Workplace {
      let place = try Workplace()
      try Finished.shared.get().put(into: place)
      return place
    }

    /// Without what names the command that was typed.
    static func results(of run: URL) throws -> [String: Data] {
      var files = try Workplace.records(of: run)
      files["provenance.json"] = nil
      files["reused.json"] = nil
      files["report.html"] = files["report.html"]?.without(section: "methods")
      return files
    }

    @Test func `without a person or a word of consent it says what goes and touches nothing`()
      throws
    {
      let place = try finished()
      let before = try Workplace.files(place.run)
      let outcome = try run(["--redo", "candidates"], in: place)
      #expect(outcome.status == 2)
      let lines = outcome.errors.split(separator: "\n")
      for (name, why) in [
        ("candidates seed 0", "asked for"), ("exo seed 1", "is made from candidates seed 1"),
        ("6 checkpoints", "where weights come out differently"),
      ] {
        let line = lines.first { $0.contains(name) && $0.hasSuffix(why) }
        #expect(line?.contains(" s ") == true, "\(outcome.errors)")
      }
      #expect(lines.contains("Stays as it is: words, sft."), "\(outcome.errors)")
      #expect(
        lines.last
          == "plumb: plumb run wants --yes, since nobody can be asked here; plumb run --help says more"
      )
      var after = try Workplace.files(place.run)
      after[".lock"] = before[".lock"]
      #expect(Workplace.differences(after, before).isEmpty)
    }

    @Test func `a stage that nothing changed comes out as before, and what was aside is gone`()
      throws
    {
      let place = try finished()
      let before = try Self.results(of: place.run)
      let outcome = try run(["--redo", "exo", "--seed", "1", "--yes"], in: place)
      #expect(outcome.status == 0, "\(outcome.errors)")
      #expect(outcome.errors.contains("\n1 made anew, of which 1 came out as before\n"))
      #expect(!outcome.errors.contains("exo seed 0: align"))
      #expect(Workplace.differences(try Self.results(of: place.run), before).isEmpty)
      #expect(!FileManager.default.fileExists(atPath: place.run.appending(path: ".aside").path))
      let costs = try Journal<PhaseCost>.read(place.run.appending(path: "costs.jsonl")).records
      #expect(costs.count { $0.stage == "exo seed 1" } == 1, "what it cost is on record once")
    }

    @Test func `a changed stage is made anew to the bytes of a run that never knew another`() throws
    {
      let change = ["--set", "stages.exo.label_smoothing=0.01"]
      let fresh = try Workplace()
      #expect(try run(change, in: fresh).status == 0)
      let place = try finished()
      let refused = try run(change + ["--redo", "words", "--seed", "0"], in: place)
      #expect(refused.status == 3)
      #expect(refused.errors.contains("--redo words runs once for all seeds; leave --seed out"))
      let outcome = try run(change + ["--redo", "exo", "--yes"], in: place)
      #expect(outcome.status == 0, "\(outcome.errors)")
      #expect(outcome.errors.contains("label_smoothing was 0.001 and is 0.01"))
      #expect(outcome.errors.contains("\n2 made anew, of which 0 came out as before\n"))
      let (found, expected) = (
        try Self.results(of: place.run), try Self.results(of: fresh.run)
      )
      #expect(Workplace.differences(found, expected).isEmpty)
    }

    @Test func `what was edited is made anew as well as put back`() throws {
      let place = try finished()
      let before = try Self.results(of: place.run)
      try place.write("run/exo/seed-0/steps.jsonl", "{}\n")
      let outcome = try run(["--redo", "exo", "--yes"], in: place)
      #expect(outcome.status == 0, "\(outcome.errors)")
      #expect(Workplace.differences(try Self.results(of: place.run), before).isEmpty)
    }

    /// `PLUMB_TORTURE=20` kills 20 times.
    @Test func `killed at any moment nothing is lost, and the run goes on to the same bytes`()
      throws
    {
      let undisturbed = try Undisturbed.shared.get()
      let old = try Finished.shared.get().files
      var (killed, complete) = (0, 0)
      while killed < TortureTests.rounds {
        let place = try finished()
        let process = try Engine.Running(
          Workplace.arguments + ["--redo", "sft", "--yes"], in: place.url)
        guard process.wait(for: "run/.aside") else {
          _ = try process.finish()
          continue
        }
        // Half of them while folders move, half while the new ones are made.
        let span = killed % 2 == 0 ? 0.02 : 0.8 * undisturbed.seconds
        usleep(UInt32(Double.random(in: 0..<1) * span * 1e6))
        process.send(SIGKILL)
        guard try process.finish().status == 128 + SIGKILL else { continue }
        killed += 1
        let left = try Workplace.files(place.run)
        let lost = old.filter { name, data in
          let isOfStage = ["sft/", "candidates/", "exo/"].contains { name.hasPrefix($0) }
          return isOfStage && left[name] != data && left[".aside/\(name)"] != data
        }
        #expect(lost.isEmpty, "\(lost.keys.sorted())")
        let outcome = try place.complete()
        #expect(outcome.status == 0, "\(outcome.errors)")
        let differences = Workplace.differences(try place.records(), undisturbed.records)
        #expect(differences.isEmpty)
        if differences.isEmpty { complete += 1 }
      }
      print("torture: --redo: \(killed) killed, \(complete) identical")
    }
  }
}
