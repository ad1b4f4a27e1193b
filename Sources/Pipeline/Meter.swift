import Foundation
import Glibc
import Runs
import Torch
import Training

/// Measures what a phase costs.
public struct Meter {
  private let start = ContinuousClock.now

  /// Begins to count, and lets the highest resident set begin again from the present one, so that a
  /// phase is not charged with what came before it. Where the system has no such switch, the highest
  /// one stays that of the whole process.
  init() {
    Libtorch.releaseMemory()
    guard let file = fopen("/proc/self/clear_refs", "w") else { return }
    fputs("5", file)
    fclose(file)
  }

  /// The highest resident set of this process since the last meter began, in bytes.
  public static var peakMemory: Int {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return usage.ru_maxrss * 1024
  }

  var seconds: Double { (ContinuousClock.now - start) / .seconds(1) }

  /// Appends what the phase cost to the run's records.
  func write(
    to run: RunDirectory, stage: String, phase: String, tokens: Int, oracleCalls: Int
  ) throws {
    try append(
      [
        PhaseCost(
          stage: stage, phase: phase, seconds: seconds, peakMemory: Meter.peakMemory,
          tensorMemory: Libtorch.peakTensorMemory,
          tokens: tokens, oracleCalls: oracleCalls)
      ], to: run)
  }

  /// Appends what a stage cost: as one phase, or as its parts and what is left of the time.
  func write(
    _ result: StageResult, to run: RunDirectory, stage: String, kind: String
  ) throws {
    var parts = result.phases
    let rest = seconds - parts.reduce(0) { $0 + $1.seconds }
    parts.append(
      parts.isEmpty
        ? StageResult.Phase(
          kind, seconds: rest, tokens: result.tokens, oracleCalls: result.oracleCalls)
        : StageResult.Phase(kind, seconds: max(0, rest)))
    let (memory, tensors) = (Meter.peakMemory, Libtorch.peakTensorMemory)
    try append(
      parts.map {
        PhaseCost(
          stage: stage, phase: $0.name, seconds: $0.seconds, peakMemory: memory,
          tensorMemory: tensors,
          tokens: $0.tokens, oracleCalls: $0.oracleCalls)
      }, to: run)
  }

  private func append(_ costs: [PhaseCost], to run: RunDirectory) throws {
    let journal = try RecordAdvice.advised(RecordAdvice.costs) { () throws(RunError) in
      try Journal<PhaseCost>(run.costs, seals: true)
    }
    for cost in costs { try journal.append(cost) }
    try journal.sync()
  }
}
