/// What a judge said of two answers, always of the same first one, wherever it was shown.
public enum PairVerdict: String, Sendable, Equatable, CaseIterable {
  case win, tie, loss

  /// 1, ½ or 0.
  public var score: Double {
    switch self {
    case .win: 1
    case .tie: 0.5
    case .loss: 0
    }
  }

  /// The same verdict of the other answer.
  public var flipped: PairVerdict {
    switch self {
    case .win: .loss
    case .tie: .tie
    case .loss: .win
    }
  }
}
