/// The length and markup of one answer, as style control sees it.
public struct AnswerStyle: Sendable, Equatable {
  public var tokens: Int
  public var headers: Int
  /// Items of ordered and unordered lists.
  public var lists: Int
  public var bolds: Int

  public init(tokens: Int, headers: Int, lists: Int, bolds: Int) {
    self.tokens = tokens
    self.headers = headers
    self.lists = lists
    self.bolds = bolds
  }

  /// The four differences of version 0.1: (a − b)/(a + b) for tokens, (a − b)/(a + b + 1) for the
  /// counts of markup; 0 for two empty answers.
  func difference(from other: AnswerStyle) -> [Double] {
    [Self.ratio(Double(tokens), Double(other.tokens), 0)]
      + zip([headers, lists, bolds], [other.headers, other.lists, other.bolds]).map {
        Self.ratio(Double($0), Double($1), 1)
      }
  }

  /// Those of version 2: markup is counted per token first.
  public func densityDifference(from other: AnswerStyle) -> [Double] {
    func densities(_ style: AnswerStyle) -> [Double] {
      [style.headers, style.lists, style.bolds].map { Double($0) / Double(style.tokens + 1) }
    }
    return [Self.ratio(Double(tokens), Double(other.tokens), 0)]
      + zip(densities(self), densities(other)).map { Self.ratio($0, $1, 1) }
  }

  private static func ratio(_ first: Double, _ second: Double, _ offset: Double) -> Double {
    let sum = first + second + offset
    return sum == 0 ? 0 : (first - second) / sum
  }
}
