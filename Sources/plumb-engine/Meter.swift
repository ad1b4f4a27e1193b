import Foundation
import Glibc
import Runs

/// Measures what a phase costs.
struct Meter {
  private let start = ContinuousClock.now

  /// The highest resident set of this process so far, in bytes.
  static var peakMemory: Int {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return usage.ru_maxrss * 1024
  }

  var seconds: Double { (ContinuousClock.now - start) / .seconds(1) }

  /// Appends what the phase cost to the run's records.
  func write(
    to run: RunDirectory, stage: String, phase: String, tokens: Int, oracleCalls: Int
  ) throws {
    let journal = try Journal<PhaseCost>(run.costs)
    try journal.append(
      PhaseCost(
        stage: stage, phase: phase, seconds: seconds, peakMemory: Meter.peakMemory,
        tokens: tokens, oracleCalls: oracleCalls))
    try journal.sync()
  }
}
