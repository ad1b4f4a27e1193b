/// How an interval was made, over what, and what it does not cover: the one vocabulary in which
/// terminal, JSON and report speak of intervals.
public struct IntervalBasis: Sendable, Equatable {
  public enum Method: String, Sendable, Equatable, CaseIterable {
    case exact = "Clopper–Pearson"
    case bounded = "exact for values between 0 and 1 (Gaffke)"
    case betting = "betting, valid whenever one stops,"
    case studentT = "Student's t"
    case bootstrapT = "bootstrap-t"
    case logarithmic = "Student's t on the logarithm"
    case crossed = "crossed random effects, Satterthwaite"
    case crossedLogarithmic = "crossed random effects on the logarithm, Satterthwaite"
    case bootstrap = "bootstrap and jackknife"
    case predictionPowered = "prediction-powered"
    case roganGladen = "Rogan–Gladen, Lang and Reiczigel's"
    case people = "people's labels alone"
    case lengthControlled = "refitted without each prompt in turn, Student's t on the log-odds"
    case none = "no interval"
  }

  /// What would be drawn anew.
  public enum Unit: String, Sendable, Equatable {
    case prompts
    case items
    case seedsAndPrompts = "other seeds and other prompts"
  }

  public enum Caveat: String, Sendable, Equatable, CaseIterable {
    /// All values are equal, and nothing bounds what others may be.
    case noSpread = "all values are equal"
    case oneGroup = "one prompt tells nothing of others"
    /// Fewer than ``Inference/few`` prompts, or so skewed that the tail was not seen.
    case tooFew = "too few to tell how far it can be trusted"
    case oneSeed = "one seed: luck of training is not measured"
    case twoSeeds = "two seeds settle nothing"
    case notFinite = "a resample has no finite value"
  }

  public var confidence: Double
  public var method: Method
  public var unit: Unit
  public var caveats: [Caveat]

  public init(
    confidence: Double, method: Method, unit: Unit = .prompts, caveats: [Caveat] = []
  ) {
    self.confidence = confidence
    self.method = method
    self.unit = unit
    self.caveats = caveats
  }

  /// `95`, `99.9`: a confidence as it is printed.
  public static func percent(_ confidence: Double) -> String {
    let value = (confidence * 1e6).rounded() / 1e4
    // Never all of it.
    guard value < 100 else { return "\(100 * confidence)" }
    return value == value.rounded() ? "\(Int(value))" : "\(value)"
  }

  /// `95 % interval: Clopper–Pearson over prompts; one seed: luck of training is not measured`.
  public var words: String {
    let over =
      switch unit {
      case .prompts, .items: "\(method.rawValue) over \(unit.rawValue)"
      case .seedsAndPrompts: "\(method.rawValue), for \(unit.rawValue)"
      }
    let head =
      method == .none
      ? method.rawValue : "\(Self.percent(confidence)) % interval: \(over)"
    return ([head] + caveats.map(\.rawValue)).joined(separator: "; ")
  }
}
