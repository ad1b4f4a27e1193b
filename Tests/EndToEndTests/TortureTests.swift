import Foundation
import Runs
import Testing

extension EndToEnd {
  /// Processes that are killed or stopped at random moments, and go on to the bytes of a run that
  /// nothing disturbed. `PLUMB_TORTURE=20` kills 20 times in training and 20 times in sampling and
  /// evaluation; three times each by default.
  @Suite struct TortureTests {
    static let rounds = ProcessInfo.processInfo.environment["PLUMB_TORTURE"].flatMap(Int.init) ?? 3

    struct Tally {
      var killed = 0
      var resumed = 0
      var identical = 0

      func report(_ what: String) {
        print(
          "torture: \(what): \(killed) killed, \(resumed) resumed, \(identical) identical")
      }
    }

    /// Kills a run some time after a folder appears; false when it ended before.
    func kill(_ place: Workplace, after folder: String, _ seconds: Double) throws -> Bool {
      let process = try place.start()
      guard process.wait(for: "run/\(folder)") else {
        #expect(try process.finish().status == 0)
        return false
      }
      usleep(UInt32(seconds * 1e6))
      process.send(SIGKILL)
      return try process.finish().status == 128 + SIGKILL
    }

    /// Kills `rounds` runs in the phases and completes each.
    func torture(_ phases: [String], _ what: String) throws {
      let undisturbed = try Undisturbed.shared.get()
      var tally = Tally()
      var attempts = 0
      while tally.killed < Self.rounds, attempts < 3 * Self.rounds {
        let phase = phases[tally.killed % phases.count]
        attempts += 1
        let place = try Workplace()
        let seconds = Double.random(in: 0..<1) * undisturbed.duration(of: phase)
        guard try kill(place, after: phase, seconds) else { continue }
        tally.killed += 1
        let left = try FileManager.default.subpathsOfDirectory(atPath: place.run.path)
        let outcome = try place.complete()
        #expect(outcome.status == 0, "\(phase) + \(seconds) s: \(outcome.errors)")
        if outcome.status == 0 { tally.resumed += 1 }
        let differences = Workplace.differences(try place.records(), undisturbed.records)
        #expect(
          differences.isEmpty,
          "\(phase) + \(seconds) s left \(left.filter { $0.contains(".tmp") || $0.contains("step-") })"
        )
        if differences.isEmpty { tally.identical += 1 }
      }
      tally.report(what)
      #expect(tally.killed == Self.rounds, "the machine is too slow or too fast to be disturbed")
    }

    @Test func killedInTrainingItGoesOnToTheSameBytes() throws {
      try torture(["sft", "exo"], "training")
    }

    @Test func killedInSamplingOrEvaluationItGoesOnToTheSameBytes() throws {
      try torture(["candidates", "evaluation"], "sampling and evaluation")
    }

    @Test func killedWhileGoingOnAgainAndAgainItGoesOnToTheSameBytes() throws {
      let undisturbed = try Undisturbed.shared.get()
      let place = try Workplace()
      var kills = 0
      var ended = false
      while kills < 5, !ended {
        let seconds = Double.random(in: 0.05..<0.35) * undisturbed.seconds
        let process = try place.start()
        usleep(UInt32(seconds * 1e6))
        process.send(SIGKILL)
        ended = try process.finish().status == 0
        if !ended { kills += 1 }
      }
      #expect(kills >= 2, "a run of \(undisturbed.seconds) s must be caught more than once")
      #expect(kills == 5 || ended)
      #expect(try place.complete().status == 0)
      let differences = Workplace.differences(try place.records(), undisturbed.records)
      #expect(differences.isEmpty)
      print("torture: chain: \(kills) killed, then \(differences.isEmpty ? "identical" : "not")")
    }

    @Test(
      arguments: [
        ("sft/steps.jsonl", SIGINT, 130), ("sft/checkpoints/latest", SIGTERM, 143),
        ("candidates/seed-1/rows.jsonl", SIGINT, 130), ("exo/seed-0/steps.jsonl", SIGHUP, 143),
        ("evaluation/sft/samples.jsonl", SIGINT, 130),
      ] as [(String, Int32, Int32)])
    func stoppedByASignalItSaysSoAndGoesOnToTheSameBytes(
      _ file: String, _ signal: Int32, _ status: Int32
    ) throws {
      let undisturbed = try Undisturbed.shared.get()
      let place = try Workplace()
      let process = try place.start()
      #expect(process.wait(for: "run/\(file)"))
      process.send(signal)
      let stopped = try process.finish()
      #expect(stopped.status == status)
      #expect(stopped.output.isEmpty)
      let last = stopped.errors.split(separator: "\n").last
      #expect(last == "plumb: stopped; everything until here is saved, the same command goes on")
      // Where it was on for long enough to have a page, that says so too.
      if let page = FileManager.default.contents(
        atPath: place.run.appending(path: "report.html").path)
      {
        #expect(String(decoding: page, as: UTF8.self).contains("The run has stopped before"))
      }
      #expect(try place.complete().status == 0)
      #expect(Workplace.differences(try place.records(), undisturbed.records).isEmpty)
    }

    @Test func aSecondSignalEndsItAtOnce() throws {
      let place = try Workplace()
      let process = try Engine.Running(
        Workplace.arguments + ["--set", "data.reviews.generate.reviews=400000"], in: place.url)
      // Training a tokenizer has no steps to stop between.
      #expect(process.wait(for: "run/words/done.json"))
      usleep(200_000)
      process.send(SIGINT)
      usleep(200_000)
      #expect(process.isRunning)
      process.send(SIGINT)
      let start = ContinuousClock.now
      #expect(try process.finish().status == 130)
      #expect(ContinuousClock.now - start < .seconds(2))
    }
  }
}
