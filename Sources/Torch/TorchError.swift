import CTorch

/// A tensor operation that could not be done.
public enum TorchError: Error, Equatable, CustomStringConvertible {
  /// libtorch refused: the operation and its own words.
  case failed(operation: String, reason: String)
  /// A shape other than the operation needs.
  case shape(operation: String, expected: String, found: [Int])
  /// The device does not exist here.
  case noDevice(String, available: Int)
  /// Another process of the run has stopped, and why.
  case rankLeft(Int, of: Int, words: String)
  /// Another process of the run is gone.
  case rankLost(Int, of: Int)

  /// Whether another rank has a line for it: the leading one, or the first of those that are left.
  public var isSaidElsewhere: Bool {
    guard case .rankLost(0, _) = self else { return !Ranks.joined.leads }
    return Ranks.joined.rank > 1
  }

  public var description: String {
    switch self {
    case .failed(let operation, let reason):
      return "\(operation): \(reason)"
    case .shape(let operation, let expected, let found):
      return "\(operation): expected \(expected), found \(found)"
    case .noDevice(let name, let available):
      return "device \(name) does not exist here (\(available) CUDA devices); use device: cpu"
    case .rankLeft(let rank, let count, let words):
      return "rank \(rank) of \(count) has stopped: \(words)"
    case .rankLost(let rank, let count):
      return "rank \(rank) of \(count) is gone; the same command goes on from the last checkpoint"
    }
  }

  /// The failure that libtorch just reported on this thread.
  static func last(_ operation: String) -> TorchError {
    .failed(operation: operation, reason: String(cString: ctorch_error()))
  }
}
