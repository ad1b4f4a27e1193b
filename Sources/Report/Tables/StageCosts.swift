import Runs

/// What stages cost, over their seeds and phases.
struct StageCosts {
  struct Cost: Equatable {
    var seconds = 0.0
    /// The highest resident set, in bytes.
    var memory = 0
    var tokens = 0
    var calls = 0

    mutating func add(_ cost: PhaseCost) {
      seconds += cost.seconds
      memory = max(memory, cost.peakMemory)
      tokens += cost.tokens
      calls += cost.oracleCalls
    }
  }

  /// In the order of the records: stages, and phases of each.
  private(set) var phases: [(stage: String, phase: String, cost: Cost)] = []

  init(_ costs: [PhaseCost]) {
    var stages: [String] = []
    for cost in costs {
      let stage = Self.stage(of: cost)
      if !stages.contains(stage) { stages.append(stage) }
      if let place = phases.firstIndex(where: { $0.stage == stage && $0.phase == cost.phase }) {
        phases[place].cost.add(cost)
      } else {
        var fresh = Cost()
        fresh.add(cost)
        phases.append((stage, cost.phase, fresh))
      }
    }
    phases = stages.flatMap { stage in phases.filter { $0.stage == stage } }
  }

  /// All phases of a stage.
  subscript(stage: String) -> Cost? {
    let own = phases.filter { $0.stage == stage }
    guard !own.isEmpty else { return nil }
    return own.reduce(into: Cost()) { sum, phase in
      sum.seconds += phase.cost.seconds
      sum.memory = max(sum.memory, phase.cost.memory)
      sum.tokens += phase.cost.tokens
      sum.calls += phase.cost.calls
    }
  }

  /// Records name seeds, as `dpo seed 0`.
  static func stage(of cost: PhaseCost) -> String {
    let words = cost.stage.split(separator: " ", omittingEmptySubsequences: false)
    guard words.count > 2, words[words.count - 2] == "seed", Int(words[words.count - 1]) != nil
    else { return cost.stage }
    return words.dropLast(2).joined(separator: " ")
  }
}
