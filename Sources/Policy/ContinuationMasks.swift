import Torch

/// Where the tokens of continuations may look in their prompt and in themselves, made when a layer
/// asks for it and kept for the next.
final class ContinuationMasks {
  /// Tokens of the prompt of each continuation.
  private let prompts: [Int]
  /// Places of the longest prompt, and of the longest continuation.
  private let longest: Int
  private let time: Int
  private let device: Device
  private var made: [Int: Tensor] = [:]

  init(prompts: [Int], longest: Int, time: Int, device: Device) {
    self.prompts = prompts
    self.longest = longest
    self.time = time
    self.device = device
  }

  /// `[continuation, 1, time, prompt time + time]`, added to attention scores: 0 where a token may look,
  /// −∞ elsewhere.
  func mask(window: Int?) throws(TorchError) -> Tensor {
    // A window that holds everything is none.
    let window = min(window ?? .max, longest + time)
    if let mask = made[window] { return mask }
    let width = longest + time
    var values = [Float](repeating: -.infinity, count: prompts.count * time * width)
    for (index, length) in prompts.enumerated() {
      for query in 0..<time {
        let row = (index * time + query) * width
        let first = length + query - window + 1
        if first < length { for key in max(0, first)..<length { values[row + key] = 0 } }
        for key in max(0, first - length)...query { values[row + longest + key] = 0 }
      }
    }
    let mask = try Tensor.of(values, [prompts.count, 1, time, width], on: device)
    made[window] = mask
    return mask
  }
}
