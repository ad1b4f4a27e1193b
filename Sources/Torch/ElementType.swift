import CTorch

/// The type of a tensor's elements.
public enum ElementType: Equatable, Hashable, Sendable {
  case float32, float64, bfloat16, float16, int64, int32, bool

  var code: CTorchType {
    switch self {
    case .float32: return CTorchFloat32
    case .float64: return CTorchFloat64
    case .bfloat16: return CTorchBFloat16
    case .float16: return CTorchFloat16
    case .int64: return CTorchInt64
    case .int32: return CTorchInt32
    case .bool: return CTorchBool
    }
  }

  init?(code: Int32) {
    let all: [ElementType] = [.float32, .float64, .bfloat16, .float16, .int64, .bool, .int32]
    guard let match = all.first(where: { Int64($0.code.rawValue) == Int64(code) }) else {
      return nil
    }
    self = match
  }

  /// Bytes of one element.
  public var size: Int {
    switch self {
    case .float64, .int64: return 8
    case .float32, .int32: return 4
    case .bfloat16, .float16: return 2
    case .bool: return 1
    }
  }
}

/// A Swift number that tensors can hold as it is.
public protocol Element: BitwiseCopyable, Sendable {
  static var type: ElementType { get }
}

extension Float: Element {
  public static var type: ElementType { .float32 }
}
extension Double: Element {
  public static var type: ElementType { .float64 }
}
extension Int: Element {
  public static var type: ElementType { .int64 }
}
extension Bool: Element {
  public static var type: ElementType { .bool }
}
