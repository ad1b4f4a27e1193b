import Foundation
import TestSupport
import Testing

@testable import Policy

@Suite struct RotaryTests {
  func frequencies(_ scaling: ModelConfiguration.RotaryScaling, headSize: Int = 128) -> [Double] {
    var configuration = ModelConfiguration(
      architecture: .llama, vocab: 8, hidden: headSize, layers: 1, heads: 1, positions: 8)
    configuration.rotaryBase = 500_000
    configuration.rotaryScaling = scaling
    return Rotary(configuration).frequencies
  }

  @Test func plainFrequenciesArePowersOfTheBase() {
    let found = frequencies(.none)
    #expect(found.count == 64)
    #expect(found[0] == 1)
    expectClose(
      [found[32], found[63]], [pow(500_000, -0.5), pow(500_000, -126.0 / 128)], within: 1e-15)
  }

  @Test func linearScalingDividesThemAll() {
    expectClose(
      frequencies(.linear(factor: 4)), frequencies(.none).map { $0 / 4 }, within: 1e-15)
  }

  /// Llama 3.1's settings. Wavelengths 2π/f below 8192/4 = 2048 stay, above 8192/1 are divided by
  /// 8, and between them s = (8192/w − 1)/3 blends; by hand for i = 32:
  /// f = 500000^(−½) = 1.414214e−3, w = 4442.88, s = 0.281283,
  /// f' = (1 − s) f/8 + s f = 5.248462e−4.
  @Test func llama3ScalingKeepsShortWavelengthsDividesLongOnesAndBlendsBetween() {
    let scaled = frequencies(.llama3(factor: 8, low: 1, high: 4, original: 8192))
    let plain = frequencies(.none)
    for (index, (mine, old)) in zip(scaled, plain).enumerated() {
      let wavelength = 2 * Double.pi / old
      switch wavelength {
      case ..<2048: #expect(mine == old, "frequency \(index)")
      case 8192.0...: #expect(mine == old / 8, "frequency \(index)")
      default: #expect(mine > old / 8 && mine < old, "frequency \(index)")
      }
    }
    #expect(abs(scaled[32] - 5.248462e-4) < 1e-9)
    // 29 stay, 6 are blended, 29 are divided: w passes 2048 and 8192 at i = 28.2 and 35.0.
    #expect(zip(scaled, plain).filter { $0 == $1 }.count == 29)
    #expect(zip(scaled, plain).filter { $0 == $1 / 8 }.count == 29)
  }
}
