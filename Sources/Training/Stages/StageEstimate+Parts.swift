import Policy
import Torch

extension StageEstimate {
  /// The parts that a training's steps are run in.
  struct Parts: Equatable, Sendable {
    /// Those that are learnt from.
    var examples: [ExampleSize]
    /// The seed of their order, as ``TrainingLoop/seed``.
    var order: UInt64
    var steps: Int
    var batch: Int
    var accumulation: Int
    /// Tokens are counted, not estimated from bytes.
    var isCounted: Bool
    /// Examples are scored before or between the steps.
    var isScored: Bool
    /// nil where memory is low as it is.
    var normal: TrainingMemory?
    var low: TrainingMemory

    /// Examples of one part.
    var size: Int { (batch + accumulation - 1) / accumulation }

    /// Bytes at the peak as it is set.
    var bytes: Double { bytes(normal ?? low, size: size) }

    /// Bytes at the peak of a training whose parts have so many examples.
    func bytes(_ memory: TrainingMemory, size: Int) -> Double {
      var largest = isScored ? memory.scoring(examples) : 0
      forEachPart(of: size) {
        largest = max(largest, memory.bytes(of: $0, isWhole: size >= batch))
      }
      return largest
    }

    private func forEachPart(of size: Int, _ body: (PassSizes) -> Void) {
      guard !examples.isEmpty else { return }
      var order = Permutation(count: examples.count, seed: Generator.mix(order, "order"))
      // Beyond so many steps no part is much larger than those before it.
      for step in 0..<min(steps, 10_000) {
        let chosen = order.examples(from: step * batch, length: batch)
        for start in stride(from: 0, to: batch, by: size) {
          body(
            ExampleSize.together(chosen[start..<min(start + size, batch)].lazy.map { examples[$0] })
          )
        }
      }
    }
  }

  /// By how much the estimate of the peak may be too large: tokens that are counted leave little doubt.
  public var doubt: Double { parts?.isCounted == true ? 1.1 : 2 }

  /// The largest setting of a training that fits into so many bytes, in words; nil for what is none.
  public func largestSetting(in bytes: Double) -> String? {
    guard let parts else { return nil }
    func fitting(_ memory: TrainingMemory) -> Int? {
      // Sizes that a number of parts gives, the largest first.
      var size = parts.size
      while size >= 1 {
        if parts.bytes(memory, size: size) <= bytes { return size }
        guard size > 1 else { return nil }
        let more = (parts.batch + size - 2) / (size - 1)
        size = (parts.batch + more - 1) / more
      }
      return nil
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
    let isWhole = count == parts.size
    return "training.memory: low\(isWhole ? "" : " with \(words(count))") fits"
  }
}
