/// A judge's win rate corrected by what people said of some comparisons.
public struct CorrectedRate: Sendable, Equatable, Codable {
  public enum Way: String, Sendable, Equatable, Codable {
    /// People labelled some of these very comparisons: right for any judge.
    case labels
    /// They labelled others, and the judge is taken to err here as often as there.
    case rates
  }

  public var way: Way
  /// By ``Way/rates`` the share of wins among the decided.
  public var rate: JudgedShare
  /// Labels of people that it rests on: prompts by ``Way/labels``, decided comparisons by
  /// ``Way/rates``.
  public var labels: Int
  /// How much of the judge was used, 0 … 1; nil by ``Way/rates``.
  public var power: Double?
  /// SHA-256 of the file of the calibration.
  public var calibration: String
  /// Of the calibration: share of comparisons with one verdict of people and judge.
  public var agreement: JudgedShare?
  public var kappa: JudgedShare?

  public init(
    way: Way, rate: JudgedShare, labels: Int, power: Double?, calibration: String,
    agreement: JudgedShare?, kappa: JudgedShare?
  ) {
    self.way = way
    self.rate = rate
    self.labels = labels
    self.power = power
    self.calibration = calibration
    self.agreement = agreement
    self.kappa = kappa
  }

  /// What the numbers rest on.
  public var words: String {
    switch way {
    case .labels where power == 0:
      "\(labels) prompts that people labelled, by these alone: the judge adds nothing (λ = 0); right if "
        + "these were drawn at random"
    case .labels:
      "\(labels) prompts that people labelled, prediction-powered; right if these were drawn at random"
    case .rates:
      "\(labels) labels of other comparisons, Rogan and Gladen, among the decided; right if the judge "
        + "errs here as often as there"
    }
  }
}
