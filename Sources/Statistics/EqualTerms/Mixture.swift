/// Several policies of which a coin picks one for every prompt.
///
/// Its mean reward is the mean of theirs by weight; its KL is at most that mean, because KL is convex.
public struct Mixture: Sendable, Equatable {
  public struct Part: Sendable, Equatable {
    /// Place of the policy among those given.
    public var point: Int
    public var weight: Double

    public init(point: Int, weight: Double) {
      self.point = point
      self.weight = weight
    }
  }

  /// Weights add up to 1; none is 0.
  public let parts: [Part]

  public init(_ parts: [Part]) {
    self.parts = parts.filter { $0.weight > 0 }
  }

  /// The values of the mixture, `[seed][prompt]`, from those of its parts.
  ///
  /// - Parameter tables: of every point, `[seed][prompt]`; one of a single seed, which was trained once
  ///   for all, stands beside every seed of the others. Nil for a point that was not measured.
  /// - Returns: nil where a part was not measured, or seeds or prompts do not match.
  public func values(_ tables: [[[Double]]?]) -> [[Double]]? {
    var chosen: [(table: [[Double]], weight: Double)] = []
    for part in parts {
      guard tables.indices.contains(part.point), let table = tables[part.point], !table.isEmpty
      else { return nil }
      chosen.append((table, part.weight))
    }
    let seeds = chosen.map(\.table.count).max() ?? 0
    let prompts = chosen.first?.table.first?.count ?? 0
    guard seeds > 0, prompts > 0,
      chosen.allSatisfy({ one in
        (one.table.count == seeds || one.table.count == 1)
          && one.table.allSatisfy { $0.count == prompts }
      })
    else { return nil }
    return (0..<seeds).map { seed in
      (0..<prompts).map { prompt in
        chosen.reduce(0) { sum, one in
          sum + one.weight * one.table[one.table.count == 1 ? 0 : seed][prompt]
        }
      }
    }
  }
}
