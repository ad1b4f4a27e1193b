import Testing

@testable import Training

@Suite struct RankingTests {
  @Test func withoutTiesThereIsOneOrder() {
    #expect(Ranking.orders(of: [0.5, 2, -1]) == [[1, 0, 2]])
    #expect(Ranking.orderCount(of: [0.5, 2, -1]) == 1)
    #expect(Ranking.orders(of: []) == [[]])
  }

  @Test func tiedRewardsTakeEveryOrder() {
    #expect(Ranking.orders(of: [1, 2, 1]) == [[1, 0, 2], [2, 0, 1]])
    #expect(Ranking.orderCount(of: [1, 1, 1, 3, 3]) == 12)
    #expect(Set(Ranking.orders(of: [1, 1, 1, 3, 3])).count == 12)
    #expect(Ranking.orderCount(of: [Double](repeating: 0, count: 40)) == Int.max)
  }
}
