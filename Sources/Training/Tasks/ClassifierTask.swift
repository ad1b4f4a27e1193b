import Policy
import Torch

/// Binary classification of texts by one output at the last token, whose value is the log-odds of
/// the positive class.
public struct ClassifierTask: LearningTask {
  public struct Example: Equatable, Sendable {
    public var id: String
    public var tokens: [Int]
    public var isPositive: Bool
    /// What its loss counts for.
    public var weight: Double

    public init(id: String, tokens: [Int], isPositive: Bool, weight: Double = 1) {
      self.weight = weight
      self.id = id
      self.tokens = tokens
      self.isPositive = isPositive
    }
  }

  public let model: Decoder
  private let examples: [Example]
  private let held: [Example]

  public init(_ model: Decoder, _ examples: [Example], heldOut: Double) {
    self.model = model
    let count = HeldOut.count(of: examples.count, share: heldOut)
    self.examples = Array(examples.dropLast(count))
    held = Array(examples.suffix(count))
  }

  public var exampleCount: Int { examples.count }
  public func name(of example: Int) -> String { examples[example].id }
  public func tokens(of example: Int) -> Int { examples[example].tokens.count }
  public func weight(of examples: [Int]) -> Double {
    RowWeights.divisor(examples.map { self.examples[$0].weight })
  }

  public func loss(
    of examples: [Int], weight: Double
  ) throws -> (loss: Tensor, metrics: Metrics) {
    let part = examples.map { self.examples[$0] }
    let (losses, accuracy) = try measure(part)
    var metrics = Metrics()
    metrics.add("accuracy", mean: accuracy, count: Double(part.count))
    return (try RowWeights.sum(losses, part.map(\.weight)) / weight, metrics)
  }

  /// `[example]` losses, and the share on the right side.
  private func measure(_ part: [Example]) throws -> (losses: Tensor, accuracy: Double) {
    let logits = try model.scores(part.map(\.tokens)).reshaped(-1)
    let labels = try Tensor.of(part.map { $0.isPositive ? Float(1) : 0 }, on: model.device)
    let values: [Double] = try logits.detached().values()
    let right = zip(values, part).filter { ($0 > 0) == $1.isPositive }.count
    return (
      try BinaryClassification.loss(logits, labels: labels),
      Double(right) / Double(part.count)
    )
  }

  public func heldOut() throws -> [String: Double] {
    guard !held.isEmpty else { return [:] }
    var loss = 0.0
    var right = 0.0
    for range in ScoringParts.of(held.map(\.tokens.count)) {
      let part = Array(held[range])
      let (losses, accuracy) = try measure(part)
      loss += try RowWeights.sum(losses, part.map(\.weight)).item()
      right += accuracy * Double(part.count)
    }
    let count = Double(held.count)
    return ["loss": loss / RowWeights.divisor(held.map(\.weight)), "accuracy": right / count]
  }
}
