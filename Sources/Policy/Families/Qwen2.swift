import Runs
import Torch

/// Llama with biases of queries, keys and values alone; windows in the upper layers, where the file
/// wants them. Qwen 2 and 2.5.
///
/// Source: Yang et al. 2024, "Qwen2 Technical Report"; `qwen2` of `transformers`.
struct Qwen2: RotaryFamily {
  let type = "qwen2"
  let className = "Qwen2"
  let ownKeys: Set = ["layer_types", "max_window_layers", "sliding_window", "use_sliding_window"]
  let fixed: [String: [JSONValue]] = ["attention_bias": [.boolean(true)]]
  let defaults = RotaryDefaults(keyValueHeads: 32)

  func read(
    _ reader: ConfigurationReader, into c: inout ModelConfiguration
  ) throws(PolicyError) {
    c.windows = try reader.upperWindows(layers: c.layers)
  }

  func writeOwn(_ c: ModelConfiguration, into keys: inout [String: Any]) {
    c.writeChosenWindows(into: &keys)
  }

  func layer(_ name: String, of c: ModelConfiguration, into table: inout ParameterTable) {
    LlamaBlock.tensors(name, c, into: &table, hasBias: true, outputHasBias: false)
  }

  func block(_ weights: Weights, layer: Int, _ c: ModelConfiguration) -> any DecoderBlock {
    LlamaBlock(weights, layer: layer, c)
  }
}
