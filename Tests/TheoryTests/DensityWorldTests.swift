import Testing

@testable import Theory

@Suite struct DensityWorldTests {
  /// 60 draws of the world: shares of a few thousand places of bands, which hang together within a draw.
  /// `benchmarks/densities` holds those of 500.
  @Test func bandsHoldTheTrueRatio() throws {
    let found = try DensityWorld().coverage(repetitions: 60, draws: 128, resamples: 200)
    for cell in found.prefix(4) {
      #expect(cell.asked > 1000, "\(cell)")
      #expect(cell.share > 0.90 && cell.share < 0.985, "\(cell)")
    }
    for cell in found.dropFirst(4) {
      // Four standard errors below 0.95 of as many answers.
      #expect(cell.asked >= 60 && cell.share > 0.83, "\(cell)")
    }
  }

  @Test func bandsOfAnotherOptimumMissIt() throws {
    // The optimum of β = 2 is not that of 1: what holds above can fail.
    var world = try DensityWorld()
    world.assumedBeta = 2
    let found = world.coverage(repetitions: 10, draws: 128, resamples: 100)
    #expect(found[1].share < 0.8)
    #expect(found[4].share < 0.8)
  }
}
