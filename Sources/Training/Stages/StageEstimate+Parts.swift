import Policy
import Torch

extension StageEstimate {
  /// The parts that a training's steps are run in.
  struct Parts: Equatable, Sendable {
    /// Of one part.
    var examples: Int
    var batch: Int
    /// Tokens are counted, not estimated from bytes.
    var isCounted: Bool
    /// nil where memory is low as it is.
    var normal: TrainingMemory?
    var low: TrainingMemory
    /// Tokens of the largest part, and of the largest example.
    var largest: Double
    var alone: Double

    /// Tokens of the largest part of so many examples.
    func tokens(of count: Int) -> Double { max(alone, largest * Double(count) / Double(examples)) }
  }

  /// By how much the estimate of the peak may be too large: tokens that are counted leave little doubt.
  public var doubt: Double { parts?.isCounted == true ? 1.25 : 2 }

  /// The largest setting of a training that fits into so many bytes, in words; nil for what is none.
  public func largestSetting(in bytes: Double) -> String? {
    guard let parts else { return nil }
    func fitting(_ memory: TrainingMemory) -> Int? {
      (1...parts.examples).reversed().first {
        memory.bytes(ofPart: parts.tokens(of: $0)) <= bytes
      }
    }
    func words(_ count: Int) -> String {
      let parts = (parts.batch + count - 1) / count
      return
        "training.accumulation: \(parts), which runs \(count) example\(count == 1 ? "" : "s") at a time,"
    }
    if let normal = parts.normal, let count = fitting(normal) { return "\(words(count)) fits" }
    guard let count = fitting(parts.low) else {
      return "not even one example at a time fits with training.memory: low"
        + (parts.low.adapter == nil ? "; an adapter takes less" : "")
    }
    let isWhole = count == parts.examples
    return "training.memory: low\(isWhole ? "" : " with \(words(count))") fits"
  }
}

extension OptimisationSettings {
  /// Tokens of the largest part that the steps are run in.
  ///
  /// - Parameter order: the seed of the examples' order, as ``TrainingLoop/seed``.
  func largestPart(of lengths: [Double], steps: Int, order seed: UInt64) -> Double {
    guard !lengths.isEmpty else { return 0 }
    var order = Permutation(count: lengths.count, seed: Generator.mix(seed, "order"))
    let size = (batch + accumulation - 1) / accumulation
    var largest = 0.0
    // Beyond so many steps no part is much larger than those before it.
    for step in 0..<min(steps, 10_000) {
      let examples = order.examples(from: step * batch, length: batch)
      for start in stride(from: 0, to: batch, by: size) {
        let part = examples[start..<min(start + size, batch)]
        largest = max(largest, part.reduce(0) { $0 + lengths[$1] })
      }
    }
    return largest
  }
}
