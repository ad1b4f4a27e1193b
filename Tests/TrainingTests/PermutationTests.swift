import Testing

@testable import Training

@Suite struct PermutationTests {
  @Test func everyPassHasEveryExampleOnce() {
    var order = Permutation(count: 7, seed: 3)
    let passes = (0..<4).map { order.examples(from: $0 * 7, length: 7) }
    for pass in passes { #expect(pass.sorted() == Array(0..<7)) }
    #expect(Set(passes).count == 4, "passes are shuffled anew")
  }

  @Test func aStepHasItsExamplesWhereverOneBegins() {
    var whole = Permutation(count: 7, seed: 3)
    let all = whole.examples(from: 0, length: 40)
    for start in [0, 5, 13, 14, 33] {
      var fresh = Permutation(count: 7, seed: 3)
      #expect(fresh.examples(from: start, length: 7) == Array(all[start..<start + 7]))
    }
    // Back and forth.
    #expect(whole.examples(from: 3, length: 4) == Array(all[3..<7]))
  }

  @Test func seedsShuffleDifferently() {
    var first = Permutation(count: 50, seed: 1)
    var second = Permutation(count: 50, seed: 2)
    #expect(first.examples(from: 0, length: 50) != second.examples(from: 0, length: 50))
  }
}
