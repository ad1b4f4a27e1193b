import CTorch

extension Tensor {
  public func reshaped(_ sizes: Int...) throws(TorchError) -> Tensor { try reshaped(sizes) }

  /// −1 once stands for what is left.
  public func reshaped(_ sizes: [Int]) throws(TorchError) -> Tensor {
    try make("reshape") { ctorch_reshape($0, sizes.map(Int64.init), Int32(sizes.count)) }
  }
  /// Repeats without copying; −1 keeps a length.
  public func expanded(_ sizes: [Int]) throws(TorchError) -> Tensor {
    try make("expand") { ctorch_expand($0, sizes.map(Int64.init), Int32(sizes.count)) }
  }
  public func transposed(_ first: Int, _ second: Int) throws(TorchError) -> Tensor {
    try make("transpose") { ctorch_transpose($0, Int32(first), Int32(second)) }
  }
  public func unsqueezed(_ dimension: Int) throws(TorchError) -> Tensor {
    try make("unsqueeze") { ctorch_unsqueeze($0, Int32(dimension)) }
  }
  public func squeezed(_ dimension: Int) throws(TorchError) -> Tensor {
    try make("squeeze") { ctorch_squeeze($0, Int32(dimension)) }
  }
  /// A view of `range` along a dimension.
  public func slice(_ dimension: Int, _ range: Range<Int>) throws(TorchError) -> Tensor {
    try make("slice") {
      ctorch_narrow($0, Int32(dimension), Int64(range.lowerBound), Int64(range.count))
    }
  }
  /// Parts of the given lengths along a dimension.
  public func split(_ dimension: Int, _ lengths: [Int]) throws(TorchError) -> [Tensor] {
    var parts = [OpaquePointer?](repeating: nil, count: lengths.count)
    try perform("split") {
      ctorch_split(
        $0, Int32(dimension), lengths.map(Int64.init), Int32(lengths.count), &parts)
    }
    return parts.compactMap { $0.map(Tensor.adopt) }
  }
  public func flipped(_ dimension: Int) throws(TorchError) -> Tensor {
    try make("flip") { ctorch_flip($0, Int32(dimension)) }
  }
  public func contiguous() throws(TorchError) -> Tensor {
    try unary("contiguous", CTorchContiguous)
  }

  public static func concatenate(
    _ tensors: [Tensor], _ dimension: Int
  ) throws(TorchError) -> Tensor {
    try make("concatenate") {
      with(tensors) { ctorch_concatenate($0, $1, Int32(dimension)) }
    }
  }
  public static func stack(_ tensors: [Tensor], _ dimension: Int) throws(TorchError) -> Tensor {
    try make("stack") { with(tensors) { ctorch_stack($0, $1, Int32(dimension)) } }
  }

  /// Slices along a dimension, by the int64 positions in `index`.
  public func select(_ dimension: Int, _ index: Tensor) throws(TorchError) -> Tensor {
    try make("select") { a in
      index.with { ctorch_index_select(a, Int32(dimension), $0) }
    }
  }
  /// One element per element of `index`, along a dimension.
  public func gather(_ dimension: Int, _ index: Tensor) throws(TorchError) -> Tensor {
    try make("gather") { a in index.with { ctorch_gather(a, Int32(dimension), $0) } }
  }

  /// Rows by position, zeros where the position is −1. `inverse` names, for each row of `self`, its
  /// place in the result or −1; each row may be used once, so the gradient is a gather as well.
  public func rearranged(_ positions: Tensor, inverse: Tensor) throws(TorchError) -> Tensor {
    try make("rearrange") { a in
      positions.with { p in inverse.with { ctorch_rearrange(a, p, $0) } }
    }
  }

  public func converted(to type: ElementType) throws(TorchError) -> Tensor {
    try make("convert") { ctorch_convert($0, type.code) }
  }
  public func moved(to device: Device) throws(TorchError) -> Tensor {
    try make("move") { ctorch_to_device($0, device.code) }
  }
  public func copied() throws(TorchError) -> Tensor { try unary("copy", CTorchClone) }

  /// Overwrites a part in place, outside of any gradient.
  public func write(_ source: Tensor, _ dimension: Int, at start: Int) throws(TorchError) {
    try perform("write") { a in
      source.with { ctorch_write(a, Int32(dimension), Int64(start), $0) }
    }
  }
  /// Overwrites all elements in place, outside of any gradient.
  public func assign(_ source: Tensor) throws(TorchError) {
    try perform("assign") { a in source.with { ctorch_copy(a, $0) } }
  }
}
