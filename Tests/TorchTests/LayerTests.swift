import Foundation
import TestSupport
import Testing
import Torch

@Suite struct LayerTests {
  // MARK: Rearranging

  @Test(arguments: [ElementType.float32, .float64, .bfloat16])
  func rearrangingIsSelectionWithZerosForGaps(type: ElementType) throws {
    let x = try variable([4, 3, 2]).detached().converted(to: type)
    try x.requireGradient()
    let positions = try Tensor.of([2, -1, 0, 3, -1])
    // Row 0 went to place 2, row 1 nowhere, row 2 to place 0, row 3 to place 3.
    let inverse = try Tensor.of([2, -1, 0, 3])
    let found = try x.rearranged(positions, inverse: inverse)
    let taken = try numbers(x.select(0, Tensor.of([2, 0, 0, 3, 0])))
    let expected = taken.enumerated().map { [1, 4].contains($0.offset / 6) ? 0 : $0.element }
    #expect(try numbers(found) == expected)
    let seed = try Tensor.of((0..<30).map { Double($0) }, [5, 3, 2]).converted(to: type)
    try found.backward(seed)
    // Row 0 gets the gradient of place 2, row 1 none, row 2 that of place 0, row 3 that of place 3.
    let starts = [12.0, nil, 0, 18]
    let gradient = starts.flatMap { start in
      (0..<6).map { place in start.map { $0 + Double(place) } ?? 0 }
    }
    #expect(try numbers(x.gradient) == gradient)
  }

  @Test func positionsMayBeAViewOfAnotherTensor() throws {
    let x = try Tensor.of([10.0, 20, 30], [3, 1])
    let table = try Tensor.of([2, 0, 1, 1, 0, 2], [3, 2])
    let column = try table.slice(1, 0..<1).squeezed(1)
    #expect(try numbers(x.rearranged(column, inverse: column)) == [30, 20, 10])
  }

  @Test func positionsBeyondTheRowsAreRefused() throws {
    let x = try Tensor.ones([3, 1])
    let positions = try Tensor.of([0, 3])
    #expect(
      message { _ = try x.rearranged(positions, inverse: positions) }
        == "rearrange: position 3 is beyond the last of 3 rows")
  }

  // MARK: Rotation

  private func angles() throws -> (cosine: Tensor, sine: Tensor) {
    let angles = [0.0, 0.5, 1.1, -0.4, 2.0, 3.0]
    return (
      try Tensor.of(angles.map { cos($0) }, [3, 2]), try Tensor.of(angles.map { sin($0) }, [3, 2])
    )
  }

  @Test(arguments: [(ElementType.float32, 1e-6), (.float64, 1e-14)])
  func rotationTurnsFirstHalfAgainstSecond(type: ElementType, tolerance: Double) throws {
    let (cosine, sine) = try angles()
    let x = try variable([3, 2, 4])
    let found = try x.detached().converted(to: type)
      .rotated(cosine.converted(to: type), sine.converted(to: type), heads: 2)
    let (c, s, from) = (try numbers(cosine), try numbers(sine), try numbers(x))
    var expected: [Double] = []
    for row in 0..<3 {
      for head in 0..<2 {
        let start = (row * 2 + head) * 4
        for i in 0..<2 {
          expected.append(from[start + i] * c[row * 2 + i] - from[start + 2 + i] * s[row * 2 + i])
        }
        for i in 0..<2 {
          expected.append(from[start + 2 + i] * c[row * 2 + i] + from[start + i] * s[row * 2 + i])
        }
      }
    }
    expectClose(try numbers(found), expected, within: tolerance)
  }

  @Test func theGradientOfRotationTurnsBack() throws {
    let (cosine, sine) = try angles()
    let seed = try variable([3, 2, 4], stream: "seed").detached()
    let x = try variable([3, 2, 4])
    try x.rotated(cosine, sine, heads: 2).backward(seed)
    let numeric = try slopes(x) { try $0.rotated(cosine, sine, heads: 2) * seed }
    expectClose(try numbers(x.gradient), numeric, within: 1e-8)
    let single = try variable([3, 2, 4]).detached().converted(to: .float32)
    try single.requireGradient()
    try single.rotated(cosine.converted(to: .float32), sine.converted(to: .float32), heads: 2)
      .backward(seed.converted(to: .float32))
    expectClose(try numbers(single.gradient), try numbers(x.gradient), within: 1e-5)
  }

  @Test(arguments: [ElementType.float32, .float64])
  func headsBeyondTheCountAreCopied(type: ElementType) throws {
    let (cosine, sine) = (
      try angles().cosine.converted(to: type), try angles().sine.converted(to: type)
    )
    let x = try variable([3, 5, 4]).detached().converted(to: type)
    try x.requireGradient()
    let found = try x.rotated(cosine, sine, heads: 3)
    let turned = try x.slice(1, 0..<3).rotated(cosine, sine, heads: 3)
    #expect(try numbers(found.slice(1, 0..<3)) == numbers(turned))
    #expect(try numbers(found.slice(1, 3..<5)) == numbers(x.slice(1, 3..<5)))
    let seed = try variable([3, 5, 4], stream: "seed").detached().converted(to: type)
    try found.backward(seed)
    let gradient = try #require(x.gradient)
    #expect(try numbers(gradient.slice(1, 3..<5)) == numbers(seed.slice(1, 3..<5)))
    let back = try seed.slice(1, 0..<3).rotated(cosine, -sine, heads: 3)
    expectClose(try numbers(gradient.slice(1, 0..<3)), try numbers(back), within: 1e-6)
  }

  @Test(arguments: [ElementType.float32, .float64])
  func numbersBehindThoseThatAreTurnedStay(type: ElementType) throws {
    let (cosine, sine) = (
      try angles().cosine.converted(to: type), try angles().sine.converted(to: type)
    )
    // Four of a head's seven numbers are turned.
    let x = try variable([3, 3, 7]).detached().converted(to: type)
    try x.requireGradient()
    let found = try x.rotated(cosine, sine, heads: 2)
    let turned = try x.slice(2, 0..<4).contiguous().rotated(cosine, sine, heads: 2)
    #expect(try numbers(found.slice(2, 0..<4)) == numbers(turned))
    #expect(try numbers(found.slice(2, 4..<7)) == numbers(x.slice(2, 4..<7)))
    #expect(try numbers(found.slice(1, 2..<3)) == numbers(x.slice(1, 2..<3)))
    let seed = try variable([3, 3, 7], stream: "seed").detached().converted(to: type)
    try found.backward(seed)
    let gradient = try #require(x.gradient)
    let back = try seed.rotated(cosine, -sine, heads: 2)
    expectClose(try numbers(gradient), try numbers(back), within: 1e-6)
  }

  @Test func anglesOfAnotherShapeAreRefused() throws {
    let (cosine, sine) = try angles()
    #expect(
      message { _ = try Tensor.ones([4, 2, 4], type: .float64).rotated(cosine, sine, heads: 2) }
        == "rotate: cosines [3, 2] and sines [3, 2] for 2 heads do not fit [4, 2, 4]")
  }

  // MARK: Normalisation

  @Test func rootMeanSquareNormalisationIsItsComposition() throws {
    func composed(_ x: Tensor, _ weight: Tensor) throws -> Tensor {
      try x / (x.squared().mean(-1, keep: true) + 1e-5).squareRoot() * weight
    }
    let seed = try variable([3, 8], stream: "seed").detached()
    let (x, weight) = (try variable([3, 8]), try variable([8], stream: "weight"))
    let (y, other) = (try variable([3, 8]), try variable([8], stream: "weight"))
    let (found, expected) = (try x.rmsNorm(weight, epsilon: 1e-5), try composed(y, other))
    expectClose(try numbers(found), try numbers(expected), within: 1e-14)
    try found.backward(seed)
    try expected.backward(seed)
    expectClose(try numbers(x.gradient), try numbers(y.gradient), within: 1e-13)
    expectClose(try numbers(weight.gradient), try numbers(other.gradient), within: 1e-13)
    let numeric = try slopes(x) { try $0.rmsNorm(weight, epsilon: 1e-5) * seed }
    expectClose(try numbers(x.gradient), numeric, within: 1e-7)
  }

  @Test func layerNormalisationHasMeanZeroAndDeviationOne() throws {
    let x = try variable([2, 16])
    let (weight, bias) = (
      try Tensor.ones([16], type: .float64), try Tensor.zeros([16], type: .float64)
    )
    let normal = try x.layerNorm(weight, bias, epsilon: 0)
    expectClose(try numbers(normal.mean(1)), [0, 0], within: 1e-14)
    expectClose(try numbers(normal.squared().mean(1)), [1, 1], within: 1e-13)
  }

  // MARK: Attention

  @Test func attentionIsASoftmaxOverWhatIsAllowed() throws {
    let (q, k, v) = (
      try variable([1, 2, 3, 4]), try variable([1, 2, 3, 4], stream: "k"),
      try variable([1, 2, 3, 4], stream: "v")
    )
    let causal = try Tensor.of(
      [true, false, false, true, true, false, true, true, true], [1, 1, 3, 3])
    let scores = try q.matmul(k.transposed(2, 3)) * 0.5
    let expected = try scores.filled(where: causal.not(), with: -.infinity).softmax(-1).matmul(v)
    let found = try q.attention(k, v, span: .causal(), scale: 0.5)
    expectClose(try numbers(found), try numbers(expected), within: 1e-14)
    let masked = try q.attention(k, v, mask: causal, scale: 0.5)
    expectClose(try numbers(masked), try numbers(expected), within: 1e-14)
    let free = try q.attention(k, v, scale: 0.5)
    expectClose(try numbers(free), try numbers(scores.softmax(-1).matmul(v)), within: 1e-14)
  }

  /// Where a query may look, `[query, key]`.
  private func allowed(_ time: Int, window: Int) throws -> Tensor {
    try Tensor.of(
      (0..<time).flatMap { query in
        (0..<time).map { key in key <= query && key > query - window }
      }, [1, 1, time, time])
  }

  @Test(arguments: [1, 2, 4, 5, 9], [nil, 0.7])
  func aWindowHoldsSoManyPlacesAndACapBendsScores(window: Int, cap: Double?) throws {
    let seed = try variable([1, 2, 5, 4], stream: "seed").detached()
    func inputs() throws -> [Tensor] {
      [
        try variable([1, 2, 5, 4]), try variable([1, 2, 5, 4], stream: "k"),
        try variable([1, 2, 5, 4], stream: "v"),
      ]
    }
    let (mine, theirs) = (try inputs(), try inputs())
    let found = try mine[0].attention(
      mine[1], mine[2], span: .causal(window: window), scale: 0.5, cap: cap)
    var scores = try theirs[0].matmul(theirs[1].transposed(2, 3)) * 0.5
    if let cap { scores = try cap * (scores / cap).tanh() }
    let open = try allowed(5, window: window)
    let expected = try scores.filled(where: open.not(), with: -.infinity).softmax(-1)
      .matmul(theirs[2])
    expectClose(try numbers(found), try numbers(expected), within: 1e-14)
    try found.backward(seed)
    try expected.backward(seed)
    for (one, other) in zip(mine, theirs) {
      expectClose(try numbers(one.gradient), try numbers(other.gradient), within: 1e-13)
    }
  }

  @Test func aWindowBesideAMaskIsRefused() throws {
    let q = try variable([1, 1, 3, 4])
    let mask = try Tensor.ones([1, 1, 3, 3], type: .bool)
    #expect(
      message { _ = try q.attention(q, q, mask: mask, span: .causal(window: 2), scale: 1) }
        == "attention: a window needs causal attention of as many queries as keys, without a mask")
  }

  @Test func theExactGELUIsThatOfTheNormalDistribution() throws {
    // x/2 · (1 + erf(x/√2))
    let x = [-3, -0.5, 0, 0.7, 2.5]
    let expected = x.map { $0 / 2 * (1 + erf($0 / 2.0.squareRoot())) }
    expectClose(try numbers(Tensor.of(x).gelu()), expected, within: 1e-15)
    // 0.5 x (1 + tanh(√(2/π) (x + 0.044715 x³)))
    let bent = x.map { x in
      0.5 * x * (1 + tanh((2 / Double.pi).squareRoot() * (x + 0.044715 * x * x * x)))
    }
    expectClose(try numbers(Tensor.of(x).geluTanh()), bent, within: 1e-15)
  }
}
