/// A verdict on five levels, of the model against the baseline.
public enum GradedVerdict: Int, Sendable, Equatable, CaseIterable {
  case muchWorse = -2
  case worse = -1
  case tie = 0
  case better = 1
  case muchBetter = 2

  /// 0, ½ or 1, whatever the emphasis.
  public var score: Double { rawValue > 0 ? 1 : rawValue < 0 ? 0 : 0.5 }

  /// How often Arena-Hard repeats the verdict: an emphatic one counts three times.
  public var repetitions: Int { abs(rawValue) == 2 ? 3 : 1 }

  public var flipped: GradedVerdict { GradedVerdict(rawValue: -rawValue) ?? self }

  /// The same verdict without emphasis.
  public var plain: PairVerdict { rawValue > 0 ? .win : rawValue < 0 ? .loss : .tie }

  /// Reads `A>>B`, `A>B`, `A=B`, `B>A`, `B>>A`; nil for anything else.
  ///
  /// - Parameter modelIsFirst: whether the model is A.
  public init?(_ text: String, modelIsFirst: Bool) {
    let ofFirst: GradedVerdict
    switch text {
    case "A>>B", "B<<A": ofFirst = .muchBetter
    case "A>B", "B<A": ofFirst = .better
    case "A=B", "B=A": ofFirst = .tie
    case "B>A", "A<B": ofFirst = .worse
    case "B>>A", "A<<B": ofFirst = .muchWorse
    default: return nil
    }
    self = modelIsFirst ? ofFirst : ofFirst.flipped
  }

  /// As a judge writes it.
  public func text(modelIsFirst: Bool) -> String {
    switch modelIsFirst ? self : flipped {
    case .muchBetter: "A>>B"
    case .better: "A>B"
    case .tie: "A=B"
    case .worse: "B>A"
    case .muchWorse: "B>>A"
    }
  }
}
