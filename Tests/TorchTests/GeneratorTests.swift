import Foundation
import TestSupport
import Testing
import Torch

@Suite struct GeneratorTests {
  private func drawn(_ seed: UInt64, _ stream: String, _ count: Int = 8) throws -> [Double] {
    try numbers(Generator(seed: seed, stream: stream).uniform([count]))
  }

  @Test func aSeedAndAStreamAreTheirNumbers() throws {
    #expect(try drawn(17, "sampling") == drawn(17, "sampling"))
    let all = [
      try drawn(17, "sampling"), try drawn(18, "sampling"), try drawn(17, "shuffle"),
      try drawn(17, ""), try drawn(0, "sampling"),
    ]
    #expect(Set(all).count == all.count)
  }

  @Test func theNumbersAreThoseOfPyTorch() throws {
    // g = torch.Generator().manual_seed(MIXED); torch.rand(4, generator=g), where MIXED is
    // splitmix64(fnv1a("sampling") ^ 17).
    expectClose(
      try drawn(17, "sampling", 4),
      [0.11728161573410034, 0.7569777965545654, 0.6507224440574646, 0.5738919377326965], within: 0)
    // torch.empty(3, dtype=torch.float64).normal_(0, 2, generator=g)
    let normal = try Generator(seed: 17, stream: "sampling").normal(
      [3], deviation: 2, type: .float64)
    expectClose(
      try numbers(normal), [1.2567304802525496, -0.5136002435602035, -1.1985225839612035],
      within: 1e-14)
  }

  @Test func aRestoredStreamGoesOn() throws {
    let generator = try Generator(seed: 3, stream: "x")
    _ = try generator.uniform([5])
    let state = try generator.state()
    let next = try numbers(generator.uniform([5]))
    #expect(try numbers(generator.uniform([5])) != next)
    try generator.restore(state)
    #expect(try numbers(generator.uniform([5])) == next)
    let other = try Generator(seed: 99, stream: "y")
    try other.restore(state)
    #expect(try numbers(other.uniform([5])) == next)
    #expect(state.type == .int64)
  }

  @Test func aStateOfAnotherKindIsRefused() throws {
    let generator = try Generator(seed: 3, stream: "x")
    #expect(throws: TorchError.self) { try generator.restore(Tensor.of([1, 2, 3])) }
  }

  @Test func normalNumbersHaveTheirDeviation() throws {
    let many = try Generator(seed: 4, stream: "n").normal([20_000], deviation: 3)
    #expect(many.type == .float32)
    // Four standard errors: 3 / √20000 of the mean, 3 / √40000 of the deviation.
    expectClose([try many.mean().item()], [0], within: 0.085)
    expectClose([try many.squared().mean().squareRoot().item()], [3], within: 0.06)
  }

  @Test func streamsAreUnrelated() throws {
    let (a, b) = (try drawn(5, "a", 20_000), try drawn(5, "b", 20_000))
    let covariance = zip(a, b).reduce(0) { $0 + ($1.0 - 0.5) * ($1.1 - 0.5) } / 20_000
    // Four standard errors of a correlation, times the variance 1/12.
    #expect(abs(covariance) < 4 / 20_000.0.squareRoot() / 12)
  }
}

@Suite struct DrawTests {
  private let logits = [1.0, -0.5, 0.3, 2, -1]

  /// The chi-square statistic of draws against softmax(logits / temperature).
  private func chiSquare(_ ids: [Int], temperature: Double) throws -> Double {
    let expected = try numbers((Tensor.of(logits) / temperature).softmax(0))
    var counts = [Double](repeating: 0, count: expected.count)
    for id in ids { counts[id] += 1 }
    return zip(counts, expected).reduce(0) { sum, pair in
      let mean = pair.1 * Double(ids.count)
      return sum + (pair.0 - mean) * (pair.0 - mean) / mean
    }
  }

  @Test(arguments: [0.7, 1, 1.5])
  func frequenciesAreThoseOfTheSoftmax(temperature: Double) throws {
    let rows = try Tensor.of(logits).unsqueezed(0).expanded([20_000, 5])
    let uniform = try Generator(seed: 11, stream: "draw").uniform([20_000])
    let drawn = try rows.draw(uniform: uniform, temperature: temperature)
    let ids = try drawn.ids.values(as: Int.self)
    // 23.5 is the 99.99 % quantile of four degrees of freedom.
    #expect(try chiSquare(ids, temperature: temperature) < 23.5)
    #expect(try chiSquare(ids, temperature: temperature * 1.2) > 100)
    let expected = try numbers((Tensor.of(logits) / temperature).logSoftmax(0))
    expectClose(
      try numbers(drawn.logProbabilities), ids.map { expected[$0] }, within: 1e-12)
  }

  @Test func temperatureZeroTakesTheLikeliest() throws {
    let rows = try Tensor.of(logits + [0, 5, 0, 0, 4.9], [2, 5])
    let uniform = try Tensor.of([0.0, 0.99])
    let drawn = try rows.draw(uniform: uniform, temperature: 0)
    #expect(try drawn.ids.values(as: Int.self) == [3, 1])
    let expected = try numbers(rows.logSoftmax(1))
    expectClose(try numbers(drawn.logProbabilities), [expected[3], expected[6]], within: 1e-14)
  }

  @Test func aRowsDrawDoesNotDependOnTheOthers() throws {
    let rows = try Generator(seed: 12, stream: "logits").normal([40, 33], deviation: 2)
    let uniform = try Generator(seed: 12, stream: "draw").uniform([40])
    let together = try rows.draw(uniform: uniform, temperature: 0.8)
    let ids = try together.ids.values(as: Int.self)
    let logs = try numbers(together.logProbabilities)
    for part in [0..<1, 7..<8, 3..<20, 39..<40] {
      let alone = try rows.slice(0, part).draw(uniform: uniform.slice(0, part), temperature: 0.8)
      #expect(try alone.ids.values(as: Int.self) == Array(ids[part]))
      #expect(try numbers(alone.logProbabilities) == Array(logs[part]))
    }
    #expect(Set(ids).count > 10)
  }

  @Test func impossibleIdsAreNeverDrawn() throws {
    let never = -Double.infinity
    let rows = try Tensor.of([never, 0, never, 0, never], [1, 5]).expanded([3, 5])
    let edges = try Tensor.of([0.0, 0.5, 1 - 0x1p-24])
    #expect(try rows.draw(uniform: edges, temperature: 1).ids.values(as: Int.self) == [1, 3, 3])
  }

  @Test func aTemperatureBelowZeroIsRefused() throws {
    let rows = try Tensor.of(logits, [1, 5])
    #expect(
      message { _ = try rows.draw(uniform: Tensor.of([0.5]), temperature: -1) }
        == "draw: temperature -1 is below 0")
  }
}
