import Runs
import Statistics

/// A measurement before it gets a subject, with the values behind it.
struct Finding {
  var name: String
  var reference: String?
  var unit: String
  var direction: Direction
  /// Nil where nothing can be computed.
  var estimate: Estimate?
  /// What the number is, and how its interval was made.
  var what: String
  var spread: String
  var nonfinite = 0
  /// The mean of each prompt's values, whose mean over prompts is the estimate; nil for a quotient
  /// of sums.
  var prompts: [Double]?
  /// A share, which no interval may leave.
  var isShare: Bool { unit == "share" }

  func measurement(of subject: String) -> Measurement {
    Measurement(
      name: name, subject: subject, reference: reference, value: estimate?.value,
      low: estimate?.interval?.low, high: estimate?.interval?.high, count: estimate?.count ?? 0,
      clusters: estimate?.clusters ?? 0, unit: unit, direction: direction,
      method: "\(what); \(spread)",
      nonfinite: nonfinite)
  }
}
