import Foundation
import Testing

extension EndToEnd {
  /// One of two ranks is killed; the other stops and says so, and the command goes on, on as many ranks or on
  /// one. `PLUMB_RANK_KILLS=20` kills 20 times; twice by default, each rank once.
  @Suite struct RanksTortureTests {
    private static let rounds =
      ProcessInfo.processInfo.environment["PLUMB_RANK_KILLS"].flatMap(Int.init) ?? 2
    /// Within which the others have stopped.
    private static let patience = 30.0

    /// A run on two ranks that nothing disturbed.
    private static func undisturbed() throws -> (records: [String: Data], seconds: Double) {
      let place = try Workplace()
      let clock = ContinuousClock()
      let start = clock.now
      let outcomes = try RankedProcesses.run(2, Workplace.arguments, in: place.url)
      #expect(outcomes.map(\.status) == [0, 0], "\(outcomes.map(\.errors))")
      return (try place.records(), (clock.now - start) / .seconds(1))
    }

    @Test func oneThatIsKilledStopsTheOthersAndTheCommandGoesOn() throws {
      let (expected, seconds) = try Self.undisturbed()
      let clock = ContinuousClock()
      var (killed, resumed, shared, identical, slowest) = (0, 0, 0, 0, 0.0)
      var attempts = 0
      while killed < Self.rounds, attempts < 3 * Self.rounds {
        attempts += 1
        let place = try Workplace()
        let started = try RankedProcesses(2, Workplace.arguments, in: place.url)
        // Both are there once a stage has begun.
        guard started.all[0].wait(for: "run/sft/steps.jsonl") else { continue }
        usleep(UInt32(Double.random(in: 0..<0.7) * seconds * 1e6))
        let victim = killed % 2
        started.all[victim].send(SIGKILL)
        let moment = clock.now
        let outcomes = try started.finish()
        let waited = (clock.now - moment) / .seconds(1)
        let other = outcomes[1 - victim]
        // One that dies when all is done keeps nobody from ending well.
        let isOver =
          other.status == 0
          && FileManager.default.fileExists(atPath: place.run.appending(path: "report.html").path)
        guard outcomes[victim].status == 128 + SIGKILL, !isOver else { continue }
        killed += 1
        slowest = max(slowest, waited)
        #expect(waited < Self.patience)
        #expect(other.status == 5)
        let said = other.errors.split(separator: "\n").filter { $0.hasPrefix("plumb: ") }
        #expect(
          said == [
            "plumb: rank \(victim) of 2 is gone; the same command goes on from the last checkpoint"
          ])
        // On two ranks to the same bytes, on one to the end.
        let again = (killed / 2) % 2 == 0 ? 2 : 1
        let outcome =
          again == 2
          ? try RankedProcesses.run(2, Workplace.arguments, in: place.url)[0] : try place.complete()
        #expect(outcome.status == 0, "\(outcome.errors)")
        if outcome.status == 0 { resumed += 1 }
        if again == 2 {
          shared += 1
          let differences = Workplace.differences(try place.records(), expected)
          #expect(differences.isEmpty, "\(differences)")
          if differences.isEmpty { identical += 1 }
        }
      }
      print(
        "ranks: \(killed) killed, the other stopped within \(slowest) s, \(resumed) resumed, \(identical) of "
          + "\(shared) on two ranks identical")
      #expect(killed == Self.rounds, "the machine is too slow or too fast to be disturbed")
    }
  }
}
