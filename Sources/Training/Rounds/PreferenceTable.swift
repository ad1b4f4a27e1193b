/// P(row ≻ column) among the candidates of a prompt, as far as it was asked for; ½ on the diagonal.
struct PreferenceTable: Equatable {
  let count: Int
  private var values: [Double?]
  /// P(row ≻ opponent), by the columns in which others than the candidates stand.
  private var rivals: [Int: [Double?]] = [:]

  init(_ count: Int) {
    self.count = count
    values = [Double?](repeating: nil, count: count * count)
    for place in 0..<count { values[place * count + place] = 0.5 }
  }

  /// - Parameter rivals: columns in which others than the candidates stand.
  init(_ count: Int, rivals: [Int]) {
    self.init(count)
    for column in rivals { self.rivals[column] = [Double?](repeating: nil, count: count) }
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

  /// Records P(row ≻ whoever stands in a column in the place of a candidate).
  mutating func record(_ row: Int, overRivalIn column: Int, _ probability: Double) {
    rivals[column]?[row] = probability
  }

  /// Whether others than the candidates stand in some columns.
  var hasRivals: Bool { !rivals.isEmpty }

  /// P(row ≻ opponent) in a column; nil without an answer, and where a candidate stands there.
  func rate(of row: Int, againstRivalIn column: Int) -> Double? { rivals[column]?[row] ?? nil }

  /// Whether somebody else stands in a column.
  func isRival(_ column: Int) -> Bool { rivals[column] != nil }

  /// Whether every win rate is known.
  var isComplete: Bool { (0..<count).allSatisfy { winRate(of: $0) != nil } }

  /// P(row ≻ column); nil where it was not asked for.
  subscript(row: Int, column: Int) -> Double? { values[row * count + column] }

  /// P̂(y ≻ π) of a candidate: the mean over all candidates, itself included as ½; nil where some
  /// comparison was not asked for. Columns are opponents: where others stand in them, theirs count.
  ///
  /// Source: Wu et al. 2024, "Self-play preference optimization", the estimate over K samples.
  func winRate(of row: Int) -> Double? {
    var sum = 0.0
    for column in 0..<count {
      guard let value = rivals[column].map({ $0[row] }) ?? self[row, column] else { return nil }
      sum += value
    }
    return sum / Double(count)
  }
}
