import Runs

/// What stages cost, over their seeds and phases.
struct StageCosts {
  struct Cost: Equatable {
    var seconds = 0.0
    /// The highest resident set, in bytes.
    var memory = 0
    var tokens = 0
    var calls = 0
    var records = 0

    init() {}

    init(_ cost: PhaseCost) {
      seconds = cost.seconds
      memory = cost.peakMemory
      tokens = cost.tokens
      calls = cost.oracleCalls
      records = 1
    }

    mutating func add(_ other: Cost) {
      seconds += other.seconds
      memory = max(memory, other.memory)
      tokens += other.tokens
      calls += other.calls
      records += other.records
    }
  }

  /// In the order of the records: stages, and phases of each.
  private(set) var phases: [(stage: String, phase: String, cost: Cost)] = []

  init(_ costs: [PhaseCost]) {
    var order: [String: Int] = [:]
    var places: [[String]: Int] = [:]
    for cost in costs {
      let stage = Self.stage(of: cost)
      if order[stage] == nil { order[stage] = order.count }
      if let place = places[[stage, cost.phase]] {
        phases[place].cost.add(Cost(cost))
      } else {
        places[[stage, cost.phase]] = phases.count
        phases.append((stage, cost.phase, Cost(cost)))
      }
    }
    // A phase that an earlier seed did not have stands with the others of its stage all the same.
    let sorted = phases.enumerated().sorted {
      (order[$0.element.stage] ?? 0, $0.offset) < (order[$1.element.stage] ?? 0, $1.offset)
    }
    phases = sorted.map(\.element)
  }

  /// All phases of a stage.
  subscript(stage: String) -> Cost? {
    let own = phases.filter { $0.stage == stage }
    guard !own.isEmpty else { return nil }
    return Self.sum(own.map(\.cost))
  }

  var total: Cost { Self.sum(phases.map(\.cost)) }

  private static func sum(_ costs: [Cost]) -> Cost {
    costs.reduce(into: Cost()) { $0.add($1) }
  }

  /// Records name seeds, as `dpo seed 0`.
  private static func stage(of cost: PhaseCost) -> String {
    let words = cost.stage.split(separator: " ", omittingEmptySubsequences: false)
    guard words.count > 2, words[words.count - 2] == "seed", Int(words[words.count - 1]) != nil
    else { return cost.stage }
    return words.dropLast(2).joined(separator: " ")
  }
}
