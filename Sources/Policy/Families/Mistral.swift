import Torch

/// Llama without biases, each token looking back over a window in every layer, where the file has one.
///
/// Source: Jiang et al. 2023, "Mistral 7B"; `mistral` of `transformers`.
struct Mistral: RotaryFamily {
  let type = "mistral"
  let className = "Mistral"
  let ownKeys: Set = ["sliding_window", "layer_types"]
  let defaults = RotaryDefaults(keyValueHeads: 8)

  func read(
    _ reader: ConfigurationReader, into c: inout ModelConfiguration
  ) throws(PolicyError) {
    // A file that says nothing has the window of the first version.
    let window = try reader.window(default: 4096)
    c.windows = try reader.windows(window, layers: c.layers) { _ in true }
    // The class looks at no types of layers; a file that has them says what it does.
    if window != nil, c.windows.contains(nil) { throw reader.unsupported("layer_types") }
  }

  func writeOwn(_ c: ModelConfiguration, into keys: inout [String: Any]) {
    c.writeWindow(into: &keys)
  }

  func layer(_ name: String, of c: ModelConfiguration, into table: inout ParameterTable) {
    LlamaBlock.tensors(name, c, into: &table, hasBias: false, outputHasBias: false)
  }

  func block(_ weights: Weights, layer: Int, _ c: ModelConfiguration) -> any DecoderBlock {
    LlamaBlock(weights, layer: layer, c)
  }
}
