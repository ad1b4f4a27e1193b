import CTorch

extension Tensor {
  /// Whether operations on this tensor are recorded for ``backward(_:)``.
  public var requiresGradient: Bool { with { ctorch_requires_gradient($0) } }

  public func requireGradient(_ on: Bool = true) throws(TorchError) {
    try perform("require gradient") { ctorch_set_requires_gradient($0, on) }
  }

  /// What ``backward(_:)`` accumulated, if anything.
  public var gradient: Tensor? { makeIfAny { ctorch_gradient($0) } }

  public func clearGradient() throws(TorchError) {
    try perform("clear gradient") { ctorch_clear_gradient($0) }
  }

  /// Adds the gradient of this tensor to every parameter it was made from.
  ///
  /// - Parameter seed: the gradient of the loss with respect to this tensor; 1 for a scalar.
  public func backward(_ seed: Tensor? = nil) throws(TorchError) {
    try perform("backward") { loss in
      guard let seed else { return ctorch_backward(loss, nil) }
      return seed.with { ctorch_backward(loss, $0) }
    }
  }

  /// The same values, cut off from what they were made from.
  public func detached() throws(TorchError) -> Tensor { try unary("detach", CTorchDetach) }
}

/// Runs `body` without recording operations. Synchronous on purpose: the switch belongs to the
/// thread.
public func withoutGradient<Result, Failure: Error>(
  _ body: () throws(Failure) -> Result
) throws(Failure) -> Result {
  let before = ctorch_set_gradient_mode(false)
  defer { _ = ctorch_set_gradient_mode(before) }
  return try body()
}
