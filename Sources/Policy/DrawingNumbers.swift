import Torch

/// The uniform numbers that completions are drawn with: a stream of its own for each prompt and sample.
///
/// What is drawn for a prompt then depends neither on the prompts beside it, nor on how many samples it
/// gets or how long they may become; and policies that draw from one stream draw with common numbers,
/// so that those that did not move write equal texts.
public struct DrawingNumbers: Sendable {
  let seed: UInt64
  let stream: String

  public init(seed: UInt64, stream: String) {
    self.seed = seed
    self.stream = stream
  }

  /// - Parameters:
  ///   - prompts: ids, each with a stream of its own.
  ///   - count: samples of each.
  ///   - length: numbers of each sample.
  /// - Returns: `[prompt · count, length]` in [0, 1).
  public func rows(of prompts: [String], count: Int, length: Int) throws(TorchError) -> Tensor {
    var rows: [Tensor] = []
    rows.reserveCapacity(prompts.count * count)
    for prompt in prompts {
      for sample in 0..<count {
        rows.append(
          try Generator(seed: seed, stream: "\(stream)/\(prompt)/\(sample)").uniform([length]))
      }
    }
    return rows.isEmpty ? try Tensor.zeros([0, length]) : try Tensor.stack(rows, 0)
  }
}
