import TestSupport
import Testing
import Torch

@Suite struct PrecisionTests {
  private func rounded(_ tensor: Tensor) throws -> Tensor {
    try tensor.converted(to: .bfloat16).converted(to: .float32)
  }

  /// Where bfloat16 is multiplied in hardware, sums run in another order, and a result at the edge
  /// of two bfloat16 numbers may fall to either side.
  private let tolerance = Libtorch.hasNativeBFloat16 ? 0.04 : 1e-6

  @Test func bfloat16IsRoundingOfFactorsAndResult() throws {
    let x = try variable([2, 5, 64], type: .float32)
    let weight = try variable([32, 64], type: .float32, stream: "weight")
    let bias = try variable([32], type: .float32, stream: "bias")
    let found = try x.linear(weight, bias: bias, precision: .bfloat16)
    let expected = try rounded(rounded(x).linear(rounded(weight))) + bias
    expectClose(try numbers(found), try numbers(expected), within: tolerance)
    #expect(found.type == .float32)
    #expect(found.sizes == [2, 5, 32])
    // It does round: the full product differs by far more.
    let full = try numbers(x.linear(weight, bias: bias))
    let largest = zip(full, try numbers(found)).map { abs($0 - $1) }.max() ?? 0
    #expect(largest > 1e-3)
  }

  @Test func fullPrecisionIsThePlainProduct() throws {
    let x = try variable([3, 4])
    let weight = try variable([2, 4], stream: "weight")
    let expected = try x.matmul(weight.transposed(0, 1))
    expectClose(try numbers(x.linear(weight)), try numbers(expected), within: 1e-14)
  }

  @Test func theGradientsAreThoseOfTheRoundedProduct() throws {
    func leaves() throws -> (x: Tensor, weight: Tensor, bias: Tensor) {
      (
        try variable([6, 64], type: .float32),
        try variable([32, 64], type: .float32, stream: "weight"),
        try variable([32], type: .float32, stream: "bias")
      )
    }
    let seed = try Generator(seed: 2, stream: "seed").normal([6, 32], deviation: 1)
    let mine = try leaves()
    try mine.x.linear(mine.weight, bias: mine.bias, precision: .bfloat16).backward(seed)
    // The products of the rounded factors, with sums in float32.
    let dx = try rounded(seed).matmul(rounded(mine.weight))
    let dw = try rounded(seed).transposed(0, 1).matmul(rounded(mine.x))
    expectClose(try numbers(mine.x.gradient), try numbers(dx), within: 10 * tolerance)
    expectClose(try numbers(mine.weight.gradient), try numbers(dw), within: 10 * tolerance)
    expectClose(try numbers(mine.bias.gradient), try numbers(seed.sum(0)), within: 1e-5)
    // Autograd through bfloat16 tensors rounds its results as well: 8 bits of sums of about 10.
    let theirs = try leaves()
    let product = try theirs.x.converted(to: .bfloat16)
      .linear(theirs.weight.converted(to: .bfloat16)).converted(to: .float32)
    try (product + theirs.bias).backward(seed)
    expectClose(try numbers(mine.x.gradient), try numbers(theirs.x.gradient), within: 0.15)
    expectClose(
      try numbers(mine.weight.gradient), try numbers(theirs.weight.gradient), within: 0.06)
    #expect(mine.x.gradient?.type == .float32)
    #expect(mine.weight.gradient?.type == .float32)
  }

  @Test func aBiasMayBeMissing() throws {
    let x = try variable([3, 8], type: .float32)
    let weight = try variable([2, 8], type: .float32, stream: "weight")
    let found = try x.linear(weight, precision: .bfloat16)
    let expected = try rounded(rounded(x).linear(rounded(weight)))
    expectClose(try numbers(found), try numbers(expected), within: tolerance)
    try found.sum().backward()
    #expect(x.gradient?.sizes == [3, 8])
    #expect(weight.gradient?.sizes == [2, 8])
  }

  @Test func infinityAndNotANumberSurviveRounding() throws {
    let x = try Tensor.of([Float.infinity, -.infinity, .nan, 3.4e38, 1], [5, 1])
    let found = try x.linear(Tensor.ones([1, 1]), precision: .bfloat16).values(as: Float.self)
    #expect(found[0] == .infinity)
    #expect(found[1] == -.infinity)
    #expect(found[2].isNaN)
    #expect(found[3] == .infinity || found[3] > 3.3e38)
    #expect(found[4] == 1)
  }

  @Test func halvesRoundToEven() throws {
    // bfloat16 has 8 bits: 1 + 2⁻⁸ lies between 1 and 1 + 2⁻⁷, 1 + 3·2⁻⁸ between 1 + 2⁻⁷ and 1 + 2⁻⁶.
    let x = try Tensor.of([Float(1 + 0x1p-8), 1 + 0x3p-8, 1 + 0x1.1p-8], [3, 1])
    let found = try x.linear(Tensor.ones([1, 1]), precision: .bfloat16).values(as: Float.self)
    #expect(found == [1, 1 + 0x1p-6, 1 + 0x1p-7])
  }
}
