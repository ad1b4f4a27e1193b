import Foundation
import Runs
import TestSupport
import Testing
import Torch

@testable import Policy

/// Weights are written as the types that they came in.
@Suite struct StoredTypesTests {
  /// A fixture's copy with its tensors as other types.
  private func folder(_ type: (String) -> ElementType) throws -> TemporaryFolder {
    let folder = try TemporaryFolder(copying: Fixture.llama.folder)
    let file = folder.url.appending(path: "model.safetensors")
    let tensors = try SafetensorsReading.tensors(in: file).sorted { $0.key < $1.key }
    try SafetensorsReading.write(
      try tensors.map { ($0.key, try $0.value.converted(to: type($0.key))) }, to: file)
    return folder
  }

  private func type(_ folder: TemporaryFolder) throws -> String? {
    let keys = try JSONSerialization.jsonObject(with: folder.data("config.json")) as? [String: Any]
    #expect(keys?["dtype"] as? String == keys?["torch_dtype"] as? String)
    return keys?["dtype"] as? String
  }

  @Test(arguments: [ElementType.float16, .bfloat16, .float32, .float64])
  func `every type comes back byte for byte`(_ type: ElementType) throws {
    let source = try folder { _ in type }
    let model = try Decoder.load(source.url)
    #expect(model.stored == StoredTypes(type))
    #expect(model.parameters.allSatisfy { $0.type == .float32 })
    let target = try TemporaryFolder()
    try model.save(to: target.url)
    #expect(try target.data("model.safetensors") == source.data("model.safetensors"))
    #expect(try self.type(target) == type.torchName)
  }

  @Test func `each tensor keeps its own type, and the file says that of most numbers`() throws {
    let source = try folder { $0.contains("norm") ? .float32 : .bfloat16 }
    let target = try TemporaryFolder()
    let model = try Decoder.load(source.url)
    try model.copied().save(to: target.url)
    #expect(try target.data("model.safetensors") == source.data("model.safetensors"))
    #expect(try type(target) == "bfloat16")
    // A head that is new is stored as most are.
    let reward = try model.copied(labels: 1, headFrom: Generator(seed: 1, stream: "head"))
    try reward.save(to: target.url)
    let file = try SafetensorsFile(target.url.appending(path: "model.safetensors"))
    #expect(file.tensors["score.weight"]?.dtype == .bfloat16)
    #expect(file.tensors["model.norm.weight"]?.dtype == .float32)
  }

  @Test func `weights in shards are read and written whole`() throws {
    let source = try folder { _ in .bfloat16 }
    let whole = try Decoder.load(source.url)
    let tensors = try SafetensorsReading.tensors(
      in: source.url.appending(path: "model.safetensors")
    ).sorted { $0.key < $1.key }
    var map: [String: String] = [:]
    for (index, part) in [tensors.prefix(5), tensors.dropFirst(5)].enumerated() {
      let name = "model-0000\(index + 1)-of-00002.safetensors"
      try SafetensorsReading.write(
        part.map { ($0.key, $0.value) }, to: source.url.appending(path: name))
      for (key, _) in part { map[key] = name }
    }
    let target = try TemporaryFolder()
    try whole.save(to: target.url)
    try FileManager.default.removeItem(at: source.url.appending(path: "model.safetensors"))
    try JSONSerialization.data(withJSONObject: ["metadata": [:], "weight_map": map])
      .write(to: source.url.appending(path: "model.safetensors.index.json"))
    let again = try TemporaryFolder()
    try Decoder.load(source.url).save(to: again.url)
    #expect(try again.data("model.safetensors") == target.data("model.safetensors"))
  }

  @Test func `numbers beyond float16 are not written`() throws {
    let model = try TinyModels.llama()
    model.stored = StoredTypes(.float16)
    try model.weights["model.norm.weight"].assign(Tensor.ones([16]) * 70_000)
    let folder = try TemporaryFolder()
    let file = folder.url.appending(path: "model.safetensors").path
    #expect(
      message { try model.save(to: folder.url) }
        == "\(file): 16 elements of tensor model.norm.weight are too large for float16; begin from "
        + "the model in bfloat16 or float32")
  }
}
