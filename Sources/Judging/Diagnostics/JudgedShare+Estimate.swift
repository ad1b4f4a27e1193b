import Runs
import Statistics

extension JudgedShare {
  public init(_ estimate: Estimate) {
    self.init(
      value: estimate.value, low: estimate.interval?.low, high: estimate.interval?.high,
      count: estimate.count)
  }

  /// Wilson's 95 % interval; nil without trials. A tie may count one half.
  static func of(_ successes: Double, _ trials: Int) -> JudgedShare? {
    Wilson.estimate(successes: successes, of: trials).map(JudgedShare.init)
  }
}
