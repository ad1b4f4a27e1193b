/// Whether a judge likes long outputs.
public struct LengthSummary: Sendable, Equatable, Codable {
  /// Comparisons of similar difference in length.
  public struct Bin: Sendable, Equatable, Codable {
    /// Length of the first file's output minus the second's, in characters: the range in this bin.
    public var low: Int
    public var high: Int
    public var winRate: JudgedShare?

    public init(low: Int, high: Int, winRate: JudgedShare?) {
      self.low = low
      self.high = high
      self.winRate = winRate
    }
  }

  /// Mean lengths of both files' outputs, in characters.
  public var means: [Double]
  /// Of the comparisons of unequal length that were decided: the share that the longer one won; nil
  /// for a judge that was fooled.
  public var longerWins: JudgedShare?
  /// Five equal parts of the comparisons with a verdict, by difference in length.
  public var quintiles: [Bin]

  public init(means: [Double], longerWins: JudgedShare?, quintiles: [Bin]) {
    self.means = means
    self.longerWins = longerWins
    self.quintiles = quintiles
  }
}
