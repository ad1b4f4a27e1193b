import CTorch

/// A tensor operation that could not be done.
public enum TorchError: Error, Equatable, CustomStringConvertible {
  /// libtorch refused: the operation and its own words.
  case failed(operation: String, reason: String)
  /// A shape other than the operation needs.
  case shape(operation: String, expected: String, found: [Int])
  /// The device does not exist here.
  case noDevice(String, available: Int)
  /// Another process of the run has stopped, and said why.
  case rankLeft(Int, of: Int)
  /// Another process of the run is gone.
  case rankLost(Int, of: Int)

  /// Whether another rank has a line for it: the one that has stopped itself, or the first of those that
  /// miss one.
  public var isSaidElsewhere: Bool {
    switch self {
    case .rankLeft(let rank, _): rank == 0
    case .rankLost(let rank, _): Ranks.joined.rank > (rank == 0 ? 1 : 0)
    default: false
    }
  }

  public var description: String {
    switch self {
    case .failed(let operation, let reason):
      return "\(operation): \(reason)"
    case .shape(let operation, let expected, let found):
      return "\(operation): expected \(expected), found \(found)"
    case .noDevice(let name, let available):
      return "device \(name) does not exist here (\(available) CUDA devices); use device: cpu"
    case .rankLeft(let rank, let count):
      return "rank \(rank) of \(count) has stopped"
    case .rankLost(let rank, let count):
      return "rank \(rank) of \(count) is gone; the same command goes on from the last checkpoint"
    }
  }

  /// The failure that libtorch just reported on this thread.
  static func last(_ operation: String) -> TorchError {
    .failed(operation: operation, reason: String(cString: ctorch_error()))
  }
}
