import Foundation
import Testing
import Torch

@testable import Policy

/// A sampler that takes a model's weights.
@Suite struct TakenWeightsTests {
  /// So wide that its products are laid out anew.
  private func model(_ architecture: ModelConfiguration.Architecture, isTied: Bool) throws
    -> Decoder
  {
    var configuration = ModelConfiguration(
      architecture: architecture, vocab: 512, hidden: 256, layers: 2, heads: 4, positions: 64,
      endToken: 0)
    configuration.isTied = isTied
    return try Decoder.start(configuration, with: Generator(seed: 1, stream: "model"))
  }

  private static let prompts = (0..<64).map { [$0 + 1, 2 * $0 + 3, 7] }

  private func drawn(_ sampler: Sampler) throws -> [[Int]] {
    let numbers = try DrawingNumbers(seed: 3, stream: "taken")
      .rows(of: Self.prompts.indices.map { "\($0)" }, count: 1, length: 12)
    return try sampler.sample(Self.prompts, count: 1, uniform: numbers).map { $0[0].tokens }
  }

  @Test(arguments: [ModelConfiguration.Architecture.llama, .gpt2], [true, false])
  func `draws the same, and leaves the model no matrices`(
    architecture: ModelConfiguration.Architecture, isTied: Bool
  ) throws {
    let settings = SamplingSettings(
      temperature: 1, maxTokens: 12, vocabulary: 512, endTokens: [0])
    let own = try drawn(Sampler(try model(architecture, isTied: isTied), settings))
    let taken = try model(architecture, isTied: isTied)
    let before = taken.parameters.reduce(0) { $0 + $1.count }
    let sampler = try withoutGradient {
      try Sampler(taking: taken, settings, prompts: Self.prompts.count, count: 1)
    }
    #expect(try drawn(sampler) == own)
    // What is read as a table stays, and so does what is no matrix.
    let left = taken.parameters.reduce(0) { $0 + $1.count }
    let tables = 512 * 256 + (architecture == .gpt2 ? 64 * 256 : 0)
    #expect(left < before / 2 && left >= tables && left < tables + 8192)
    // Drawn again from the same copy.
    #expect(try drawn(sampler) == own)
  }
}
