extension PairSelection {
  /// A comparison to ask of an oracle: of two candidates, or of a candidate with the opponent that
  /// stands in a column.
  struct Question: Equatable {
    var first: Int
    var second: Int
    /// Whether `second` is the column of an opponent.
    var isRival = false
  }

  /// The comparisons to ask of an oracle for a group.
  func questions(of group: RoundGroup) -> [Question] {
    let count = group.candidates.count
    guard !group.rivals.isEmpty else {
      return questions(of: count).map { Question(first: $0.first, second: $0.second) }
    }
    if rule == .iid, pool == .pair {
      return PairRule.neighbours(count).enumerated().flatMap { column, pair in
        group.rivals[column] == nil
          ? [Question(first: pair.first, second: pair.second)]
          : [pair.first, pair.second].map { Question(first: $0, second: column, isRival: true) }
      }
    }
    let own = (0..<count).filter { group.rivals[$0] == nil }
    let among = questions(of: count).filter { own.contains($0.first) || own.contains($0.second) }
    return among.map { Question(first: $0.first, second: $0.second) }
      + (0..<count).filter { group.rivals[$0] != nil }.flatMap { column in
        (0..<count).map { Question(first: $0, second: column, isRival: true) }
      }
  }

  /// The most comparisons that `count` candidates and their opponents take.
  func mostQuestions(of count: Int) -> Int {
    columns(of: count) * (rule == .iid && pool == .pair ? 2 : count)
  }

  /// How a pair came out: the probability that the first one wins, both win rates where the pool does
  /// not give them, and what the label is worth.
  ///
  /// Two candidates that met opponents have won with probability ½ + (P̂_1 − P̂_2)/2: each plays one of
  /// them, and where both win or both lose a coin decides. Their win rates are centred, so that those of
  /// all candidates have the mean ½, which in a game against oneself they have by themselves.
  func contest(
    _ table: PreferenceTable, _ first: Int, _ second: Int
  ) -> (wins: Double, rates: [Double]?, stake: Double)? {
    let isDuel = rule == .iid && pool == .pair
    guard table.hasRivals, !isDuel || table.isRival(first / 2) else {
      return table[first, second].map { ($0, nil, 1) }
    }
    let known =
      isDuel
      ? [first, second].map { table.rate(of: $0, againstRivalIn: first / 2) }
      : (0..<table.count).map(table.winRate)
    let rates = known.compactMap(\.self)
    guard rates.count == known.count else { return nil }
    let centred = PreferenceTable.centred(rates)
    let pair = isDuel ? centred : [centred[first], centred[second]]
    return ((1 + pair[0] - pair[1]) / 2, pair, 2)
  }
}

extension PreferenceTable {
  /// Win rates moved so that their mean is ½.
  static func centred(_ rates: [Double]) -> [Double] {
    let excess = rates.reduce(0, +) / Double(max(1, rates.count)) - 0.5
    return rates.map { $0 - excess }
  }
}
