import Torch

/// Looks after what freed tensors leave: it is kept for the next ones, and where steps are of many
/// lengths it falls into pieces that fit none, so that a training would grow by half within minutes.
struct KeptMemory {
  /// Growth beyond this share of what one step takes is given back.
  private static let most = 0.1

  /// What was there after the first step since it was given back.
  private var first: Int?

  /// To be called between steps, where little but weights and moments is in use.
  mutating func look() {
    let now = Libtorch.residentBytes
    guard let first else {
      self.first = now
      return
    }
    guard Double(now) > Double(first) * (1 + Self.most) else { return }
    Libtorch.releaseMemory()
    self.first = nil
  }
}
