/// One comparison of two players.
public struct Battle: Sendable, Equatable {
  public var first: Int
  public var second: Int
  /// For the first: 1 a win, 0 a loss, ½ a tie, or a preference in between.
  public var score: Double
  public var weight: Double
  /// The prompt: battles of one cluster are not independent.
  public var cluster: Int

  /// By how much the first answer differs from the second in length and markup, as
  /// ``AnswerStyle/densityDifference(from:)``; empty where nobody asks.
  public var style: [Double]

  public init(
    first: Int, second: Int, score: Double, weight: Double = 1, cluster: Int, style: [Double] = []
  ) {
    self.style = style
    self.first = first
    self.second = second
    self.score = score
    self.weight = weight
    self.cluster = cluster
  }

  /// Whether all battles can be: two players among so many, a score in 0 … 1, a weight not below 0.
  static func areValid(_ battles: [Battle], players: Int) -> Bool {
    let range = 0..<players
    return battles.allSatisfy {
      range.contains($0.first) && range.contains($0.second) && $0.first != $0.second
        && $0.score >= 0 && $0.score <= 1 && $0.weight >= 0 && $0.weight.isFinite
    }
  }

  /// The battles of each cluster, all in an order of their own: clusters are sorted by what happened
  /// in them, so that resampling does not depend on the order of the rows.
  static func clusters(_ battles: [Battle]) -> [[Battle]] {
    Dictionary(grouping: battles, by: \.cluster).values
      .map { group in
        group.map(\.turned).sorted { $0.words.lexicographicallyPrecedes($1.words) }
      }
      .map { (words: [Double($0.count)] + $0.flatMap(\.words), battles: $0) }
      .sorted { $0.words.lexicographicallyPrecedes($1.words) }.map(\.battles)
  }

  /// With the player of the smaller number first.
  private var turned: Battle {
    guard second < first else { return self }
    return Battle(
      first: second, second: first, score: 1 - score, weight: weight, cluster: cluster,
      style: style.map { -$0 })
  }

  private var words: [Double] { [Double(first), Double(second), score, weight] + style }
}
