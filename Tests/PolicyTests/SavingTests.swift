import Foundation
import Runs
import TestSupport
import Testing
import Torch

@testable import Policy

/// A checkpoint that is read and written again is the same checkpoint.
@Suite struct SavingTests {
  @Test(arguments: Fixture.allCases) func tensorsComeBackByteForByte(_ fixture: Fixture) throws {
    let first = try TemporaryFolder()
    let second = try TemporaryFolder()
    let model = try Decoder.load(fixture.folder)
    let hash = try model.save(to: first.url)
    let again = try Decoder.load(first.url)
    #expect(try again.save(to: second.url) == hash)
    for name in ["model.safetensors", "config.json"] {
      #expect(try first.data(name) == second.data(name))
    }
    let source = try SafetensorsReading.tensors(
      in: fixture.folder.appending(path: "model.safetensors"))
    let saved = try SafetensorsReading.tensors(
      in: first.url.appending(path: "model.safetensors"))
    #expect(Set(saved.keys) == Set(source.keys))
    for (name, tensor) in saved {
      #expect(try tensor.values(as: Float.self) == source[name]?.values(as: Float.self))
      #expect(tensor.sizes == source[name]?.sizes)
    }
    #expect(again.configuration == model.configuration)
  }

  func keys(_ data: Data) throws -> [String: Any] {
    try #require(JSONSerialization.jsonObject(with: data) as? [String: Any])
  }

  @Test func keysThatChangeNoProbabilityStay() throws {
    let folder = try TemporaryFolder(copying: Fixture.llama.folder)
    var before = try keys(folder.data("config.json"))
    before["task_specific_params"] = ["a": [1, 2.5, "x"]]
    before["initializer_range"] = 0.02
    try JSONSerialization.data(withJSONObject: before)
      .write(to: folder.url.appending(path: "config.json"))
    let target = try TemporaryFolder()
    try Decoder.load(folder.url).save(to: target.url)
    let after = try keys(target.data("config.json"))
    for (key, value) in before where key != "dtype" {
      #expect(
        (value as? NSObject) == (after[key] as? NSObject), "\(key): \(after[key] ?? "absent")")
    }
    #expect(after["dtype"] as? String == "float32")
    #expect(after["torch_dtype"] as? String == "float32")
    #expect(after["task_specific_params"] != nil)
  }

  /// How others sample from a model goes with it, byte for byte; a reward model writes nothing.
  @Test func settingsOfSamplingAreKept() throws {
    let folder = try TemporaryFolder(copying: Fixture.llama.folder)
    let settings = Data("{\n  \"eos_token_id\": [2, 0],\n  \"temperature\": 0.7\n}\n".utf8)
    try settings.write(to: folder.url.appending(path: "generation_config.json"))
    let model = try Decoder.load(folder.url)
    let target = try TemporaryFolder()
    try model.copied().save(to: target.url)
    #expect(try target.data("generation_config.json") == settings)
    let rewards = try TemporaryFolder()
    try model.copied(labels: 1, headFrom: Generator(seed: 0, stream: "head")).save(to: rewards.url)
    let names = try FileManager.default.contentsOfDirectory(atPath: rewards.url.path)
    #expect(names.sorted() == ["config.json", "model.safetensors"])
  }

  @Test(arguments: [Fixture.gpt2, .llamaTied])
  func weightsInSeveralFilesAreTheSameWeights(_ fixture: Fixture) throws {
    let model = try Decoder.load(fixture.folder)
    let whole = try TemporaryFolder()
    try model.save(to: whole.url, atMost: 1 << 30)
    let wholeNames = try FileManager.default.contentsOfDirectory(atPath: whole.url.path)
    #expect(wholeNames.filter { $0.hasPrefix("model") } == ["model.safetensors"])
    let parts = try TemporaryFolder()
    let limit = 20_000
    try model.save(to: parts.url, atMost: limit)
    let names = try FileManager.default.contentsOfDirectory(atPath: parts.url.path)
      .filter { $0.hasSuffix(".safetensors") }.sorted()
    #expect(names.count > 1)
    for (place, name) in names.enumerated() {
      let digits = String(format: "model-%05d-of-%05d.safetensors", place + 1, names.count)
      #expect(name == digits)
      let file = try SafetensorsFile(parts.url.appending(path: name))
      let sizes = file.tensors.values.map { $0.shape.reduce(4, *) }
      #expect(sizes.count == 1 || sizes.reduce(0, +) <= limit)
    }
    let index = try keys(parts.data("model.safetensors.index.json"))
    let metadata = try #require(index["metadata"] as? [String: Int])
    #expect(metadata["total_parameters"] == model.configuration.parameterCount)
    #expect(metadata["total_size"] == 4 * model.configuration.parameterCount)
    let again = try Decoder.load(parts.url)
    let copy = try TemporaryFolder()
    #expect(try again.save(to: copy.url) == model.save(to: whole.url))
  }

  @Test func labelsThatHaveNamesKeepThem() throws {
    let folder = try TemporaryFolder(copying: Fixture.llamaClassifier.folder)
    var config = try keys(folder.data("config.json"))
    config["id2label"] = ["0": "bad", "1": "good"]
    try JSONSerialization.data(withJSONObject: config)
      .write(to: folder.url.appending(path: "config.json"))
    let target = try TemporaryFolder()
    try Decoder.load(folder.url).save(to: target.url)
    let after = try keys(target.data("config.json"))
    #expect(after["id2label"] as? [String: String] == ["0": "bad", "1": "good"])
    #expect(after["num_labels"] as? Int == 2)
  }

  @Test func aModelFromScratchIsReadBackAsItWas() throws {
    for model in try TinyModels.all() {
      let folder = try TemporaryFolder()
      try model.save(to: folder.url)
      let loaded = try Decoder.load(folder.url)
      #expect(loaded.configuration == model.configuration)
      for (mine, theirs) in zip(loaded.parameters, model.parameters) {
        #expect(try mine.values(as: Float.self) == theirs.values(as: Float.self))
      }
    }
  }

  @Test func aRewardHeadReplacesTheOutputHeadInTheCopyAlone() throws {
    let model = try TinyModels.gpt2()
    let reward = try model.copied(labels: 1, headFrom: Generator(seed: 1, stream: "head"))
    let folder = try TemporaryFolder()
    try reward.save(to: folder.url)
    let config = try keys(folder.data("config.json"))
    #expect(config["architectures"] as? [String] == ["GPT2ForSequenceClassification"])
    #expect(config["num_labels"] as? Int == 1)
    #expect(model.configuration.labels == nil)
    let loaded = try Decoder.load(folder.url)
    #expect(loaded.weights.names.last == "score.weight")
    #expect(loaded.configuration.labels == 1)
    // The copy's weights are its own.
    try reward.parameters[0].assign(Tensor.zeros(reward.parameters[0].sizes))
    #expect(try model.parameters[0].values(as: Float.self).contains { $0 != 0 })
  }
}
