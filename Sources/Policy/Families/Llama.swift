import Torch

/// Rotary positions, RMSNorm, gated SiLU, grouped-query attention; biases where the file says so.
///
/// Source: Touvron et al. 2023, "Llama 2"; `llama` of `transformers`.
struct Llama: RotaryFamily {
  let type = "llama"
  let className = "Llama"
  let ownKeys: Set = ["attention_bias", "mlp_bias"]

  func read(
    _ reader: ConfigurationReader, into c: inout ModelConfiguration
  ) throws(PolicyError) {
    c.attentionBias = try reader.flag("attention_bias", default: false)
    c.feedForwardBias = try reader.flag("mlp_bias", default: false)
  }

  func writeOwn(_ c: ModelConfiguration, into keys: inout [String: Any]) {
    keys["attention_bias"] = c.attentionBias
    keys["mlp_bias"] = c.feedForwardBias
  }

  func layer(_ name: String, of c: ModelConfiguration, into table: inout ParameterTable) {
    LlamaBlock.tensors(
      name, c, into: &table, hasBias: c.attentionBias, outputHasBias: c.attentionBias)
  }

  func block(_ weights: Weights, layer: Int, _ c: ModelConfiguration) -> any DecoderBlock {
    LlamaBlock(weights, layer: layer, c)
  }
}
