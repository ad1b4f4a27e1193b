import Testing

@testable import Theory

@Suite struct FindingTests {
  private let near = Tolerance(0.01, "of a test")

  @Test func `an equality holds up to its tolerance, in every entry`() {
    #expect(Finding("a", [1, 2.01], .equal, [1, 2], Tolerance(0.0101, "")).holds)
    #expect(!Finding("a", [1, 2.02], .equal, [1, 2], near).holds)
    #expect(!Finding("a", [1, 2.02, 0], .equal, [1, 2], near).holds)
    #expect(!Finding("a", [], .equal, [], near).holds)
  }

  @Test func `bounds hold on their side`() {
    #expect(Finding("a", 1, .atMost, 2, .none).holds)
    #expect(!Finding("a", 3, .atMost, 2, .none).holds)
    #expect(Finding("a", 3, .atLeast, 2, .none).holds)
    #expect(!Finding("a", 1, .atLeast, 2, .none).holds)
  }

  @Test(arguments: [Double.nan, .infinity, -.infinity])
  func `what is not finite holds nothing`(number: Double) {
    for relation in [Finding.Relation.equal, .atMost, .atLeast] {
      #expect(!Finding("a", number, relation, 0, .init(.infinity, "")).holds)
    }
  }

  @Test func `the tightest entry is the one nearest to breaking the relation`() {
    let equal = Finding("a", [1.1, 2.3, 3], .equal, [1, 2, 3], near)
    #expect(equal.tightest == (2, 2.3))
    let bound = Finding("a", [1, 1.9], .atMost, [2, 2], near)
    #expect(bound.tightest == (2, 1.9))
  }
}
