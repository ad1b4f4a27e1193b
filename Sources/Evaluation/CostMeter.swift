import Foundation
import Glibc
import Runs
import Torch

/// Time, memory, tokens and oracle calls of the parts of a piece of work.
struct CostMeter {
  private(set) var costs: [PhaseCost] = []

  /// What a part worked on.
  struct Amount {
    var tokens = 0
    var calls = 0
  }

  /// Runs `body`, which says how much it worked on, and adds what it cost to its phase.
  mutating func measure<Result>(
    _ phase: String, _ body: (inout Amount) throws -> Result
  ) rethrows -> Result {
    var amount = Amount()
    let start = ContinuousClock.now
    let result = try body(&amount)
    let (seconds, attoseconds) = (ContinuousClock.now - start).components
    add(
      PhaseCost(
        stage: "evaluation", phase: phase, seconds: Double(seconds) + Double(attoseconds) * 1e-18,
        peakMemory: Self.peakMemory, tensorMemory: Libtorch.peakTensorMemory, tokens: amount.tokens,
        oracleCalls: amount.calls))
    return result
  }

  /// Adds costs to those of the same phase.
  mutating func add(_ cost: PhaseCost) {
    guard let index = costs.firstIndex(where: { $0.phase == cost.phase }) else {
      costs.append(cost)
      return
    }
    costs[index].seconds += cost.seconds
    costs[index].peakMemory = max(costs[index].peakMemory, cost.peakMemory)
    if let bytes = cost.tensorMemory {
      costs[index].tensorMemory = max(costs[index].tensorMemory ?? 0, bytes)
    }
    costs[index].tokens += cost.tokens
    costs[index].oracleCalls += cost.oracleCalls
  }

  /// The highest resident set of this process so far, in bytes; 0 where the system does not say.
  static var peakMemory: Int {
    var usage = rusage()
    guard getrusage(Int32(RUSAGE_SELF.rawValue), &usage) == 0 else { return 0 }
    return usage.ru_maxrss * 1024
  }
}

/// The costs of one chunk, one line of a journal.
struct ChunkCosts: Codable {
  var costs: [PhaseCost]
}
