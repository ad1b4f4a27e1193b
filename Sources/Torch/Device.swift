import CTorch

/// Where a tensor lives.
public enum Device: Equatable, Hashable, Sendable, CustomStringConvertible {
  case cpu
  case cuda(Int)

  /// Reads `cpu`, `cuda` or `cuda:1`; nil for anything else.
  public init?(_ name: String) {
    if name == "cpu" {
      self = .cpu
    } else if name == "cuda" {
      self = .cuda(0)
    } else if name.hasPrefix("cuda:"), let index = Int(name.dropFirst(5)), index >= 0 {
      self = .cuda(index)
    } else {
      return nil
    }
  }

  public var description: String {
    switch self {
    case .cpu: return "cpu"
    case .cuda(let index): return "cuda:\(index)"
    }
  }

  /// - Throws: ``TorchError/noDevice(_:available:)`` when this machine has no such device.
  public func check() throws(TorchError) {
    if case .cuda(let index) = self, index >= Libtorch.cudaDevices {
      throw .noDevice(description, available: Libtorch.cudaDevices)
    }
  }

  var code: Int32 {
    switch self {
    case .cpu: return -1
    case .cuda(let index): return Int32(index)
    }
  }

  init(code: Int32) {
    self = code < 0 ? .cpu : .cuda(Int(code))
  }
}

/// Facts and settings of the library as a whole.
public enum Libtorch {
  public static var version: String { String(cString: ctorch_version()) }
  public static var cudaDevices: Int { Int(ctorch_cuda_devices()) }
  /// Threads of one operation. Results depend on it in the last bits, so it is recorded with a run.
  public static var threads: Int { Int(ctorch_threads()) }
  /// The instruction set that ATen dispatches to, for example `AVX2`.
  public static var capability: String { String(cString: ctorch_cpu_capability()) }
  public static var hasNativeBFloat16: Bool { ctorch_has_native_bfloat16() }

  /// - Throws: where the system does not grant so many; lower numbers go on working.
  public static func setThreads(_ count: Int) throws(TorchError) {
    guard ctorch_set_threads(Int32(clamping: count)) == 0 else { throw .last("threads") }
  }

  /// Keeps freed tensors' memory for the next ones, as long as the process has no more of it than was
  /// in use at a time. By default it goes back to the system, which clears it anew: tensors of a few
  /// megabytes come and go in every step.
  public static func keepMemory() { ctorch_keep_memory() }

  /// Gives back to the system what freed tensors' memory is kept; ``peakTensorMemory`` begins again.
  public static func releaseMemory() { ctorch_release_memory() }

  /// Bytes of tensors of at least 256 KiB that were in use at most since the last
  /// ``releaseMemory()``; nil where there was none, and without ``keepMemory()``. Tensors of CUDA are not
  /// counted.
  public static var peakTensorMemory: Int? {
    let bytes = Int(ctorch_peak_tensor_memory())
    return bytes > 0 ? bytes : nil
  }

  /// Makes what goes wrong in libtorch's own threads a line and exit code 5.
  public static func endInALine() { ctorch_end_in_a_line() }

  /// Refuses kernels whose results depend on scheduling. For processors; on CUDA some operations have
  /// no other kernel.
  public static func requireDeterminism() throws(TorchError) {
    guard ctorch_set_deterministic(true) == 0 else { throw .last("deterministic kernels") }
  }
}
