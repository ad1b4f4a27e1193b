import Policy

/// The length of a text in characters, or its negative: a reward that needs no model.
public struct LengthReward: Reward {
  public let isLongerBetter: Bool

  public init(isLongerBetter: Bool) { self.isLongerBetter = isLongerBetter }

  public var name: String { isLongerBetter ? "length" : "shortness" }

  public func rewards(of texts: [String]) -> [Double] {
    texts.map { isLongerBetter ? Double($0.count) : -Double($0.count) }
  }
}
