import CTorch

extension Tensor {
  /// `body` of this tensor, of which nothing is kept for the gradient but this tensor: it runs again in
  /// the backward pass. It must compute the same both times.
  ///
  /// Costs a second forward pass; takes the memory of one such part at a time instead of that of all.
  ///
  /// Source: Chen et al. 2016, "Training Deep Nets with Sublinear Memory Cost".
  public func recomputed(
    _ body: @escaping (Tensor) throws(TorchError) -> Tensor
  ) throws(TorchError) -> Tensor {
    let part = Unmanaged.passRetained(Recomputation(body))
    return try make("recompute") { x in
      ctorch_recompute(
        x, part.toOpaque(),
        { Unmanaged<Recomputation>.fromOpaque($0).takeUnretainedValue().run($1) },
        { Unmanaged<Recomputation>.fromOpaque($0).release() })
    }
  }
}

/// What libtorch calls by its address.
private final class Recomputation {
  private let body: (Tensor) throws(TorchError) -> Tensor

  init(_ body: @escaping (Tensor) throws(TorchError) -> Tensor) { self.body = body }

  /// - Returns: nil after a failure, whose words libtorch's side remembers.
  func run(_ handle: OpaquePointer) -> OpaquePointer? {
    let input = Tensor.adopt(handle)
    guard let result = try? body(input) else { return nil }
    return result.with { ctorch_share($0) }
  }
}
