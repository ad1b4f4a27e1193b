import Foundation
import Runs
import TestSupport
import Testing
import Torch

@testable import Policy

/// Adapters have PEFT's numbers, in scoring, sampling, training and files.
@Suite struct AdapterTests {
  /// Log-probabilities of each sequence, or its score.
  private func said(
    by model: Decoder, _ sequences: [Fixture.Expected.Sequence]
  ) throws -> [[Double]] {
    let ids = sequences.map(\.inputIds)
    return try withoutGradient {
      guard model.configuration.labels == nil else {
        let scores: [Double] = try model.scores(ids).reshaped(-1).values()
        return scores.map { [$0] }
      }
      let targets = try Targets.sequences(ids, positions: 96, on: .cpu)
      return try targets.perCompletion(model.logProbabilities(of: targets))
    }
  }

  private func right(_ sequences: [Fixture.Expected.Sequence]) throws -> [[Double]] {
    try sequences.map { try #require($0.logProbabilities ?? $0.scores) }
  }

  private func expectSame(
    _ model: Decoder, _ sequences: [Fixture.Expected.Sequence], within limit: Double
  ) throws {
    for (found, expected) in zip(try said(by: model, sequences), try right(sequences)) {
      expectClose(found, expected, within: limit)
    }
  }

  /// The sum of all log-probabilities, or scores.
  private func total(_ model: Decoder, _ sequences: [Fixture.Expected.Sequence]) throws -> Tensor {
    let ids = sequences.map(\.inputIds)
    guard model.configuration.labels == nil else { return try model.scores(ids).sum() }
    return try model.logProbabilities(
      of: Targets.sequences(ids, positions: 96, on: .cpu)
    ).sum()
  }

  @Test func `there are adapters of several families`() throws {
    let types = try Set(
      AdapterFixture.all.map { try Decoder.load($0.folder).configuration.architecture.rawValue })
    #expect(types == ["llama", "gpt2", "gpt_neox", "phi3", "gemma2", "qwen3"])
  }

  @Test(arguments: AdapterFixture.all)
  func `log-probabilities and scores are those of PEFT`(_ fixture: AdapterFixture) throws {
    let model = try Decoder.load(fixture.folder)
    let expected = try fixture.expected
    try expectSame(model, expected.sequences, within: 1e-5)
    try expectSame(model.copied(), expected.sequences, within: 1e-5)
    // The frozen model says something else.
    let base = try said(by: Decoder.load(ModelFolder.body(of: fixture.folder)), expected.sequences)
    if model.configuration.labels == nil {
      #expect(abs(base[0][0] - (try right(expected.sequences)[0][0])) > 1e-3)
    }
  }

  @Test(arguments: AdapterFixture.all)
  func `gradients are those of PEFT, and frozen weights have none`(
    _ fixture: AdapterFixture
  ) throws {
    for recomputes in [false, true] {
      let model = try Decoder.load(fixture.folder)
      model.recomputesBlocks = recomputes
      try model.requireGradients()
      try total(model, fixture.expected.sequences).backward()
      let expected = try fixture.gradients
      #expect(Set(expected.keys) == Set(model.trainable.names))
      for (name, tensor) in zip(model.trainable.names, model.trainable.tensors) {
        let gradient = try #require(tensor.gradient)
        let norm = try gradient.converted(to: .float64).squared().sum().item().squareRoot()
        let first: [Double] = try gradient.reshaped(-1).slice(0, 0..<4).values()
        let right = try #require(expected[name])
        expectClose(
          ([norm] + first).map { $0 / right[0] }, right.map { $0 / right[0] }, within: 1e-5,
          "\(name)")
      }
      let own = Set(model.trainable.names)
      for (name, tensor) in zip(model.weights.names, model.weights.tensors)
      where !own.contains(name) {
        #expect(tensor.gradient == nil, "\(name)")
      }
    }
  }

  @Test(arguments: AdapterFixture.all)
  func `merged it says what it said`(_ fixture: AdapterFixture) throws {
    let model = try Decoder.load(fixture.folder).merged()
    #expect(model.adapterSettings == nil)
    #expect(model.trainable.names == model.weights.names)
    let expected = try fixture.expected
    try expectSame(model, expected.merged, within: 1e-5)
    try expectSame(model, expected.sequences, within: 1e-4)
  }

  @Test(arguments: AdapterFixture.all)
  func `a text is as likely when it is drawn as when it is scored`(
    _ fixture: AdapterFixture
  ) throws {
    let model = try Decoder.load(fixture.folder)
    guard model.configuration.labels == nil else { return }
    let settings = SamplingSettings(temperature: 1, maxTokens: 12, vocabulary: 96, endTokens: [])
    let prompts = [[5, 6, 7], [8, 9]]
    let uniform = try Generator(seed: 1, stream: "draw").uniform([4, 12])
    let drawn = try Sampler(model, settings).sample(prompts, count: 2, uniform: uniform)
    let targets = try Targets.completions(
      drawn.map { $0.map(\.tokens) }, of: prompts, positions: 96, on: .cpu)
    let scored = try withoutGradient {
      try targets.perCompletion(model.logProbabilities(of: targets))
    }
    for (one, other) in zip(drawn.joined(), scored) {
      expectClose(one.logProbabilities, other, within: 1e-4)
    }
  }

  @Test(arguments: AdapterFixture.all)
  func `what is read is written again`(_ fixture: AdapterFixture) throws {
    let model = try Decoder.load(fixture.folder)
    let folder = try TemporaryFolder()
    try model.save(to: folder.url)
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.url.path).sorted()
    #expect(names == ["adapter_config.json", "adapter_model.safetensors"])
    let file = ModelFolder.adapterWeights
    let (one, other) = (
      try SafetensorsFile(fixture.folder.appending(path: file)),
      try SafetensorsFile(folder.url.appending(path: file))
    )
    #expect(one.tensors == other.tensors)
    let again = try Decoder.load(folder.url)
    #expect(again.adapterSettings == model.adapterSettings)
    for (one, other) in zip(model.trainable.tensors, again.trainable.tensors) {
      #expect(try one.values(as: Float.self) == other.values(as: Float.self))
    }
    let sequences = try fixture.expected.sequences
    #expect(try said(by: again, sequences) == said(by: model, sequences))
    // The file remembers of a reward head what PEFT's does not say.
    guard model.configuration.labels == nil else { return }
    #expect(try ModelIdentity.of(folder.url) == ModelIdentity.of(fixture.folder))
  }

  // MARK: New adapters

  @Test(arguments: ["gpt2", "gpt_neox", "phi3", "llama-llama3", "qwen3"])
  func `a new adapter changes nothing, and with it off the base is there to the last bit`(
    name: String
  ) throws {
    let fixture = FamilyFixture(name: name)
    let base = try Decoder.load(fixture.folder)
    let sequences = try fixture.expected.sequences
    let before = try said(by: base, sequences)
    let settings = AdapterSettings(rank: 3, alpha: 6, targets: .allLinear)
    let model = try base.adapted(settings, seed: 1)
    for (found, expected) in zip(try said(by: model, sequences), before) {
      #expect(found == expected)
    }
    // A step of the adapter moves it and leaves the base alone.
    try model.requireGradients()
    try total(model, sequences).backward()
    for tensor in model.trainable.tensors {
      guard let gradient = tensor.gradient else { continue }
      try withoutGradient { try tensor.assign(tensor.detached() - 0.1 * gradient) }
    }
    try model.requireGradients(false)
    #expect(try said(by: model, sequences) != before)
    #expect(try said(by: base, sequences) == before)
    // Frozen weights are shared, and a copy shares nothing that is trained.
    for (one, other) in zip(base.weights.tensors, model.weights.tensors) { #expect(one === other) }
    let copy = try model.copied()
    #expect(copy.weights.tensors[0] === base.weights.tensors[0])
    #expect(zip(copy.trainable.tensors, model.trainable.tensors).allSatisfy { $0 !== $1 })
    #expect(try said(by: copy, sequences) == said(by: model, sequences))
  }

  /// PEFT begins with A uniform within ±1/√in and B of zeros.
  @Test func `a new adapter begins as PEFT's`() throws {
    let base = try Decoder.load(Fixture.gpt2.folder)
    let model = try base.adapted(AdapterSettings(rank: 64, alpha: 6), seed: 1)
    for (name, tensor) in zip(model.trainable.names, model.trainable.tensors) {
      let values: [Double] = try tensor.values()
      guard name.hasSuffix("lora_A.weight") else {
        #expect(values.allSatisfy { $0 == 0 })
        continue
      }
      let bound = 1 / Double(tensor.sizes[1]).squareRoot()
      #expect(values.allSatisfy { abs($0) <= bound })
      #expect((values.map(abs).max() ?? 0) > 0.95 * bound)
    }
    let other = try base.adapted(AdapterSettings(rank: 64, alpha: 6), seed: 2)
    #expect(
      try other.trainable.tensors[0].values(as: Float.self)
        != model.trainable.tensors[0].values(as: Float.self))
  }

  @Test func `targets are named by the ends of their paths`() throws {
    let base = try Decoder.load(Fixture.gpt2.folder)
    func modules(_ targets: AdapterSettings.Targets) throws -> [String] {
      try base.adapted(AdapterSettings(rank: 1, alpha: 1, targets: targets), seed: 1)
        .adapter?.modules ?? []
    }
    #expect(try modules(.named(["mlp.c_proj"])).allSatisfy { $0.hasSuffix(".mlp.c_proj") })
    #expect(try modules(.named(["c_proj"])).count == 2 * modules(.named(["mlp.c_proj"])).count)
    #expect(try modules(.named(["transformer.h.1.attn.c_attn"])) == ["transformer.h.1.attn.c_attn"])
    #expect(try modules(.allLinear).count == 4 * base.configuration.layers)
  }

  @Test func `what does not fit is refused with what there is`() throws {
    let base = try Decoder.load(Fixture.llama.folder)
    let tied = try Decoder.load(Fixture.llamaTied.folder)
    func refusal(
      _ targets: [String]?, saved: [String] = [], of model: Decoder
    ) -> String {
      message {
        _ = try model.adapted(
          AdapterSettings(
            rank: 2, alpha: 2, targets: targets.map { .named($0) } ?? .allLinear, saved: saved),
          seed: 1)
      }
    }
    let offer = " (there is q_proj, k_proj, v_proj, o_proj, gate_proj, up_proj, down_proj)"
    #expect(
      refusal(["q_proj", "c_attn"], of: base)
        == "adapter.targets: c_attn is no linear layer of llama" + offer)
    #expect(
      refusal(["lm_head"], of: base)
        == "adapter.targets: lm_head is no linear layer of a block; modules_to_save trains it whole"
        + offer)
    #expect(refusal([], of: base) == "adapter.targets: names no linear layer" + offer)
    #expect(
      refusal(["q_proj"], saved: ["score"], of: base).hasPrefix(
        "adapter.modules_to_save: score is no module of llama (there is embed_tokens, "))
    #expect(
      refusal(nil, saved: ["q_proj"], of: base)
        == "adapter.modules_to_save: model.layers.0.self_attn.q_proj is among the targets already")
    #expect(
      refusal(nil, saved: ["embed_tokens"], of: tied)
        == "adapter.modules_to_save: embed_tokens is embedding and output head in one, which PEFT "
        + "would part")
    let model = try base.adapted(AdapterSettings(rank: 2, alpha: 2), seed: 1)
    #expect(
      message { _ = try model.adapted(AdapterSettings(rank: 3, alpha: 2), seed: 1) }.hasPrefix(
        "adapter: the model that it begins from is under an adapter already (rank 2, scale 1.0, "))
    // The same goes on.
    _ = try model.adapted(AdapterSettings(rank: 2, alpha: 2), seed: 1)
  }

  /// Inputs are left out of a pass with the asked share, the same ones where the layer is run again.
  @Test func `dropout leaves the asked share out, and gradients agree where layers are run again`()
    throws
  {
    let base = try Decoder.load(FamilyFixture(name: "llama-llama3").folder)
    let sequences = try FamilyFixture(name: "llama-llama3").expected.sequences
    let settings = AdapterSettings(rank: 4, alpha: 64, dropout: 0.25)
    func gradients(recomputes: Bool, seed: UInt64?) throws -> [[Float]] {
      let model = try base.adapted(settings, seed: 3)
      for (name, tensor) in zip(model.trainable.names, model.trainable.tensors)
      where name.hasSuffix("lora_B.weight") {
        try tensor.assign(Generator(seed: 1, stream: name).normal(tensor.sizes, deviation: 0.1))
      }
      model.recomputesBlocks = recomputes
      model.dropoutSeed = seed
      try model.requireGradients()
      try total(model, sequences).backward()
      return try model.trainable.tensors.map { try #require($0.gradient).values() }
    }
    let with = try gradients(recomputes: false, seed: 5)
    #expect(try gradients(recomputes: true, seed: 5) == with)
    #expect(try gradients(recomputes: false, seed: 6) != with)
    #expect(try gradients(recomputes: false, seed: nil) != with)
    let dropout = AdapterDropout(share: 0.25)
    dropout.seed = 1
    let pass = dropout.begin()
    let applied = try dropout.inside(pass, layer: 0) { () throws(TorchError) in
      try dropout.applied(to: Tensor.ones([100, 100]), of: "x")
    }
    let kept: [Double] = try #require(applied).values()
    #expect(Set(kept.map { ($0 * 3).rounded() }) == [0, 4])
    let share = Double(kept.filter { $0 == 0 }.count) / 10_000
    #expect(abs(share - 0.25) < 0.02)
  }

  /// Whole models too: the same numbers to the last bit, since the same is computed.
  @Test(arguments: FamilyFixture.models)
  func `gradients are the same where every layer is run again`(_ fixture: FamilyFixture) throws {
    func gradients(_ recomputes: Bool) throws -> [[Float]] {
      let model = try Decoder.load(fixture.folder)
      model.recomputesBlocks = recomputes
      try model.requireGradients()
      try total(model, fixture.expected.sequences).backward()
      return try model.trainable.tensors.map { try #require($0.gradient).values() }
    }
    let (kept, again) = (try gradients(false), try gradients(true))
    for (one, other) in zip(kept, again) {
      let size = one.map { abs($0) }.max() ?? 1
      expectClose(other.map { Double($0 / size) }, one.map { Double($0 / size) }, within: 1e-6)
    }
  }
}
