import Runs

/// Two systems that were compared; rates are those of the first. Names are compared by bytes.
public struct MatchUp: Sendable, Hashable {
  public var first: String
  public var second: String

  public init(_ first: String, _ second: String) {
    self.first = first
    self.second = second
  }

  public var flipped: MatchUp { MatchUp(second, first) }

  public static func == (one: MatchUp, other: MatchUp) -> Bool {
    ByteText(one.first) == ByteText(other.first) && ByteText(one.second) == ByteText(other.second)
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(ByteText(first))
    hasher.combine(ByteText(second))
  }
}
