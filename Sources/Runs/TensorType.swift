/// The element types of safetensors files that Plumb reads and writes.
public enum TensorType: String, Codable, Sendable, Equatable, CaseIterable {
  // In the order in which the format's reference writer lays tensors out, first to last.
  case int64 = "I64"
  case float64 = "F64"
  case float32 = "F32"
  case int32 = "I32"
  case bfloat16 = "BF16"
  case float16 = "F16"
  case int16 = "I16"
  case int8 = "I8"
  case uint8 = "U8"
  case bool = "BOOL"

  /// Bytes of one element.
  public var size: Int {
    switch self {
    case .int64, .float64: 8
    case .float32, .int32: 4
    case .bfloat16, .float16, .int16: 2
    case .int8, .uint8, .bool: 1
    }
  }

  /// Position in files that we write: larger elements first.
  var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }

  /// Bytes of a tensor; nil where that exceeds what an integer holds or a size is negative.
  public func byteCount(of shape: [Int]) -> Int? {
    var count = 1
    for size in shape {
      let (product, overflow) = count.multipliedReportingOverflow(by: size)
      guard !overflow, size >= 0 else { return nil }
      count = product
    }
    let (bytes, overflow) = count.multipliedReportingOverflow(by: size)
    return overflow ? nil : bytes
  }
}
