import CTorch

/// An n-dimensional array on a device, with gradients.
///
/// Not `Sendable`: a tensor stays where it was made. Every operation can fail and throws
/// ``TorchError``; one `try` covers a line.
public final class Tensor {
  /// Owned. Never read outside ``Tensor/make(_:_:)`` and its siblings: Swift may release the tensor
  /// before the callee reads a handle taken from it.
  private let handle: OpaquePointer

  private init(owning handle: OpaquePointer) { self.handle = handle }

  deinit { ctorch_release(handle) }

  // MARK: The one way to libtorch

  /// Makes a tensor from a call that needs no other tensor.
  static func make(
    _ operation: String, _ call: () -> OpaquePointer?
  ) throws(TorchError) -> Tensor {
    guard let made = call() else { throw .last(operation) }
    return Tensor(owning: made)
  }

  /// Calls libtorch with this tensor's handle, which stays alive until the call returns.
  func with<Result>(_ call: (OpaquePointer) -> Result) -> Result {
    withExtendedLifetime(self) { call(handle) }
  }

  func make(
    _ operation: String, _ call: (OpaquePointer) -> OpaquePointer?
  ) throws(TorchError) -> Tensor {
    guard let made = with(call) else { throw .last(operation) }
    return Tensor(owning: made)
  }

  /// nil from the call without failure becomes nil.
  func makeIfAny(_ call: (OpaquePointer) -> OpaquePointer?) -> Tensor? {
    with(call).map(Tensor.init(owning:))
  }

  func perform(_ operation: String, _ call: (OpaquePointer) -> Int32) throws(TorchError) {
    guard with(call) >= 0 else { throw .last(operation) }
  }

  static func with<Result>(
    _ tensors: [Tensor], _ call: (UnsafePointer<OpaquePointer>, Int32) -> Result
  ) -> Result {
    withExtendedLifetime(tensors) {
      tensors.map(\.handle).withUnsafeBufferPointer { buffer in
        guard let base = buffer.baseAddress else {
          return withUnsafeTemporaryAllocation(of: OpaquePointer.self, capacity: 1) {
            call(UnsafePointer($0.baseAddress.unsafelyUnwrapped), 0)
          }
        }
        return call(base, Int32(buffer.count))
      }
    }
  }

  /// Takes over a handle that libtorch gave through a pointer argument.
  static func adopt(_ handle: OpaquePointer) -> Tensor { Tensor(owning: handle) }
}

extension Tensor {
  // MARK: Facts

  public var rank: Int { with { Int(ctorch_rank($0)) } }

  /// The length of each dimension.
  public var sizes: [Int] {
    with { handle in
      var sizes = [Int64](repeating: 0, count: Swift.max(1, Int(ctorch_rank(handle))))
      let rank = Int(ctorch_rank(handle))
      guard ctorch_sizes(handle, &sizes) == 0 else { return [] }
      return sizes.prefix(rank).map(Int.init)
    }
  }

  public var count: Int { sizes.reduce(1, *) }

  public var type: ElementType {
    guard let type = ElementType(code: with { ctorch_type($0) }) else {
      preconditionFailure("a tensor of a type that nothing here makes")
    }
    return type
  }

  public var device: Device { Device(code: with { ctorch_device($0) }) }

  /// The two sizes of a matrix, by the names of its axes.
  ///
  /// - Throws: ``TorchError/shape(operation:expected:found:)`` for another rank.
  public func sizes(_ first: String, _ second: String) throws(TorchError) -> (Int, Int) {
    let all = sizes
    guard all.count == 2 else {
      throw .shape(operation: "sizes", expected: "[\(first), \(second)]", found: all)
    }
    return (all[0], all[1])
  }

  // MARK: Making

  /// - Throws: ``TorchError/shape(operation:expected:found:)`` when the sizes do not fit the values.
  public static func of<Number: Element>(
    _ values: [Number], _ sizes: [Int], on device: Device = .cpu
  ) throws(TorchError) -> Tensor {
    guard sizes.reduce(1, *) == values.count else {
      throw .shape(operation: "tensor", expected: "\(values.count) elements", found: sizes)
    }
    return try make("tensor") {
      values.withUnsafeBytes { bytes in
        var nothing: UInt8 = 0
        return withUnsafePointer(to: &nothing) { empty in
          ctorch_from_data(
            bytes.baseAddress ?? UnsafeRawPointer(empty), Number.type.code, sizes.map(Int64.init),
            Int32(sizes.count), device.code)
        }
      }
    }
  }

  public static func of<Number: Element>(
    _ values: [Number], on device: Device = .cpu
  ) throws(TorchError) -> Tensor {
    try of(values, [values.count], on: device)
  }

  /// From raw little-endian elements, as a safetensors file holds them.
  public static func of(
    bytes: UnsafeRawBufferPointer, type: ElementType, sizes: [Int], on device: Device = .cpu
  ) throws(TorchError) -> Tensor {
    guard sizes.reduce(1, *) * type.size == bytes.count else {
      throw .shape(operation: "tensor", expected: "\(bytes.count) bytes", found: sizes)
    }
    guard let base = bytes.baseAddress else {
      return try zeros(sizes, type: type, on: device)
    }
    return try make("tensor") {
      ctorch_from_data(base, type.code, sizes.map(Int64.init), Int32(sizes.count), device.code)
    }
  }

  public static func full(
    _ sizes: [Int], _ value: Double, type: ElementType = .float32, on device: Device = .cpu
  ) throws(TorchError) -> Tensor {
    try make("full") {
      ctorch_full(sizes.map(Int64.init), Int32(sizes.count), value, type.code, device.code)
    }
  }

  public static func zeros(
    _ sizes: [Int], type: ElementType = .float32, on device: Device = .cpu
  ) throws(TorchError) -> Tensor {
    try full(sizes, 0, type: type, on: device)
  }

  public static func ones(
    _ sizes: [Int], type: ElementType = .float32, on device: Device = .cpu
  ) throws(TorchError) -> Tensor {
    try full(sizes, 1, type: type, on: device)
  }

  /// `start ..< end` as int64.
  public static func range(_ range: Range<Int>, on device: Device = .cpu) throws(TorchError)
    -> Tensor
  {
    try make("range") {
      ctorch_arange(Int64(range.lowerBound), Int64(range.upperBound), device.code)
    }
  }

  // MARK: Reading

  /// All elements in row-major order, converted to `Number`'s type first.
  public func values<Number: Element>(as: Number.Type = Number.self) throws(TorchError)
    -> [Number]
  {
    let same = type == Number.type ? self : try converted(to: Number.type)
    let count = same.count
    var failed = false
    let values = [Number](unsafeUninitializedCapacity: count) { buffer, filled in
      var nothing: UInt8 = 0
      let status = withUnsafeMutablePointer(to: &nothing) { empty in
        same.with {
          ctorch_copy_out(
            $0,
            buffer.baseAddress.map(UnsafeMutableRawPointer.init)
              ?? UnsafeMutableRawPointer(empty), count * Number.type.size)
        }
      }
      failed = status != 0
      filled = failed ? 0 : count
    }
    if failed { throw .last("read") }
    return values
  }

  /// Copies the elements as they are into `buffer`, which has exactly their size.
  public func copyBytes(to buffer: UnsafeMutableRawBufferPointer) throws(TorchError) {
    guard let base = buffer.baseAddress else { return }
    try perform("copy") { ctorch_copy_out($0, base, buffer.count) }
  }

  /// The only element.
  public func item() throws(TorchError) -> Double {
    let all: [Double] = try values()
    guard all.count == 1 else {
      throw .shape(operation: "item", expected: "one element", found: sizes)
    }
    return all[0]
  }
}
