import TestSupport
import Testing
import Torch

@Suite struct AdaptedLinearTests {
  private struct Factors {
    let x: Tensor
    let weight: Tensor
    let bias: Tensor
    let down: Tensor
    let up: Tensor

    init(_ sizes: [Int], _ type: ElementType) throws {
      x = try variable(sizes + [48], type: type)
      weight = try variable([32, 48], type: type, stream: "weight").detached()
      bias = try variable([32], type: type, stream: "bias").detached()
      down = try variable([4, 48], type: type, stream: "down")
      up = try variable([32, 4], type: type, stream: "up")
    }

    func together(_ precision: Precision, bias: Bool) throws -> Tensor {
      try x.linear(
        weight, bias: bias ? self.bias : nil, down: down, up: up, scale: 0.7, precision: precision)
    }

    /// The same from products of two factors.
    func parts(_ precision: Precision, bias: Bool) throws -> Tensor {
      try x.linear(weight, bias: bias ? self.bias : nil, precision: precision)
        + x.linear(down, precision: precision).linear(up, precision: precision) * 0.7
    }

    var gradients: [[Double]] {
      get throws { try [numbers(x.gradient), numbers(down.gradient), numbers(up.gradient)] }
    }
  }

  @Test(arguments: [[5], [2, 3]], [true, false])
  func oneFunctionIsTheSumOfItsProducts(sizes: [Int], bias: Bool) throws {
    for (type, precision, tolerance) in [
      (ElementType.float64, Precision.full, 1e-12), (.float32, .full, 1e-3),
      (.float32, .bfloat16, 0.5),
    ] {
      let (mine, theirs) = (try Factors(sizes, type), try Factors(sizes, type))
      let seed = try Generator(seed: 2, stream: "seed").normal(
        sizes + [32], deviation: 1, type: type)
      let found = try mine.together(precision, bias: bias)
      let expected = try theirs.parts(precision, bias: bias)
      #expect(found.sizes == sizes + [32] && found.type == type)
      expectClose(try numbers(found), try numbers(expected), within: tolerance)
      try found.backward(seed)
      try expected.backward(seed)
      for (mine, theirs) in zip(try mine.gradients, try theirs.gradients) {
        #expect(!mine.isEmpty)
        expectClose(mine, theirs, within: tolerance)
      }
    }
  }

  @Test func aWeightThatMovesIsNoFrozenOne() throws {
    let factors = try Factors([2], .float32)
    try factors.weight.requireGradient()
    #expect(throws: TorchError.self) { try factors.together(.full, bias: true) }
  }
}
