import Foundation
import TestSupport
import Testing
import Torch

@Suite struct TokenLogProbabilityTests {
  /// The bigram model of `algorithms.md`, section 1.2: logits after the start, after a and after b,
  /// over the vocabulary E, a, b.
  private let table = [[0.2, 0.5, -0.1], [1, -0.3, 0.4], [0.3, 0.8, -0.6]]
  private let completions = [[0], [1, 0], [2, 0], [1, 1], [1, 2], [2, 1], [2, 2]]
  private let sums = [
    -1.128390, -1.427965, -2.545265, -2.727965, -2.027965, -2.045265, -3.445265,
  ]
  private let means = [
    -1.128390, -0.713982, -1.272632, -1.363982, -1.013982, -1.022632, -1.722632,
  ]

  /// Summed log-probabilities of all completions, from the logits table as hidden states and an
  /// identity head.
  private func scored(_ table: Tensor, chunk: Int) throws -> Tensor {
    let states = completions.flatMap { tokens in [0] + tokens.dropLast() }
    let ids = try Tensor.of(completions.flatMap { $0 })
    let owners = completions.enumerated().flatMap { owner, tokens in tokens.map { _ in owner } }
    let hidden = try table.select(0, Tensor.of(states))
    let identity = try Tensor.of([1.0, 0, 0, 0, 1, 0, 0, 0, 1], [3, 3])
    let perToken = try hidden.tokenLogProbabilities(identity, ids, chunk: chunk)
    let membership = try Tensor.of(
      completions.indices.flatMap { row in owners.map { $0 == row ? 1.0 : 0 } },
      [completions.count, owners.count])
    return try membership.matmul(perToken.unsqueezed(1)).squeezed(1)
  }

  @Test(arguments: [1, 2, 5, 13, 256])
  func theBigramModelsCompletionsHaveTheGoldenSums(chunk: Int) throws {
    let found = try numbers(scored(Tensor.of(table.flatMap { $0 }, [3, 3]), chunk: chunk))
    expectClose(found, sums, within: 6e-7)
    expectClose(zip(found, completions).map { $0 / Double($1.count) }, means, within: 6e-7)
    expectClose([found.reduce(0) { $0 + exp($1) }], [1], within: 1e-15)
  }

  @Test(arguments: [1, 4, 256])
  func theGradientIsThatOfPlainAutogradAndTheSlope(chunk: Int) throws {
    let weights = try Tensor.of([0.3, -1, 2, 0.5, 1, -0.7, 0.1])
    let logits = try Tensor.of(table.flatMap { $0 }, [3, 3])
    try logits.requireGradient()
    try (scored(logits, chunk: chunk) * weights).sum().backward()
    let numeric = try slopes(logits) { try scored($0, chunk: chunk) * weights }
    expectClose(try numbers(logits.gradient), numeric, within: 1e-8)
  }

  @Test(arguments: [(1.0, 3), (0.7, 3), (0.7, 100)])
  func hiddenStatesAndHeadGetTheGradientOfTheComposition(temperature: Double, chunk: Int) throws {
    let ids = try Tensor.of([4, 0, 1, 1, 3, 2, 4])
    let seed = try variable([7], stream: "seed").detached()
    let (hidden, head) = (try variable([7, 6]), try variable([5, 6], stream: "head"))
    let found = try hidden.tokenLogProbabilities(
      head, ids, temperature: temperature, chunk: chunk)
    try found.backward(seed)
    let (other, otherHead) = (try variable([7, 6]), try variable([5, 6], stream: "head"))
    let expected = try (other.linear(otherHead) / temperature).logSoftmax(1)
      .gather(1, ids.unsqueezed(1)).squeezed(1)
    try expected.backward(seed)
    expectClose(try numbers(found), try numbers(expected), within: 1e-13)
    expectClose(try numbers(hidden.gradient), try numbers(other.gradient), within: 1e-13)
    expectClose(try numbers(head.gradient), try numbers(otherHead.gradient), within: 1e-13)
  }

  @Test(arguments: [(1.0, 3), (0.7, 100)])
  func aCapBendsLogitsBeforeTheyAreDivided(temperature: Double, chunk: Int) throws {
    let ids = try Tensor.of([4, 0, 1, 1, 3, 2, 4])
    let seed = try variable([7], stream: "seed").detached()
    let (hidden, head) = (try variable([7, 6]), try variable([5, 6], stream: "head"))
    let found = try hidden.tokenLogProbabilities(
      head, ids, temperature: temperature, cap: 1.5, chunk: chunk)
    try found.backward(seed)
    let (other, otherHead) = (try variable([7, 6]), try variable([5, 6], stream: "head"))
    let expected = try (other.linear(otherHead).capped(1.5) / temperature).logSoftmax(1)
      .gather(1, ids.unsqueezed(1)).squeezed(1)
    try expected.backward(seed)
    expectClose(try numbers(found), try numbers(expected), within: 1e-13)
    expectClose(try numbers(hidden.gradient), try numbers(other.gradient), within: 1e-13)
    expectClose(try numbers(head.gradient), try numbers(otherHead.gradient), within: 1e-13)
  }

  @Test func bfloat16RoundsTheFactorsOnly() throws {
    let ids = try Tensor.of([4, 0, 1, 1, 3, 2, 4])
    let hidden = try variable([7, 64], type: .float32)
    let head = try variable([5, 64], type: .float32, stream: "head")
    let found = try hidden.tokenLogProbabilities(head, ids, chunk: 2, precision: .bfloat16)
    let rounded = try hidden.converted(to: .bfloat16).converted(to: .float32)
      .tokenLogProbabilities(head.converted(to: .bfloat16).converted(to: .float32), ids)
    let tolerance = Libtorch.hasNativeBFloat16 ? 0.2 : 1e-5
    expectClose(try numbers(found), try numbers(rounded), within: tolerance)
    #expect(found.type == .float32)
    try found.sum().backward()
    #expect(hidden.gradient?.type == .float32)
  }

  @Test func emptyBatchesAreEmpty() throws {
    let none = try Tensor.zeros([0, 3], type: .float64).tokenLogProbabilities(
      Tensor.ones([5, 3], type: .float64), Tensor.of([Int]()))
    #expect(none.sizes == [0])
  }

  @Test func wrongIdsAndChunksAreRefused() throws {
    let (hidden, head) = (try Tensor.ones([2, 3]), try Tensor.ones([5, 3]))
    #expect(
      message { _ = try hidden.tokenLogProbabilities(head, Tensor.of([1, 2, 3])) }
        == "token log-probabilities: ids [3] do not fit hidden [2, 3]")
    #expect(
      message { _ = try hidden.tokenLogProbabilities(head, Tensor.of([1, 2]), chunk: 0) }
        == "token log-probabilities: chunks of 0 rows")
    #expect(throws: TorchError.self) {
      try hidden.tokenLogProbabilities(head, Tensor.of([1, 5]))
    }
  }
}
