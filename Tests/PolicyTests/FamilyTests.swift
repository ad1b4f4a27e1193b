import Foundation
import Runs
import TestSupport
import Testing
import Torch

@testable import Policy

/// Every family has the numbers of `transformers`, in scoring, sampling, training and files.
@Suite struct FamilyTests {
  /// Tokens of a sequence that are scored; the others are its prompt.
  static let scored = 24

  @Test func `every family has a language model and a reward model to be held against`() throws {
    let types = try Set(
      FamilyFixture.models.map { try Decoder.load($0.folder).configuration.architecture.rawValue })
    #expect(types == Set(Families.names))
    #expect(FamilyFixture.rewards.count >= Families.names.count)
  }

  @Test(arguments: FamilyFixture.models)
  func `log-probabilities are those of transformers`(_ fixture: FamilyFixture) throws {
    let model = try Decoder.load(fixture.folder)
    let sequences = try fixture.expected.sequences
    let prompts = sequences.map { Array($0.inputIds.dropLast(Self.scored)) }
    let completions = sequences.map { Array($0.inputIds.suffix(Self.scored)) }
    let right = try sequences.map {
      try #require($0.logProbabilities).suffix(Self.scored).reduce(0, +)
    }
    // Whole sequences, one behind the other.
    let whole = try Targets.sequences(sequences.map(\.inputIds), positions: 96, on: .cpu)
    let rows = try withoutGradient {
      try whole.perCompletion(model.logProbabilities(of: whole))
    }
    for (row, sequence) in zip(rows, sequences) {
      expectClose(row, try #require(sequence.logProbabilities), within: 1e-4)
    }
    expectClose(rows.map { $0.suffix(Self.scored).reduce(0, +) }, right, within: 1e-4)
    // Completions of prompts that are run once: each beside a shorter and a longer one of its own.
    let groups = completions.map { [$0, Array($0.prefix(9)), $0 + [5, 6, 7]] }
    let targets = try Targets.completions(groups, of: prompts, positions: 96, on: .cpu)
    let sums: [Double] = try withoutGradient {
      try targets.summed(model.logProbabilities(of: targets)).values()
    }
    expectClose(stride(from: 0, to: 9, by: 3).map { sums[$0] }, right, within: 1e-4)
    let logits = try #require(sequences[0].logits)
    expectClose(try TinyModels.logits(model, sequences[0].inputIds), logits, within: 1e-4)
  }

  /// Longer than any window, drawn with prompts of several lengths beside each other.
  @Test(arguments: FamilyFixture.models)
  func `the likeliest texts are those of transformers`(_ fixture: FamilyFixture) throws {
    let model = try Decoder.load(fixture.folder)
    let greedy = try #require(fixture.expected.greedy)
    let length = greedy[0].tokens.count
    #expect(length == 64)
    let settings = SamplingSettings(
      temperature: 0, maxTokens: length, vocabulary: 96, endTokens: [])
    let drawn = try Sampler(model, settings).sample(
      greedy.map(\.prompt), count: 2, uniform: Tensor.zeros([2 * greedy.count, length]))
    for (samples, right) in zip(drawn, greedy) {
      for sample in samples {
        #expect(sample.tokens == right.tokens)
        #expect(abs(sample.logProbability - right.logProbability) < 2e-4)
      }
    }
  }

  @Test(arguments: FamilyFixture.models)
  func `a text is as likely when it is drawn as when it is scored`(
    _ fixture: FamilyFixture
  ) throws {
    let model = try Decoder.load(fixture.folder)
    let prompts = try fixture.expected.sequences.map { Array($0.inputIds.dropLast(Self.scored)) }
    // The last rows of the vocabulary are padding: not drawn, and still part of the sum.
    let settings = SamplingSettings(
      temperature: 0.7, maxTokens: 30, vocabulary: 80, endTokens: [4, 5])
    let uniform = try Generator(seed: 3, stream: "families").uniform([prompts.count * 4, 30])
    let drawn = try Sampler(model, settings).sample(prompts, count: 4, uniform: uniform)
    let tokens = drawn.map { $0.map(\.tokens) }
    #expect(tokens.joined().joined().allSatisfy { $0 < 80 })
    let targets = try Targets.completions(tokens, of: prompts, positions: 96, on: .cpu)
    let scored = try withoutGradient {
      try targets.perCompletion(model.logProbabilities(of: targets, temperature: 0.7))
    }
    expectClose(
      drawn.joined().flatMap(\.logProbabilities), scored.flatMap { $0 }, within: 1e-4)
  }

  @Test(arguments: FamilyFixture.rewards)
  func `rewards are those of transformers, whatever stands beside`(
    _ fixture: FamilyFixture
  ) throws {
    let model = try Decoder.load(fixture.folder)
    #expect(model.configuration.labels == 1)
    let sequences = try fixture.expected.sequences
    let right = sequences.flatMap { $0.scores ?? [] }
    let ids = sequences.map(\.inputIds)
    try withoutGradient {
      expectClose(try model.scores(ids).reshaped(-1).values(), right, within: 1e-4)
      for (one, reward) in zip(ids, right) {
        expectClose(try model.scores([one]).reshaped(-1).values(), [reward], within: 1e-4)
      }
    }
  }

  /// `torch.autograd` over the sum of all log-probabilities; of each tensor the norm and four numbers.
  @Test(arguments: FamilyFixture.models)
  func `gradients are those of torch`(_ fixture: FamilyFixture) throws {
    guard let right = try fixture.gradients else { return }
    let model = try Decoder.load(fixture.folder)
    try model.requireGradients()
    let targets = try Targets.sequences(
      fixture.expected.sequences.map(\.inputIds), positions: 96, on: .cpu)
    try model.logProbabilities(of: targets).sum().backward()
    #expect(Set(right.keys) == Set(model.weights.names.map(Self.torchName)))
    for (name, tensor) in zip(model.weights.names, model.weights.tensors) {
      let gradient = try #require(tensor.gradient)
      let norm = try gradient.converted(to: .float64).squared().sum().item().squareRoot()
      let first: [Double] = try gradient.reshaped(-1).slice(0, 0..<4).values()
      let expected = try #require(right[Self.torchName(name)])
      expectClose(
        ([norm] + first).map { $0 / expected[0] }, expected.map { $0 / expected[0] },
        within: 1e-5, "\(name)")
    }
  }

  /// What the class calls the tensor that files call so.
  private static func torchName(_ name: String) -> String {
    name == "embed_out.weight" ? "lm_head.weight" : name
  }

  @Test(arguments: FamilyFixture.all)
  func `a folder that is read and written is the same folder`(_ fixture: FamilyFixture) throws {
    let model = try Decoder.load(fixture.folder)
    let folder = try TemporaryFolder()
    try model.save(to: folder.url)
    #expect(
      try folder.data("model.safetensors")
        == Data(contentsOf: fixture.folder.appending(path: "model.safetensors")))
    let again = try Decoder.load(folder.url)
    #expect(again.configuration == model.configuration)
    let second = try TemporaryFolder()
    try again.save(to: second.url)
    #expect(try second.data("config.json") == folder.data("config.json"))
    // Every key of the source says what it said.
    let before = try keys(Data(contentsOf: fixture.folder.appending(path: "config.json")))
    let after = try keys(folder.data("config.json"))
    for (key, value) in before {
      #expect(
        (value as? NSObject) == (after[key] as? NSObject),
        "\(key): \(value), then \(after[key] ?? "absent")")
    }
  }

  private func keys(_ data: Data) throws -> [String: Any] {
    try #require(JSONSerialization.jsonObject(with: data) as? [String: Any])
  }

  /// As `transformers` 4 wrote it: the keys of rotary positions beside the others, and `torch_dtype`.
  @Test(arguments: FamilyFixture.all)
  func `both generations of keys give one model`(_ fixture: FamilyFixture) throws {
    let source = fixture.folder.appending(path: "config.json")
    var keys = try keys(Data(contentsOf: source))
    keys["torch_dtype"] = keys.removeValue(forKey: "dtype")
    if var rotary = keys.removeValue(forKey: "rope_parameters") as? [String: Any] {
      let isNeoX = keys["model_type"] as? String == "gpt_neox"
      keys[isNeoX ? "rotary_emb_base" : "rope_theta"] = rotary.removeValue(forKey: "rope_theta")
      if let share = rotary.removeValue(forKey: "partial_rotary_factor") {
        keys[isNeoX ? "rotary_pct" : "partial_rotary_factor"] = share
      }
      let type = rotary.removeValue(forKey: "rope_type") as? String
      rotary["type"] = type
      keys["rope_scaling"] = type == "default" ? NSNull() : rotary
    }
    let folder = try TemporaryFolder()
    try JSONSerialization.data(withJSONObject: keys)
      .write(to: folder.url.appending(path: "config.json"))
    let old = try ConfigurationFile(reading: folder.url.appending(path: "config.json"))
    #expect(try old.configuration == ConfigurationFile(reading: source).configuration)
  }

  @Test(arguments: ModelConfiguration.Architecture.allCases)
  func `a model from scratch is trained, written and read back`(
    _ architecture: ModelConfiguration.Architecture
  ) throws {
    let configuration = ModelConfiguration(
      architecture: architecture, vocab: 32, hidden: 16, layers: 4, heads: 2, positions: 16,
      isTied: false, endToken: 1)
    let model = try Decoder.start(
      configuration, with: Generator(seed: 1, stream: "family"))
    let targets = try Targets.sequences([[3, 4, 5, 6, 7, 8]], positions: 16, on: .cpu)
    func loss() throws -> Tensor { try model.logProbabilities(of: targets).mean() * -1 }
    try model.requireGradients()
    let before = try withoutGradient { try loss().item() }
    #expect(abs(before - log(32)) < 0.5)
    var optimiser = try AdamW(model.parameters, AdamW.Settings())
    for _ in 0..<20 {
      try loss().backward()
      try optimiser.update(rate: 1e-2)
    }
    #expect(try withoutGradient { try loss().item() } < before / 2)
    let folder = try TemporaryFolder()
    try model.save(to: folder.url)
    let again = try Decoder.load(folder.url)
    #expect(again.configuration == configuration)
  }
}
