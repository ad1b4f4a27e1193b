import Foundation
import Runs
import Testing

extension EndToEnd {
  @Suite struct RunTests {
    @Test func aRecipeRunsToItsReportAndASecondTimeDoesNothing() throws {
      let place = try Workplace()
      let first = try place.complete()
      #expect(first.status == 0, "\(first.errors)")
      #expect(first.output.hasSuffix("\nreport: \(place.run.path)/report.html\n"))
      let before = try Workplace.files(place.run)
      for name in ["report.html", "evaluation.json", "samples.jsonl", "costs.jsonl"] {
        #expect(before[name]?.isEmpty == false, "\(name)")
      }
      #expect(before["exo/seed-1/checkpoints/step-000006/model.safetensors"] != nil)
      let second = try place.complete()
      #expect(second.status == 0)
      #expect(second.output == first.output)
      // All of them, those of wall-clock too: nothing was done that could have taken time.
      var after = try Workplace.files(place.run)
      after[".lock"] = before[".lock"]
      #expect(Workplace.differences(after, before).isEmpty)
    }

    @Test func twoRunsOfARecipeHaveTheSameBytes() throws {
      let undisturbed = try Undisturbed.shared.get()
      let place = try Workplace()
      #expect(try place.complete().status == 0)
      #expect(Workplace.differences(try place.records(), undisturbed.records).isEmpty)
      // And the comparison would notice: another seed gives other bytes.
      let other = try Workplace(
        recipe: Workplace.recipe.replacingOccurrences(of: "[0, 1]", with: "[0, 2]"))
      #expect(try other.complete().status == 0)
      let differences = Workplace.differences(try other.records(), undisturbed.records)
      for name in ["evaluation.json", "report.html", "exo/seed-2/steps.jsonl"] {
        #expect(differences.contains(name))
      }
      #expect(!differences.contains("sft/steps.jsonl"))
    }

    @Test func aSecondProcessIsRefusedAndToldWhoHoldsTheRun() throws {
      let place = try Workplace()
      let long = Workplace.arguments + ["--set", "stages.sft.training.steps=100000"]
      let first = try Engine.Running(long, in: place.url)
      #expect(first.wait(for: "run/sft/steps.jsonl"))
      let other = try Workplace()
      let second = try Engine.run(
        ["run", "tiny.yaml", "-o", place.run.path], in: other.url)
      #expect(second.status == 2)
      #expect(second.output.isEmpty)
      let holder = "process \(first.process.processIdentifier) on "
      #expect(
        second.errors.hasPrefix("plumb: \(place.run.path): in use by \(holder)"),
        "\(second.errors)")
      #expect(
        second.errors.hasSuffix("; stop it first, or choose another run directory\n"))
      #expect(second.errors.split(separator: "\n").count == 1)
      first.send(SIGTERM)
      #expect(try first.finish().status == 143)
    }

    @Test func eightStartersHaveOneWinner() throws {
      let place = try Workplace()
      let starters = try (0..<8).map { index in
        let own = place.url.appending(path: "starter-\(index)")
        try FileManager.default.createDirectory(at: own, withIntermediateDirectories: true)
        return try Engine.Running(
          ["train", "../tiny.yaml", "-o", "../run", "--set", "stages.sft.training.steps=100000"],
          in: own)
      }
      var statuses: [Int32] = []
      let deadline = ContinuousClock.now + .seconds(60)
      while starters.filter(\.isRunning).count > 1, ContinuousClock.now < deadline {
        usleep(20_000)
      }
      let winners = starters.filter(\.isRunning)
      #expect(winners.count == 1)
      for winner in winners {
        #expect(winner.wait(for: "../run/sft/steps.jsonl"))
        winner.send(SIGINT)
        #expect(try winner.finish().status == 130)
      }
      for starter in starters where !winners.contains(where: { $0 === starter }) {
        statuses.append(try starter.finish().status)
      }
      #expect(Set(statuses) == [2])
    }

    @Test(arguments: [
      (
        "stages.sft.training.learning_rate=2e-2",
        "run/sft was made from something else: training.learning_rate was 0.01 and is 0.02"
      ),
      (
        "stages.exo.label_smoothing=0.01",
        "run/exo/seed-0 was made from something else: label_smoothing was 0.001 and is 0.01"
      ),
      (
        "data.openings.generate.seed=9",
        "run/candidates/seed-0 was made from something else: data openings was "
      ),
      (
        "data.reviews.generate.reviews=601",
        "run/words was made from something else: data reviews was "
      ),
      ("threads=2", "run/words was made from something else: threads was 1 and is 2"),
      ("stages.candidates.per_prompt=8", "run/candidates/seed-0 was made from something else: "),
    ])
    func aChangedRecipeIsRefusedAndNothingIsTouched(
      _ change: String, _ problem: String
    ) throws {
      let place = try Workplace()
      try Finished.shared.get().put(into: place)
      let before = try Workplace.files(place.run)
      let outcome = try Engine.run(Workplace.arguments + ["--set", change], in: place.url)
      #expect(outcome.status == 3)
      #expect(
        outcome.errors.hasPrefix("plumb: \(place.url.path)/\(problem)"), "\(outcome.errors)")
      // What follows from it is named too, and what to do.
      let last = outcome.errors.split(separator: "\n").last ?? ""
      #expect(last.hasPrefix("plumb: nothing was touched; --redo "), "\(outcome.errors)")
      #expect(last.hasSuffix(" the last time), or choose another --output"), "\(outcome.errors)")
      var after = try Workplace.files(place.run)
      after[".lock"] = before[".lock"]
      #expect(Workplace.differences(after, before).isEmpty)
    }

    @Test func aDamagedLastCheckpointIsMadeAgainAndNamed() throws {
      let place = try Workplace()
      try Finished.shared.get().put(into: place)
      let before = try place.records()
      let file = "sft/checkpoints/step-000040/model.safetensors"
      var weights = try #require(before[file])
      weights[weights.count - 9] ^= 255
      try place.write("run/\(file)", weights)
      try FileManager.default.removeItem(at: place.run.appending(path: "exo"))
      let again = try place.complete()
      #expect(again.status == 0, "\(again.errors)")
      #expect(
        again.errors.contains(
          "sft: \(place.run.path)/sft/checkpoints/step-000040 is damaged: its SHA-256 differs from "
            + "the manifest; it is made again\n"), "\(again.errors)")
      #expect(Workplace.differences(try place.records(), before).isEmpty)
    }

    @Test func anotherSeedsCheckpointIsNotTheStagesOwn() throws {
      let place = try Workplace()
      try Finished.shared.get().put(into: place)
      let before = try place.records()
      func put(_ step: String) throws {
        let (from, to) = (
          "run/exo/seed-0/checkpoints/\(step)", "run/exo/seed-1/checkpoints/\(step)"
        )
        try FileManager.default.removeItem(at: place.url.appending(path: to))
        try FileManager.default.copyItem(
          at: place.url.appending(path: from), to: place.url.appending(path: to))
      }
      // The last one is made again, from the one before and not from itself.
      try put("step-000006")
      let again = try place.complete()
      #expect(again.status == 0, "\(again.errors)")
      #expect(
        again.errors.contains("step-000006 is not the one that the stage left; it is made again"))
      #expect(Workplace.differences(try place.records(), before).isEmpty)
      // One on the way is refused, and so is a record that is gone.
      try put("step-000002")
      let middle = try place.complete()
      #expect(middle.status == 3)
      #expect(
        middle.errors.contains(
          "checkpoints/step-000002/manifest.json has changed since the stage was done"))
      let other = try Workplace()
      try Finished.shared.get().put(into: other)
      try FileManager.default.removeItem(
        at: other.run.appending(path: "candidates/seed-1/rows.jsonl"))
      let gone = try other.complete()
      #expect(gone.status == 3)
      #expect(gone.errors.contains("candidates/seed-1/rows.jsonl is missing; put back"))
    }

    @Test(arguments: [
      "exo/seed-0/steps.jsonl", "candidates/seed-1/rows.jsonl", "words/tokenizer/tokenizer.json",
    ])
    func anEditedRecordOfAFinishedStageIsRefused(_ name: String) throws {
      let place = try Workplace()
      try Finished.shared.get().put(into: place)
      var record = try #require(try place.records()[name])
      record[record.count / 2] ^= 1
      try place.write("run/\(name)", record)
      let before = try Workplace.files(place.run)
      let outcome = try place.complete()
      #expect(outcome.status == 3)
      let stage = name.split(separator: "/")[0]
      #expect(
        outcome.errors.hasPrefix(
          "plumb: \(place.run.path)/\(name) has changed since the stage was done; put back what was "
            + "there, or make it"), "\(outcome.errors)")
      #expect(outcome.errors.hasSuffix("anew with --redo \(stage)\n"))
      var after = try Workplace.files(place.run)
      after[".lock"] = before[".lock"]
      #expect(Workplace.differences(after, before).isEmpty)
    }

    @Test func anEvaluationCanBeChangedAndAskedForAgain() throws {
      let place = try Workplace()
      try Finished.shared.get().put(into: place)
      let before = try place.records()
      let again = try Engine.run(["evaluate", "run"], in: place.url)
      #expect(again.status == 0, "\(again.errors)")
      // The command line is part of a run's provenance, which the report shows; and settings now
      // come from the run's own copy of the recipe.
      let same = Workplace.differences(try place.records(), before)
      #expect(same == ["provenance.json", "report.html", "resolved.json"])
      let wider = try Engine.run(
        ["evaluate", "run", "--set", "evaluation.samples=3"], in: place.url)
      #expect(wider.status == 0, "\(wider.errors)")
      let changed = Workplace.differences(try place.records(), before)
      #expect(changed.contains("evaluation.json"))
      #expect(changed.contains("report.html"))
      #expect(!changed.contains { $0.hasPrefix("sft/") || $0.hasPrefix("exo/") })
    }
  }
}

/// A finished run's files, to begin from.
struct Finished: Sendable {
  var files: [String: Data]

  static let shared = Result {
    let place = try Workplace()
    let outcome = try place.complete()
    guard outcome.status == 0 else { throw Undisturbed.Failure(errors: outcome.errors) }
    return Finished(files: try Workplace.files(place.run))
  }

  func put(into place: Workplace) throws {
    for (name, data) in files { try place.write("run/\(name)", data) }
  }
}

extension Workplace {
  /// Every file below a folder.
  static func files(_ folder: URL) throws -> [String: Data] {
    var files: [String: Data] = [:]
    for name in try FileManager.default.subpathsOfDirectory(atPath: folder.path) {
      let path = folder.appending(path: name).path
      var isDirectory: ObjCBool = false
      if FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory),
        !isDirectory.boolValue
      {
        files[name] = try Data(contentsOf: URL(fileURLWithPath: path))
      }
    }
    return files
  }
}
