/// Two systems that were compared; rates are those of the first.
public struct MatchUp: Sendable, Hashable {
  public var first: String
  public var second: String

  public init(_ first: String, _ second: String) {
    self.first = first
    self.second = second
  }

  public var flipped: MatchUp { MatchUp(second, first) }
}
