/// The verdicts on one pair of answers in both orders.
public struct SwappedVerdict: Sendable, Equatable {
  /// With the first answer shown first; nil where the judge gave no verdict.
  public var direct: PairVerdict?
  /// With the first answer shown second; still a verdict on the first.
  public var swapped: PairVerdict?
  /// What is independent of the others: the prompt or question.
  public var cluster: Int

  public init(direct: PairVerdict?, swapped: PairVerdict?, cluster: Int) {
    self.direct = direct
    self.swapped = swapped
    self.cluster = cluster
  }

  /// Both verdicts, where both orders have one.
  public var both: (direct: PairVerdict, swapped: PairVerdict)? {
    guard let direct, let swapped else { return nil }
    return (direct, swapped)
  }
}
