import Policy
import Torch

/// A reward model on labelled pairs.
///
/// Source: the pairwise reward loss of Ouyang et al. 2022, equation 1.
public struct PreferenceRewardTask: LearningTask {
  public struct Example: Equatable, Sendable {
    public var id: String
    /// Prompt and completion in one.
    public var chosen: [Int]
    public var rejected: [Int]
    /// By how much the labels say that the chosen one is better, in nats; 0 where they do not say.
    public var margin: Double
    /// What its loss counts for.
    public var weight: Double

    public init(
      id: String, chosen: [Int], rejected: [Int], margin: Double = 0, weight: Double = 1
    ) {
      self.margin = margin
      self.weight = weight
      self.id = id
      self.chosen = chosen
      self.rejected = rejected
    }
  }

  public let model: Decoder
  private let examples: [Example]
  private let held: [Example]
  /// The losses of pairs, `[pair]`, from the rewards of the chosen and of the rejected texts, and the
  /// margins of the labels.
  private let losses:
    (_ chosen: Tensor, _ rejected: Tensor, _ margins: [Double]) throws(TorchError) -> Tensor

  /// A Bradley–Terry model.
  ///
  /// - Parameter centring: weight of (r_chosen + r_rejected)², which keeps rewards near 0.
  public init(_ model: Decoder, _ examples: [Example], centring: Double, heldOut: Double) {
    self.init(model, examples, heldOut: heldOut) { chosen, rejected, margins throws(TorchError) in
      let margin =
        margins.contains { $0 != 0 }
        ? try Tensor.of(margins.map { Float($0) }, on: chosen.device) : nil
      return try BradleyTerry.loss(
        chosen: chosen, rejected: rejected, margin: margin, centring: centring)
    }
  }

  /// - Parameter losses: of pairs, `[pair]`, from the rewards of their sides.
  init(
    _ model: Decoder, _ examples: [Example], heldOut: Double,
    losses:
      @escaping (_ chosen: Tensor, _ rejected: Tensor, _ margins: [Double])
      throws(TorchError) -> Tensor
  ) {
    self.model = model
    self.losses = losses
    let count = HeldOut.count(of: examples.count, share: heldOut)
    self.examples = Array(examples.dropLast(count))
    held = Array(examples.suffix(count))
  }

  public var exampleCount: Int { examples.count }
  public func name(of example: Int) -> String { examples[example].id }
  public func tokens(of example: Int) -> Int {
    examples[example].chosen.count + examples[example].rejected.count
  }
  public func weight(of examples: [Int]) -> Double {
    RowWeights.divisor(examples.map { self.examples[$0].weight })
  }

  public func loss(
    of examples: [Int], weight: Double
  ) throws -> (loss: Tensor, metrics: Metrics) {
    let part = examples.map { self.examples[$0] }
    let (losses, metrics) = try measure(part)
    return (try RowWeights.sum(losses, part.map(\.weight)) / weight, metrics)
  }

  private func measure(_ part: [Example]) throws -> (losses: Tensor, metrics: Metrics) {
    let scores = try model.scores(part.map(\.chosen) + part.map(\.rejected)).reshaped(-1)
    let chosen = try scores.slice(0, 0..<part.count)
    let rejected = try scores.slice(0, part.count..<2 * part.count)
    let up: [Double] = try chosen.detached().values()
    let down: [Double] = try rejected.detached().values()
    let count = Double(part.count)
    let right = zip(up, down).reduce(0.0) { $0 + ($1.0 > $1.1 ? 1 : $1.0 == $1.1 ? 0.5 : 0) }
    var metrics = Metrics()
    metrics.add("accuracy", mean: right / count, count: count)
    metrics.add(
      "margin", mean: (up.reduce(0, +) - down.reduce(0, +)) / count, count: count)
    metrics.add("largest_reward", largest: (up + down).map(abs).max() ?? 0)
    return (try losses(chosen, rejected, part.map(\.margin)), metrics)
  }

  public func heldOut() throws -> [String: Double] {
    guard !held.isEmpty else { return [:] }
    var loss = 0.0
    var metrics = Metrics()
    for range in ScoringParts.of(held.map { max($0.chosen.count, $0.rejected.count) }, rows: 2) {
      let part = Array(held[range])
      let (losses, found) = try measure(part)
      loss += try RowWeights.sum(losses, part.map(\.weight)).item()
      metrics.add(found)
    }
    var values = metrics.values
    values["loss"] = loss / RowWeights.divisor(held.map(\.weight))
    return values
  }
}
