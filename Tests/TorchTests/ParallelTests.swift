import TestSupport
import Testing
import Torch

@Suite struct ParallelTests {
  @Test func everyIndexIsCalledOnceWithoutGradients() throws {
    let weight = try variable([4, 4])
    let found = try Libtorch.inParallel(7) { index in
      let product = try weight.matmul(weight) * Double(index)
      return (index, try product.sum().item() as Double, product.requiresGradient)
    }
    let one: Double = try weight.detached().matmul(weight.detached()).sum().item()
    #expect(found.map(\.0) == Array(0..<7))
    expectClose(found.map(\.1), (0..<7).map { Double($0) * one }, within: 1e-9)
    #expect(found.allSatisfy { !$0.2 })
    #expect(try weight.matmul(weight).requiresGradient)
    #expect(try Libtorch.inParallel(0) { $0 } == [])
  }

  @Test func theFirstErrorIsThrown() throws {
    let (a, b) = (try variable([2, 3]), try variable([2, 3]))
    let text = message {
      _ = try Libtorch.inParallel(4) { index in try index < 2 ? a + b : a.matmul(b) }
    }
    #expect(text.contains("matmul"))
  }
}
