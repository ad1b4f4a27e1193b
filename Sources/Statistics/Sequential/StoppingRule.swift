/// When enough prompts were judged: looked at after every prompt, with an error rate that holds
/// however often one looks.
///
/// Prompts come in random order, each as the mean of its judgments, 0 … 1. It is decided once the
/// interval of ``ConfidenceSequence`` leaves out one half, or, where a margin is given, lies within
/// it around one half.
public struct StoppingRule: Sendable, Equatable {
  public enum Decision: String, Sendable, Equatable, CaseIterable {
    case above, below
    /// Within the margin around one half.
    case equivalent
  }

  /// Around one half; nil where closeness is not to be shown.
  public let margin: Double?
  public private(set) var decision: Decision?
  private var sequence: ConfidenceSequence

  /// - Returns: nil unless `margin` lies inside (0, ½) and `confidence` inside (0, 1).
  public init?(margin: Double? = nil, confidence: Double = 0.95) {
    guard let sequence = ConfidenceSequence(confidence: confidence) else { return nil }
    if let margin, !(margin > 0 && margin < 0.5) { return nil }
    self.margin = margin
    self.sequence = sequence
  }

  public var count: Int { sequence.count }

  /// Looks at one more prompt; what is decided stays decided, and values outside 0 … 1 change nothing.
  public mutating func add(_ share: Double) {
    guard decision == nil, sequence.add(share), let interval = sequence.interval else { return }
    if interval.low > 0.5 { decision = .above }
    if interval.high < 0.5 { decision = .below }
    if let margin, interval.low >= 0.5 - margin, interval.high <= 0.5 + margin {
      decision = .equivalent
    }
  }
}
