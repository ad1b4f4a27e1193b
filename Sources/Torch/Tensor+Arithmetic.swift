import CTorch

extension Tensor {
  func unary(_ name: String, _ operation: CTorchUnary) throws(TorchError) -> Tensor {
    try make(name) { ctorch_unary(operation, $0) }
  }

  static func binary(
    _ name: String, _ operation: CTorchBinary, _ left: Tensor, _ right: Tensor
  ) throws(TorchError) -> Tensor {
    try left.make(name) { a in right.with { b in ctorch_binary(operation, a, b) } }
  }

  func scalar(
    _ name: String, _ operation: CTorchBinary, _ number: Double, reversed: Bool = false
  ) throws(TorchError) -> Tensor {
    try make(name) { ctorch_scalar(operation, $0, number, reversed) }
  }

  public static func + (a: Tensor, b: Tensor) throws(TorchError) -> Tensor {
    try binary("add", CTorchAdd, a, b)
  }
  public static func - (a: Tensor, b: Tensor) throws(TorchError) -> Tensor {
    try binary("subtract", CTorchSubtract, a, b)
  }
  public static func * (a: Tensor, b: Tensor) throws(TorchError) -> Tensor {
    try binary("multiply", CTorchMultiply, a, b)
  }
  public static func / (a: Tensor, b: Tensor) throws(TorchError) -> Tensor {
    try binary("divide", CTorchDivide, a, b)
  }
  public static func + (a: Tensor, b: Double) throws(TorchError) -> Tensor {
    try a.scalar("add", CTorchAdd, b)
  }
  public static func - (a: Tensor, b: Double) throws(TorchError) -> Tensor {
    try a.scalar("subtract", CTorchSubtract, b)
  }
  public static func - (a: Double, b: Tensor) throws(TorchError) -> Tensor {
    try b.scalar("subtract", CTorchSubtract, a, reversed: true)
  }
  public static func * (a: Tensor, b: Double) throws(TorchError) -> Tensor {
    try a.scalar("multiply", CTorchMultiply, b)
  }
  public static func * (a: Double, b: Tensor) throws(TorchError) -> Tensor {
    try b.scalar("multiply", CTorchMultiply, a)
  }
  public static func / (a: Tensor, b: Double) throws(TorchError) -> Tensor {
    try a.scalar("divide", CTorchDivide, b)
  }
  public static prefix func - (a: Tensor) throws(TorchError) -> Tensor {
    try a.unary("negate", CTorchNegate)
  }

  /// The larger of each two elements; where they are equal, each has half of the gradient.
  public static func maximum(_ a: Tensor, _ b: Tensor) throws(TorchError) -> Tensor {
    try binary("maximum", CTorchMaximum, a, b)
  }
  /// The smaller of each two elements; where they are equal, each has half of the gradient.
  public static func minimum(_ a: Tensor, _ b: Tensor) throws(TorchError) -> Tensor {
    try binary("minimum", CTorchMinimum, a, b)
  }

  public func exp() throws(TorchError) -> Tensor { try unary("exp", CTorchExp) }
  public func log() throws(TorchError) -> Tensor { try unary("log", CTorchLog) }
  /// eˣ − 1, with all its digits near 0.
  public func exponentialMinusOne() throws(TorchError) -> Tensor {
    try unary("expm1", CTorchExpm1)
  }
  /// log(1 + x), with all its digits near 0.
  public func logOfOnePlus() throws(TorchError) -> Tensor { try unary("log1p", CTorchLog1p) }
  public func squareRoot() throws(TorchError) -> Tensor { try unary("sqrt", CTorchSqrt) }
  public func magnitude() throws(TorchError) -> Tensor { try unary("abs", CTorchAbs) }
  public func squared() throws(TorchError) -> Tensor { try power(2) }
  public func power(_ exponent: Double) throws(TorchError) -> Tensor {
    try make("power") { ctorch_power($0, exponent) }
  }
  public func clamped(_ low: Double, _ high: Double) throws(TorchError) -> Tensor {
    try make("clamp") { ctorch_clamp($0, low, high) }
  }
  public func sigmoid() throws(TorchError) -> Tensor { try unary("sigmoid", CTorchSigmoid) }
  /// log σ(x) in the stable form.
  public func logSigmoid() throws(TorchError) -> Tensor {
    try unary("log sigmoid", CTorchLogSigmoid)
  }
  /// log(1 + eˣ) in the stable form.
  public func softplus() throws(TorchError) -> Tensor { try unary("softplus", CTorchSoftplus) }
  public func tanh() throws(TorchError) -> Tensor { try unary("tanh", CTorchTanh) }
  public func silu() throws(TorchError) -> Tensor { try unary("silu", CTorchSilu) }
  public func relu() throws(TorchError) -> Tensor { try unary("relu", CTorchRelu) }
  /// x Φ(x), with the normal distribution's own Φ.
  public func gelu() throws(TorchError) -> Tensor { try unary("gelu", CTorchGelu) }
  /// x Φ(x), with Φ by a hyperbolic tangent.
  public func geluTanh() throws(TorchError) -> Tensor { try unary("gelu", CTorchGeluTanh) }
  /// cap · tanh(x / cap): about x near 0, never beyond the cap.
  public func capped(_ cap: Double) throws(TorchError) -> Tensor {
    try cap * (self / cap).tanh()
  }

  public func equals(_ number: Double) throws(TorchError) -> Tensor {
    try scalar("equal", CTorchEqual, number)
  }
  public static func .< (a: Tensor, b: Double) throws(TorchError) -> Tensor {
    try a.scalar("less", CTorchLess, b)
  }
  public static func .> (a: Tensor, b: Double) throws(TorchError) -> Tensor {
    try a.scalar("greater", CTorchGreater, b)
  }
  public func isFinite() throws(TorchError) -> Tensor { try unary("is finite", CTorchIsFinite) }
  public func not() throws(TorchError) -> Tensor { try unary("not", CTorchNot) }
  public func and(_ other: Tensor) throws(TorchError) -> Tensor {
    try Tensor.binary("and", CTorchAnd, self, other)
  }

  /// Elements of `self` where `mask` holds, of `other` elsewhere.
  public func selected(where mask: Tensor, else other: Tensor) throws(TorchError) -> Tensor {
    try make("where") { a in
      mask.with { m in other.with { b in ctorch_where(m, a, b) } }
    }
  }

  /// `value` where `mask` holds.
  public func filled(where mask: Tensor, with value: Double) throws(TorchError) -> Tensor {
    try make("fill") { a in mask.with { m in ctorch_masked_fill(a, m, value) } }
  }

  public func matmul(_ other: Tensor) throws(TorchError) -> Tensor {
    try Tensor.binary("matmul", CTorchMatmul, self, other)
  }
}
