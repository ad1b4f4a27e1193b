import Policy
import Torch

/// What a training has in memory at its peak, in bytes, from shapes alone; weights are float32, and moments
/// what the settings say.
struct TrainingMemory: Equatable, Sendable {
  private let shape: ModelConfiguration
  let adapter: AdapterSettings?
  private let pass: PassMemory
  /// A frozen model is there beside the trained one.
  private let hasReference: Bool
  /// Bytes of a number of a moment.
  private let momentSize: Double

  /// - Parameters:
  ///   - adapter: what moves in the place of the weights, which the reference then shares.
  ///   - recomputes: only the inputs of layers wait for the backward pass.
  ///   - moments: what they are kept as.
  init(
    shape: ModelConfiguration, adapter: AdapterSettings?, precision: Precision, recomputes: Bool,
    hasReference: Bool, moments: ElementType = .float32
  ) {
    momentSize = Double(moments.size)
    self.shape = shape
    self.adapter = adapter
    self.hasReference = hasReference
    pass = PassMemory(shape, adapter: adapter, precision: precision, recomputes: recomputes)
  }

  /// - Parameters:
  ///   - part: the largest part of a step.
  ///   - isWhole: a step has one part, so that no gradient is there when it begins.
  func bytes(of part: PassSizes, isWhole: Bool) -> Double {
    let gradients = 4 * moving
    let beginning = pass.peak(part) + (isWhole ? 0 : gradients)
    // What the embedding is read for comes to what the head has left.
    let end = gradients + (shape.isTied && adapter == nil ? 4 * embedding : 0)
    return held + max(beginning, end)
  }

  /// The most that is there while examples are scored, in parts as ``ScoringParts`` has them.
  func scoring(_ examples: [ExampleSize]) -> Double {
    let parts = ScoringParts.of(
      examples.map(\.longest), rows: 1 + (examples.map(\.others.count).max() ?? 0))
    let largest = parts.map { pass.scoring(ExampleSize.together(examples[$0])) }.max() ?? 0
    return held + largest
  }

  /// Numbers that are trained.
  private var moving: Double {
    adapter.map { Double($0.count(in: shape)) } ?? Double(shape.parameterCount)
  }

  private var embedding: Double { Double(shape.vocab * shape.hidden) }

  /// Weights, two moments, and a reference, which under an adapter is the frozen weights, and
  /// a copy of the adapter's where that is gone on with.
  var held: Double {
    let weights = Double(shape.parameterCount)
    let own = adapter == nil ? 0 : moving
    let reference = hasReference ? adapter == nil ? weights : moving : 0
    return 4 * (weights + own + reference) + 2 * momentSize * moving
  }
}
