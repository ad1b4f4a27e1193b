/// Wall-clock seconds of the phases of a round.
public struct RoundCost: Codable, Sendable, Equatable {
  public var round: Int
  public var generate = 0.0
  public var score = 0.0
  public var train = 0.0

  public init(round: Int) { self.round = round }
}
