/// P(row ≻ column) among the candidates of a prompt, as far as it was asked for; ½ on the diagonal.
struct PreferenceTable: Equatable {
  let count: Int
  private var values: [Double?]

  init(_ count: Int) {
    self.count = count
    values = [Double?](repeating: nil, count: count * count)
    for place in 0..<count { values[place * count + place] = 0.5 }
  }

  /// The greater reward always wins; equal ones tie.
  init(rewards: [Double]) {
    self.init(rewards.count)
    for row in rewards.indices {
      for column in rewards.indices where row < column {
        let wins = RewardOracle.preference(rewards[row], over: rewards[column], temperature: 0)
        record(row, over: column, wins)
      }
    }
  }

  /// Records P(row ≻ column), and with it P(column ≻ row).
  mutating func record(_ row: Int, over column: Int, _ probability: Double) {
    values[row * count + column] = probability
    values[column * count + row] = 1 - probability
  }

  /// Whether every comparison has an answer.
  var isComplete: Bool { values.allSatisfy { $0 != nil } }

  /// P(row ≻ column); nil where it was not asked for.
  subscript(row: Int, column: Int) -> Double? { values[row * count + column] }

  /// P̂(y ≻ π) of a candidate: the mean over all candidates, itself included as ½; nil where some
  /// comparison was not asked for.
  ///
  /// Source: Wu et al. 2024, "Self-play preference optimization", the estimate over K samples.
  func winRate(of row: Int) -> Double? {
    var sum = 0.0
    for column in 0..<count {
      guard let value = self[row, column] else { return nil }
      sum += value
    }
    return sum / Double(count)
  }
}
