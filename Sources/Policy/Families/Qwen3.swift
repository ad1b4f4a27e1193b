import Torch

/// Llama with norms over each head of queries and keys, and heads as wide as the file says.
///
/// Source: Yang et al. 2025, "Qwen3 Technical Report"; `qwen3` of `transformers`.
struct Qwen3: RotaryFamily {
  let type = "qwen3"
  let className = "Qwen3"
  let ownKeys: Set = [
    "attention_bias", "layer_types", "max_window_layers", "sliding_window", "use_sliding_window",
  ]
  let defaults = RotaryDefaults(keyValueHeads: 32, headSize: 128)

  func read(
    _ reader: ConfigurationReader, into c: inout ModelConfiguration
  ) throws(PolicyError) {
    c.attentionBias = try reader.flag("attention_bias", default: false)
    c.windows = try reader.upperWindows(layers: c.layers)
  }

  func writeOwn(_ c: ModelConfiguration, into keys: inout [String: Any]) {
    keys["attention_bias"] = c.attentionBias
    c.writeChosenWindows(into: &keys)
  }

  func layer(_ name: String, of c: ModelConfiguration, into table: inout ParameterTable) {
    LlamaBlock.tensors(
      name, c, into: &table, hasBias: c.attentionBias, outputHasBias: c.attentionBias,
      headNorms: true)
  }

  func kept(by c: ModelConfiguration) -> LayerNumbers {
    .separate(c).normalisingQueriesAndKeys(c)
  }

  func block(_ weights: Weights, layer: Int, _ c: ModelConfiguration) -> any DecoderBlock {
    LlamaBlock(weights, layer: layer, c, normalised: .eachHead)
  }
}
