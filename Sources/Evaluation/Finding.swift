import Runs
import Statistics

/// A measurement before it gets a subject, with the values behind it.
struct Finding {
  let measure: Measure
  var reference: String?
  /// What the number is, without its interval.
  var what: String
  /// Finite values, `[prompt][value]`; prompts without any stay, empty.
  var values: [[Double]] = []
  /// Nil where nothing can be computed.
  var estimate: Estimate?
  var nonfinite = 0
  /// What stands beside the interval's own words.
  var remark = ""

  var name: String { measure.name }

  /// How the interval was made.
  var spread: String { (estimate?.basis?.words ?? "no value") + remark }

  func measurement(of subject: String) -> Measurement {
    Measurement(
      name: name, subject: subject, reference: reference, value: estimate?.value,
      low: estimate?.interval?.low, high: estimate?.interval?.high, count: estimate?.count ?? 0,
      clusters: estimate?.clusters ?? 0, unit: measure.unit, direction: measure.direction,
      method: "\(what); \(spread)", version: measure.version, nonfinite: nonfinite,
      confidence: estimate?.basis?.confidence)
  }
}

extension Measure.Kind {
  var quantity: Inference.Quantity {
    switch self {
    case .real: .real
    case .share: .share
    case .nonnegative: .nonnegative
    case .exponential: .exponential
    }
  }
}
