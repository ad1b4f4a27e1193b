import Foundation
import TestSupport
import Testing
import Torch

@testable import Policy

/// The options of GPT-2 that change what attention scores are divided by.
@Suite struct AttentionScaleTests {
  static let prompts = [[3, 1, 4, 1, 5], [9, 2]]

  /// The model with other options, and with each layer's queries multiplied by a factor.
  private func changed(
    _ model: Decoder, scales: Bool = true, byLayer: Bool = false,
    queries: (Int) -> Double = { _ in 1 }
  ) throws -> Decoder {
    var configuration = model.configuration
    configuration.scalesScores = scales
    configuration.scalesScoresByLayer = byLayer
    let copy = try model.copied(as: configuration, headFrom: nil)
    let width = configuration.hidden
    for layer in 0..<configuration.layers {
      let factors = try Tensor.of(
        (0..<3 * width).map { $0 < width ? Float(queries(layer)) : 1 })
      for part in ["weight", "bias"] {
        let tensor = copy.weights["transformer.h.\(layer).attn.c_attn.\(part)"]
        try tensor.assign(tensor * factors)
      }
    }
    return copy
  }

  private func expectSame(_ one: Decoder, _ other: Decoder) throws {
    let settings = SamplingSettings(
      temperature: 1, maxTokens: 8, vocabulary: 11, endTokens: [])
    let uniform = try Generator(seed: 1, stream: "scale").uniform([6, 8])
    let drawn = try [one, other].map {
      try Sampler($0, settings).sample(Self.prompts, count: 3, uniform: uniform)
    }
    #expect(drawn[0].map { $0.map(\.tokens) } == drawn[1].map { $0.map(\.tokens) })
    let targets = try Targets.completions(
      drawn[0].map { $0.map(\.tokens) }, of: Self.prompts, positions: 48, on: .cpu)
    let scored: [[Double]] = try withoutGradient {
      try [one, other].map { try targets.summed($0.logProbabilities(of: targets)).values() }
    }
    expectClose(scored[0], scored[1], within: 1e-4)
    // Sampling over a cache and scoring divide alike.
    expectClose(drawn[0].joined().map(\.logProbability), scored[0], within: 1e-4)
  }

  @Test func `without division scores are those of queries that are larger by its root`() throws {
    let model = try TinyModels.gpt2()
    // Heads of four numbers: softmax(q·k) is softmax((2 q)·k / √4).
    try expectSame(
      changed(model, scales: false), changed(model, queries: { _ in 2 }))
    let plain = try TinyModels.logits(model, Self.prompts[0])
    let other = try TinyModels.logits(changed(model, scales: false), Self.prompts[0])
    #expect(zip(plain, other).contains { abs($0 - $1) > 1e-3 })
  }

  @Test func `division by the layer's number counts from 1`() throws {
    let model = try TinyModels.gpt2()
    try expectSame(
      changed(model, byLayer: true), changed(model, queries: { 1 / Double($0 + 1) }))
  }

  @Test func `both options are read and written`() throws {
    var keys = ConfigurationMistakesTests.gpt2
    keys["scale_attn_weights"] = "false"
    keys["scale_attn_by_inverse_layer_idx"] = "true"
    let read = try ConfigurationMistakesTests.configuration(keys)
    #expect(!read.scalesScores && read.scalesScoresByLayer)
    let folder = try TemporaryFolder()
    try folder.write("config.json", ConfigurationFile(read).encoded())
    let again = try ConfigurationFile(reading: folder.url.appending(path: "config.json"))
    #expect(again.configuration == read)
  }
}
