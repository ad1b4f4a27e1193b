/// What became of comparisons that were put to a judge several times.
public struct RepeatSummary: Sendable, Equatable, Codable {
  /// How often each was.
  public var times: Int
  /// Share of comparisons that the first system won every time (pass^k), and at least once (pass@k);
  /// ties and contradicting orders are no wins.
  public var always: JudgedShare?
  public var once: JudgedShare?

  public init(times: Int, always: JudgedShare?, once: JudgedShare?) {
    self.times = times
    self.always = always
    self.once = once
  }
}
