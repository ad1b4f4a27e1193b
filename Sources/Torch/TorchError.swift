import CTorch

/// A tensor operation that could not be done.
public enum TorchError: Error, Equatable, CustomStringConvertible {
  /// libtorch refused: the operation and its own words.
  case failed(operation: String, reason: String)
  /// A shape other than the operation needs.
  case shape(operation: String, expected: String, found: [Int])
  /// The device does not exist here.
  case noDevice(String, available: Int)

  public var description: String {
    switch self {
    case .failed(let operation, let reason):
      return "\(operation): \(reason)"
    case .shape(let operation, let expected, let found):
      return "\(operation): expected \(expected), found \(found)"
    case .noDevice(let name, let available):
      return "device \(name) does not exist here (\(available) CUDA devices); use device: cpu"
    }
  }

  /// The failure that libtorch just reported on this thread.
  static func last(_ operation: String) -> TorchError {
    .failed(operation: operation, reason: String(cString: ctorch_error()))
  }
}
