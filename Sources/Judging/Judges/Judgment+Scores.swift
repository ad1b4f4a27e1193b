import Runs

extension Judgment {
  /// The verdict of a judge that computes: the higher value is preferred, equal values are a tie; of
  /// a single candidate the value itself.
  public init(choosing values: [Double]) {
    guard values.count == 2 else {
      self.init(verdict: Verdict(label: "score", score: values.first))
      return
    }
    let share = values[0] > values[1] ? 1.0 : values[0] < values[1] ? 0.0 : 0.5
    self.init(
      verdict: Verdict(label: share == 1 ? "A" : share == 0 ? "B" : "tie", preference: share))
  }
}
