import Torch

/// Llama with layers whose heads are not turned, every fourth where the file names none.
///
/// Source: Bakouch et al. 2025, "SmolLM3"; `smollm3` of `transformers`.
struct SmolLM3: RotaryFamily {
  let type = "smollm3"
  let className = "SmolLM3"
  let ownKeys: Set = [
    "attention_bias", "layer_types", "mlp_bias", "no_rope_layer_interval", "no_rope_layers",
    "sliding_window", "use_sliding_window",
  ]
  let defaults = RotaryDefaults(isTied: true, rotaryBase: 2_000_000, keyValueHeads: 4)

  func prepare(_ c: inout ModelConfiguration) {
    c.activation = defaults.activation
    c.rotaryBase = defaults.rotaryBase
    c.unturnedLayers = Set((0..<max(0, c.layers)).filter { ($0 + 1) % 4 == 0 })
  }

  func read(
    _ reader: ConfigurationReader, into c: inout ModelConfiguration
  ) throws(PolicyError) {
    c.attentionBias = try reader.flag("attention_bias", default: false)
    c.feedForwardBias = try reader.flag("mlp_bias", default: false)
    c.unturnedLayers = try unturned(reader, layers: c.layers)
    let chosen = try reader.flag("use_sliding_window", default: false)
    let unturned = c.unturnedLayers
    c.windows = try reader.windows(
      chosen ? reader.window(default: nil) : nil, layers: c.layers
    ) { unturned.contains($0) }
  }

  private func unturned(
    _ reader: ConfigurationReader, layers: Int
  ) throws(PolicyError) -> Set<Int> {
    let range = 0..<max(0, layers)
    // The list says which layers are turned, whatever its name.
    guard reader.present("no_rope_layers") else {
      let interval = try reader.integer("no_rope_layer_interval", default: 4)
      guard interval > 0 else {
        throw reader.fail("no_rope_layer_interval is \(interval); it must be above 0")
      }
      return Set(range.filter { ($0 + 1) % interval == 0 })
    }
    let marks = reader.keys["no_rope_layers"]?.array?.map(\.integer) ?? []
    guard marks.count >= layers, marks.allSatisfy({ $0 == 0 || $0 == 1 }) else {
      throw reader.fail("no_rope_layers is not a list of 0 and 1 for each of \(layers) layers")
    }
    return Set(range.filter { marks[$0] == 0 })
  }

  func writeOwn(_ c: ModelConfiguration, into keys: inout [String: Any]) {
    keys["attention_bias"] = c.attentionBias
    keys["mlp_bias"] = c.feedForwardBias
    keys["no_rope_layers"] = (0..<c.layers).map { c.unturnedLayers.contains($0) ? 0 : 1 }
    c.writeChosenWindows(into: &keys)
  }

  func layer(_ name: String, of c: ModelConfiguration, into table: inout ParameterTable) {
    LlamaBlock.tensors(
      name, c, into: &table, hasBias: c.attentionBias, outputHasBias: c.attentionBias)
  }

  func block(_ weights: Weights, layer: Int, _ c: ModelConfiguration) -> any DecoderBlock {
    LlamaBlock(weights, layer: layer, c)
  }
}
