import Foundation
import Testing

@testable import HTTP

/// Pauses between requests.
@Suite struct RetryPolicyTests {
  @Test func `pauses are drawn evenly below a bound that doubles up to a cap`() {
    let policy = RetryPolicy()
    for (attempt, bound) in [(1, 0.5), (2, 1.0), (3, 2.0), (6, 16.0), (9, 20.0), (60, 20.0)] {
      let draws = (0..<400).map { _ in policy.pause(after: attempt) / .seconds(1) }
      #expect(draws.allSatisfy { $0 >= 0 && $0 < bound })
      let mean = draws.reduce(0, +) / 400
      // Four standard errors of a uniform mean: bound · 0.2887 / 20 · 4.
      #expect(abs(mean - bound / 2) < bound * 0.058)
    }
  }
}
