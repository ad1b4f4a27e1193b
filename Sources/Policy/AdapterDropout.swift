import Torch

/// Sets inputs of a model's adapters to 0 while they learn, each with its own probability.
///
/// What is left out follows from the seed of the step's part, the number of the pass within it, the
/// layer and the module: so it is the same where a layer is computed a second time for its gradient, and
/// where a training goes on after a stop.
final class AdapterDropout {
  let share: Double
  /// Of the part of a step that is run; nil outside of training, where nothing is left out.
  var seed: UInt64? { didSet { passes = 0 } }
  private var passes: UInt64 = 0
  private var layer: UInt64?

  init(share: Double) { self.share = share }

  /// The seed of one more pass through the model.
  func begin() -> UInt64? {
    guard let seed, share > 0 else { return nil }
    passes += 1
    return Generator.mix(seed &+ passes, "pass")
  }

  /// Runs a layer of a pass.
  func inside<Result>(
    _ pass: UInt64?, layer: Int, _ body: () throws(TorchError) -> Result
  ) throws(TorchError) -> Result {
    self.layer = pass.map { Generator.mix($0, "layer \(layer)") }
    defer { self.layer = nil }
    return try body()
  }

  /// nil where nothing is left out.
  func applied(to x: Tensor, of module: String) throws(TorchError) -> Tensor? {
    guard let layer else { return nil }
    let kept = try Generator(seed: layer, stream: module).uniform(x.sizes).moved(to: x.device)
    return try x * ((kept .< share).not().converted(to: x.type) / (1 - share))
  }
}
