import Foundation
import Runs
import TestSupport
import Testing
import Torch

@testable import Policy

/// Folders of adapters that are not what they should be.
@Suite struct AdapterMistakesTests {
  /// A copy of a fixture whose base is named by its whole path.
  private func copy(_ name: String, base: String? = nil) throws -> TemporaryFolder {
    let fixture = AdapterFixture(name: name)
    let folder = try TemporaryFolder(copying: fixture.folder)
    let place = try ModelFolder.body(of: fixture.folder)
    try change(folder, "base_model_name_or_path", base ?? place.path)
    return folder
  }

  private func change(_ folder: TemporaryFolder, _ key: String, _ value: Any?) throws {
    let object = try JSONSerialization.jsonObject(with: folder.data("adapter_config.json"))
    var keys = try #require(object as? [String: Any])
    keys[key] = value
    _ = try folder.write(
      "adapter_config.json", Array(JSONSerialization.data(withJSONObject: keys)))
  }

  private func refusal(_ folder: TemporaryFolder) -> String {
    message { _ = try Decoder.load(folder.url) }
      .replacingOccurrences(of: folder.url.path, with: "FOLDER")
      .replacingOccurrences(of: AdapterFixture.home.deletingLastPathComponent().path, with: "BASES")
  }

  @Test func `what is not understood is refused by name`() throws {
    for (key, value, message) in [
      ("peft_type", "IA3", "peft_type is IA3; Plumb reads adapters of type LORA"),
      ("use_dora", true, "use_dora is set, and Plumb does not know what it changes"),
      (
        "rank_pattern", ["q_proj": 8],
        "rank_pattern is set, and Plumb does not know what it changes"
      ),
      (
        "alpha_pattern", ["q_proj": 8],
        "alpha_pattern is set, and Plumb does not know what it changes"
      ),
      (
        "trainable_token_indices", [1, 2],
        "trainable_token_indices is set, and Plumb does not know what it changes"
      ),
      ("new_in_peft", 3, "new_in_peft is set, and Plumb does not know what it changes"),
      ("bias", "all", "bias is all, and Plumb leaves the biases of a base model alone; use none"),
      (
        "init_lora_weights", "pissa",
        "init_lora_weights is pissa, which changes the base model's weights; Plumb takes them as they "
          + "are"
      ),
      ("r", 0, "r is no whole number from 1 to 65536"),
      ("lora_alpha", "x", "lora_alpha is no number"),
      ("lora_dropout", 1, "lora_dropout is no number in [0, 1)"),
    ] as [(String, Any, String)] {
      let folder = try copy("llama")
      try change(folder, key, value)
      #expect(refusal(folder) == "FOLDER/adapter_config.json: \(message)")
    }
    let nowhere = try copy("llama", base: "./nowhere")
    #expect(
      refusal(nowhere)
        == "FOLDER: is a PEFT adapter, and its base model ./nowhere is no folder here")
    let nameless = try copy("llama")
    try change(nameless, "base_model_name_or_path", nil)
    #expect(
      refusal(nameless)
        == "FOLDER/adapter_config.json: has no base_model_name_or_path; write the base model's folder"
    )
  }

  @Test func `an adapter of another model is refused in one line`() throws {
    let bases = AdapterFixture.home.deletingLastPathComponent()
    for (name, other, message) in [
      (
        "llama", "families/gpt2",
        "base_model.model.model.layers.0.mlp.down_proj.lora_A.weight changes nothing that Plumb has in "
          + "the base model: it belongs to another model than BASES/families/gpt2, or changes more than "
          + "linear layers"
      ),
      (
        "llama", "tiny-llama",
        "model.layers.0.mlp.gate_proj.lora_B.weight is [24, 3], and the base model calls for [16, 3]: "
          + "it belongs to another model than BASES/tiny-llama"
      ),
    ] {
      let folder = try copy(name, base: bases.appending(path: other).path)
      #expect(refusal(folder) == "FOLDER/adapter_model.safetensors: \(message)")
    }
    let chain = try copy("llama", base: AdapterFixture(name: "llama").folder.path)
    #expect(refusal(chain).hasSuffix(", an adapter itself; merge that first: plumb merge"))
  }

  @Test func `what PEFT would leave out is not applied`() throws {
    for (key, value, module) in [
      ("target_modules", ["q_proj", "down_proj"], "self_attn.k_proj"),
      ("target_modules", ".*\\.(q|k|v|o|gate|up)_proj", "mlp.down_proj"),
      ("exclude_modules", ["v_proj"], "self_attn.v_proj"),
      ("exclude_modules", ".*self_attn.v_proj", "self_attn.v_proj"),
      ("layers_to_transform", [5], "self_attn.q_proj"),
      ("layers_to_transform", 1, "self_attn.q_proj"),
    ] as [(String, Any, String)] {
      let folder = try copy("llama")
      try change(folder, key, value)
      #expect(
        refusal(folder)
          == "FOLDER/adapter_model.safetensors: holds an adapter of model.layers.0.\(module), which PEFT "
          + "would leave out by \(key) of adapter_config.json; correct that, or remove the adapter")
    }
    for (key, value) in [
      ("target_modules", ".*_proj"), ("target_modules", "all-linear"),
      ("exclude_modules", [String]()),
      ("layers_to_transform", [0, 1]),
    ] as [(String, Any)] {
      let folder = try copy("llama")
      try change(folder, key, value)
      #expect(refusal(folder) == "nothing was thrown")
    }
    let whole = try copy("llama-some")
    try change(whole, "modules_to_save", nil)
    #expect(refusal(whole).contains(" whole, which modules_to_save does not name, and PEFT would"))
  }

  @Test func `a weight that is missing or not finite is named`() throws {
    let file = ModelFolder.adapterWeights
    for (change, message) in [
      (
        { (tensors: inout [String: Tensor]) throws in
          tensors["base_model.model.model.layers.0.self_attn.q_proj.lora_B.weight"] = nil
        }, "FOLDER/\(file): lacks model.layers.0.self_attn.q_proj.lora_B.weight"
      ),
      (
        { tensors in
          let name = "base_model.model.model.layers.0.self_attn.q_proj.lora_B.weight"
          if let old = tensors[name] { tensors[name] = try Tensor.full(old.sizes, .nan) }
        },
        "FOLDER: tensor model.layers.0.self_attn.q_proj.lora_B.weight has 48 elements that are not "
          + "finite; train again from an earlier checkpoint"
      ),
    ] {
      let folder = try copy("llama")
      let url = folder.url.appending(path: file)
      var tensors = try SafetensorsReading.tensors(in: url)
      try change(&tensors)
      try SafetensorsReading.write(tensors.sorted { $0.key < $1.key }.map { ($0, $1) }, to: url)
      #expect(refusal(folder) == message)
    }
    let empty = try copy("llama")
    try FileManager.default.removeItem(at: empty.url.appending(path: file))
    #expect(refusal(empty) == "FOLDER/\(file): not found; PEFT writes it with save_pretrained")
  }
}
