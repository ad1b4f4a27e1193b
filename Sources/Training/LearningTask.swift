import Policy
import Torch

/// What a training loop trains: a model, examples, and the loss of some of them.
public protocol LearningTask {
  var model: Decoder { get }
  /// Examples to learn from, by index.
  var exampleCount: Int { get }
  /// Names an example in a message.
  func name(of example: Int) -> String
  /// Tokens that the model reads for an example.
  func tokens(of example: Int) -> Int
  /// What the losses of a whole step are divided by, whatever parts it is run in.
  func weight(of examples: [Int]) -> Double
  /// The loss of a part of a step: the sum over its examples divided by `weight`, with gradient.
  /// Metrics are sums too, to be divided by ``Metrics/count``.
  func loss(of examples: [Int], weight: Double) throws -> (loss: Tensor, metrics: Metrics)
  /// Measured without gradient on what was held out; empty where nothing was.
  func heldOut() throws -> [String: Double]
  /// Whether the loss of an example depends on the others of its step, so that a step cannot be run in
  /// parts that do not know of each other.
  var couplesExamples: Bool { get }
  /// The loss of a whole step, for tasks that couple examples: every rank runs the model on its part, the
  /// others' numbers are constants to it, so that the ranks' gradients add up to the whole step's. All get
  /// the same value.
  func loss(
    of examples: [Int], weight: Double, over ranks: Ranks
  ) throws -> (loss: Tensor, metrics: Metrics)
}

extension LearningTask {
  public var couplesExamples: Bool { false }

  public func loss(
    of examples: [Int], weight: Double, over ranks: Ranks
  ) throws -> (loss: Tensor, metrics: Metrics) {
    precondition(!couplesExamples, "a task that couples examples says how ranks share a step")
    return try loss(of: examples, weight: weight)
  }
}

/// Per-example values of a step, whatever parts it is run in: means, and largest values.
public struct Metrics: Codable {
  /// Values that were added up, and how many.
  public struct Sum: Codable {
    public fileprivate(set) var sum: Double
    public fileprivate(set) var count: Double
  }

  public private(set) var sums: [String: Sum] = [:]
  public private(set) var largest: [String: Double] = [:]

  public init() {}

  /// Adds `count` values whose mean is `mean`.
  public mutating func add(_ name: String, mean: Double, count: Double) {
    guard count > 0 else { return }
    let before = sums[name] ?? Sum(sum: 0, count: 0)
    sums[name] = Sum(sum: before.sum + mean * count, count: before.count + count)
  }

  /// Adds values of which the step's largest is wanted.
  public mutating func add(_ name: String, largest value: Double) {
    largest[name] = max(largest[name] ?? value, value)
  }

  public mutating func add(_ other: Metrics) {
    for (name, value) in other.sums {
      add(name, mean: value.sum / value.count, count: value.count)
    }
    for (name, value) in other.largest { add(name, largest: value) }
  }

  /// What a step reports.
  public var values: [String: Double] {
    sums.mapValues { $0.sum / $0.count }.merging(largest) { mean, _ in mean }
  }
}
