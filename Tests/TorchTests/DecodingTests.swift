import TestSupport
import Testing
import Torch

/// Packed products and attention over a cache, against the operations they stand in for.
@Suite struct DecodingTests {
  // MARK: Packed products

  // 16 · 256 · 256 is above a million products, where a layout is made; 2 · 8 · 4 is far below.
  @Test(arguments: [(16, 256, 256), (2, 8, 4)])
  func aPackedWeightGivesTheSameProduct(rows: Int, inner: Int, outer: Int) throws {
    let x = try variable([rows, inner], type: .float32).detached()
    let weight = try variable([outer, inner], type: .float32, stream: "weight")
    let bias = try variable([outer], type: .float32, stream: "bias").detached()
    let packed = try weight.packed(rows: rows, precision: .full)
    let expected = try numbers(x.linear(weight, bias: bias))
    expectClose(try numbers(x.linear(packed, bias: bias)), expected, within: 1e-3)
    #expect(try x.linear(packed).sizes == [rows, outer])
  }

  @Test func aPackedWeightServesOtherNumbersOfRows() throws {
    let weight = try variable([512, 256], type: .float32)
    let packed = try weight.packed(rows: 64, precision: .full)
    for rows in [1, 63, 200] {
      let x = try variable([rows, 256], type: .float32, stream: "x\(rows)").detached()
      expectClose(
        try numbers(x.linear(packed)), try numbers(x.linear(weight)), within: 1e-3)
    }
  }

  @Test func aPackedWeightRoundsAsThePlainOneDoes() throws {
    let x = try variable([64, 256], type: .float32).detached()
    let weight = try variable([256, 256], type: .float32, stream: "weight")
    let bias = try variable([256], type: .float32, stream: "bias").detached()
    let packed = try weight.packed(rows: 64, precision: .bfloat16)
    let found = try numbers(x.linear(packed, bias: bias, precision: .bfloat16))
    let expected = try numbers(x.linear(weight, bias: bias, precision: .bfloat16))
    // Sums run in another order: a result at the edge of two bfloat16 numbers may fall to either
    // side, 2⁻⁸ of sums of up to about 60.
    expectClose(found, expected, within: 0.26)
    let full = try numbers(x.linear(weight, bias: bias))
    #expect(zip(full, found).contains { abs($0 - $1) > 1e-2 })
  }

  @Test func aTransposedViewCanBePacked() throws {
    let x = try variable([32, 256], type: .float32).detached()
    let stored = try variable([256, 384], type: .float32, stream: "weight")
    let packed = try stored.transposed(0, 1).packed(rows: 32, precision: .full)
    expectClose(
      try numbers(x.linear(packed)), try numbers(x.matmul(stored.detached())), within: 1e-3)
  }

  // MARK: Attention over a cache

  /// Three rows at different places, four query heads over two key heads, size 5: no multiple of
  /// any vector's width.
  private struct Step {
    let all: Tensor
    let keys: Tensor
    let values: Tensor
    let places: Tensor

    init(type: ElementType) throws {
      all = try variable([3, 8, 5], type: type).detached()
      keys = try variable([3, 2, 6, 5], type: type, stream: "keys").detached()
      values = try variable([3, 2, 6, 5], type: type, stream: "values").detached()
      places = try Tensor.of([0, 3, 5])
    }
  }

  @Test(arguments: [(ElementType.float32, 1e-5), (.float64, 1e-12)])
  func aNewTokenLooksAtItselfAndAllBeforeIt(type: ElementType, tolerance: Double) throws {
    let step = try Step(type: type)
    let (oldKeys, oldValues) = (try numbers(step.keys), try numbers(step.values))
    let found = try step.all.attention(
      intoCache: step.keys, step.values, at: step.places, scale: 0.3)
    #expect(found.sizes == [3, 20])
    let places: [Int] = try step.places.values()
    var expected: [Double] = []
    for row in 0..<3 {
      for head in 0..<4 {
        let query = try step.all.slice(0, row..<row + 1).slice(1, head..<head + 1).reshaped(1, 5)
        // Entries up to the place, the new token's own last.
        func seen(_ cache: Tensor, _ new: Int) throws -> Tensor {
          let old = try cache.slice(0, row..<row + 1).slice(1, head / 2..<head / 2 + 1)
            .reshaped(6, 5).slice(0, 0..<places[row])
          let own = try step.all.slice(0, row..<row + 1).slice(1, new..<new + 1).reshaped(1, 5)
          return try Tensor.concatenate([old, own], 0)
        }
        let scores = try query.matmul(seen(step.keys, 4 + head / 2).transposed(0, 1)) * 0.3
        expected += try numbers(
          scores.logSoftmax(1).exp().matmul(seen(step.values, 6 + head / 2)))
      }
    }
    expectClose(try numbers(found), expected, within: tolerance)
    // The caches changed at the rows' places and nowhere else.
    for (now, before, first) in [
      (try numbers(step.keys), oldKeys, 4), (try numbers(step.values), oldValues, 6),
    ] {
      let all = try numbers(step.all)
      for index in now.indices {
        let (row, head, place) = (index / 60, index / 30 % 2, index / 5 % 6)
        let written = place == places[row]
        #expect(
          now[index] == (written ? all[(row * 8 + first + head) * 5 + index % 5] : before[index]))
      }
    }
  }

  /// Against the same step with the places that are too far left out of the cache, and with scores
  /// bent by hand.
  @Test(arguments: [ElementType.float32, .float64], [nil, 0.4])
  func aWindowLooksAtTheLastPlacesAlone(type: ElementType, cap: Double?) throws {
    for window in [1, 2, 4, 6, 100] {
      let step = try Step(type: type)
      let found = try step.all.attention(
        intoCache: step.keys, step.values, at: step.places, window: window, scale: 0.3, cap: cap)
      let places: [Int] = try step.places.values()
      var expected: [Double] = []
      for row in 0..<3 {
        let seen = max(0, places[row] - window + 1)..<places[row] + 1
        for head in 0..<4 {
          // The new token is in the caches by now.
          func cached(_ cache: Tensor) throws -> Tensor {
            try cache.slice(0, row..<row + 1).slice(1, head / 2..<head / 2 + 1)
              .reshaped(6, 5).slice(0, seen)
          }
          let query = try step.all.slice(0, row..<row + 1).slice(1, head..<head + 1)
            .reshaped(1, 5)
          var scores = try query.matmul(cached(step.keys).transposed(0, 1)) * 0.3
          if let cap { scores = try scores.capped(cap) }
          expected += try numbers(scores.softmax(1).matmul(cached(step.values)))
        }
      }
      let tolerance = type == .float32 ? 1e-5 : 1e-12
      expectClose(try numbers(found), expected, within: tolerance, "window \(window)")
    }
  }

  @Test func aPlaceOutsideOfTheCacheIsRefused() throws {
    let step = try Step(type: .float32)
    let places = try Tensor.of([0, 6, 1])
    #expect(
      message {
        _ = try step.all.attention(intoCache: step.keys, step.values, at: places, scale: 1)
      } == "attention over a cache: place 6 of row 1 is outside of a cache of 6")
  }

  @Test func headsThatDoNotFitTheCacheAreRefused() throws {
    let step = try Step(type: .float32)
    let all = try step.all.slice(1, 0..<4)
    #expect(
      message {
        _ = try all.attention(intoCache: step.keys, step.values, at: step.places, scale: 1)
      }.hasPrefix("attention over a cache: queries, keys and values [3, 4, 5] at [3] places"))
  }
}
