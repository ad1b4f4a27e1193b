import Foundation
import Torch

@testable import Policy

/// Decoders with weights far from uniform, so that a wrong place or order moves every number.
enum TinyModels {
  static func llama(
    seed: UInt64 = 1, vocab: Int = 11, positions: Int = 48, isTied: Bool = true,
    type: ElementType = .float32
  ) throws -> Decoder {
    let configuration = ModelConfiguration(
      architecture: .llama, vocab: vocab, hidden: 16, layers: 2, heads: 4, keyValueHeads: 2,
      positions: positions, isTied: isTied, endToken: vocab - 1)
    return try scattered(configuration, seed, type)
  }

  static func gpt2(
    seed: UInt64 = 1, vocab: Int = 11, positions: Int = 48, type: ElementType = .float32
  ) throws -> Decoder {
    let configuration = ModelConfiguration(
      architecture: .gpt2, vocab: vocab, hidden: 16, layers: 2, heads: 4, positions: positions,
      endToken: vocab - 1)
    return try scattered(configuration, seed, type)
  }

  static func all(type: ElementType = .float32) throws -> [Decoder] {
    [try llama(type: type), try gpt2(type: type), try llama(isTied: false, type: type)]
  }

  private static func scattered(
    _ configuration: ModelConfiguration, _ seed: UInt64, _ type: ElementType
  ) throws -> Decoder {
    let decoder = try Decoder.start(
      configuration, with: Generator(seed: seed, stream: "start"), type: type)
    let generator = try Generator(seed: seed, stream: "scatter")
    for tensor in decoder.parameters {
      let spread = tensor.rank == 2 ? 0.4 : 0.1
      try tensor.assign(tensor + generator.normal(tensor.sizes, deviation: spread, type: type))
    }
    return decoder
  }

  /// Next-token logits after a sequence, one sequence at a time and without any packing.
  static func logits(_ model: Decoder, _ sequence: [Int]) throws -> [Double] {
    let layout = try Layout(prompts: [sequence], positions: model.configuration.positions)
    return try withoutGradient {
      try model.logits(model.hidden(layout).slice(0, sequence.count - 1..<sequence.count))
        .values()
    }
  }

  /// log π of a completion, token by token from whole forward passes.
  static func logProbability(
    _ model: Decoder, _ prompt: [Int], _ completion: [Int], temperature: Double = 1
  ) throws -> Double {
    var sum = 0.0
    for (index, token) in completion.enumerated() {
      let logits = try logits(model, prompt + completion[..<index]).map { $0 / temperature }
      let top = logits.max() ?? 0
      sum += logits[token] - top - log(logits.reduce(0) { $0 + exp($1 - top) })
    }
    return sum
  }
}
