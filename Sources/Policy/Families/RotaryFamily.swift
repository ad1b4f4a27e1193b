import Runs
import Torch

/// What the families have in common that descend from Llama: the names of keys and of tensors outside
/// of layers, rotary positions, RMSNorm, a gated feed-forward layer.
protocol RotaryFamily: ModelFamily {
  /// What `transformers` takes where a file does not have the key.
  var defaults: RotaryDefaults { get }
  /// The tensors of one layer, whose names begin with `name`.
  func layer(_ name: String, of configuration: ModelConfiguration, into table: inout ParameterTable)
  /// Reads what the family has of its own.
  func read(
    _ reader: ConfigurationReader, into configuration: inout ModelConfiguration
  ) throws(PolicyError)
  /// Writes what the family has of its own.
  func writeOwn(_ configuration: ModelConfiguration, into keys: inout [String: Any])
  /// Keys that the family reads of its own.
  var ownKeys: Set<String> { get }
  /// The key of the activation.
  var activationKey: String { get }
  var rotaryKeys: ConfigurationReader.RotaryKeys { get }
  /// Kinds of scaling that the family has.
  var rotaryTypes: [String] { get }
  /// How the weight of a norm begins.
  var normStart: ParameterTable.Start { get }
}

/// Values of keys that a file may lack; a null of `num_key_value_heads` means all heads everywhere.
struct RotaryDefaults {
  var isTied = false
  var epsilon = 1e-6
  var rotaryBase = 10_000.0
  var activation = Activation.silu
  /// nil: as many as heads.
  var keyValueHeads: Int?
  /// nil: hidden size over heads.
  var headSize: Int?
}

extension RotaryFamily {
  var prefix: String { "model." }
  var embedding: String { "model.embed_tokens.weight" }
  var buffers: [String] { [".rotary_emb.inv_freq"] }
  var activationKey: String { "hidden_act" }
  var defaults: RotaryDefaults { RotaryDefaults() }
  var ownKeys: Set<String> { [] }
  var rotaryKeys: ConfigurationReader.RotaryKeys { ConfigurationReader.RotaryKeys() }
  var rotaryTypes: [String] { ConfigurationKeys.rotaryTypes }
  var normStart: ParameterTable.Start { .ones }

  var keys: Set<String> {
    ownKeys.union([
      activationKey, "head_dim", "hidden_size", "intermediate_size", "max_position_embeddings",
      "num_attention_heads", "num_hidden_layers", "num_key_value_heads", "rms_norm_eps",
      "rope_parameters", "rope_scaling", "rope_theta",
    ])
  }

  func read(
    _ reader: ConfigurationReader, into configuration: inout ModelConfiguration
  ) throws(PolicyError) {}

  func writeOwn(_ configuration: ModelConfiguration, into keys: inout [String: Any]) {}

  func prepare(_ c: inout ModelConfiguration) {
    c.activation = defaults.activation
    c.epsilon = defaults.epsilon
    c.rotaryBase = defaults.rotaryBase
  }

  func read(_ reader: ConfigurationReader) throws(PolicyError) -> ModelConfiguration {
    let activation = try reader.activation(activationKey, default: defaults.activation)
    let hidden = try reader.integer("hidden_size")
    let heads = try reader.integer("num_attention_heads")
    let shared = reader.isNull("num_key_value_heads") ? heads : defaults.keyValueHeads ?? heads
    guard let architecture = ModelConfiguration.Architecture(rawValue: type) else {
      throw reader.fail("model_type is \(type)")
    }
    var c = ModelConfiguration(
      architecture: architecture, vocab: try reader.integer("vocab_size"), hidden: hidden,
      layers: try reader.integer("num_hidden_layers"), heads: heads,
      keyValueHeads: try reader.integer("num_key_value_heads", default: shared),
      feedForward: try reader.integer("intermediate_size"),
      positions: try reader.integer("max_position_embeddings"))
    c.activation = activation
    if heads > 0 {
      let size = reader.isNull("head_dim") ? hidden / heads : defaults.headSize ?? hidden / heads
      c.headSize = try reader.integer("head_dim", default: size)
    }
    c.epsilon = try reader.number("rms_norm_eps", default: defaults.epsilon)
    c.isTied = try reader.flag("tie_word_embeddings", default: defaults.isTied)
    try read(reader, into: &c)
    try reader.rotary(into: &c, base: defaults.rotaryBase, rotaryKeys, types: rotaryTypes)
    return c
  }

  func write(_ c: ModelConfiguration, into keys: inout [String: Any]) {
    keys["num_hidden_layers"] = c.layers
    keys["hidden_size"] = c.hidden
    keys["num_attention_heads"] = c.heads
    keys["num_key_value_heads"] = c.keyValueHeads
    keys["head_dim"] = c.headSize
    keys["intermediate_size"] = c.feedForward
    keys["max_position_embeddings"] = c.positions
    keys["rms_norm_eps"] = c.epsilon
    c.activation.write(activationKey, into: &keys)
    c.writeRotary(into: &keys, rotaryKeys)
    writeOwn(c, into: &keys)
  }

  func tensors(of c: ModelConfiguration) -> [ParameterTable.Row] {
    var table = ParameterTable()
    table.weight("model.embed_tokens", [c.vocab, c.hidden], .normal)
    for index in 0..<c.layers { layer("model.layers.\(index)", of: c, into: &table) }
    // A norm over bare embeddings would give rare tokens the weight of common ones.
    if c.layers > 0 { table.norm("model.norm", c.hidden, normStart) }
    return table.rows
  }

  func embed(
    _ ids: Tensor, at positions: Tensor, _ weights: Weights, _ c: ModelConfiguration
  ) throws(TorchError) -> Tensor {
    try weights[embedding].embedding(ids)
  }

  func finalNorm(_ weights: Weights, _ c: ModelConfiguration) -> Norm {
    c.layers == 0 ? .none : .rootMeanSquare(weights, "model.norm", epsilon: c.epsilon)
  }
}

extension ParameterTable {
  /// Queries, keys and values as products of their own, and what writes attention's output.
  mutating func attention(
    _ name: String, _ c: ModelConfiguration, hasBias: Bool, outputHasBias: Bool
  ) {
    let queries = c.heads * c.headSize
    let keys = c.keyValueHeads * c.headSize
    product("\(name).q_proj", from: c.hidden, to: queries, hasBias: hasBias)
    product("\(name).k_proj", from: c.hidden, to: keys, hasBias: hasBias)
    product("\(name).v_proj", from: c.hidden, to: keys, hasBias: hasBias)
    product("\(name).o_proj", from: queries, to: c.hidden, .residual, hasBias: outputHasBias)
  }

  /// A feed-forward layer of three products.
  mutating func gated(_ name: String, _ c: ModelConfiguration, hasBias: Bool = false) {
    product("\(name).gate_proj", from: c.hidden, to: c.feedForward, hasBias: hasBias)
    product("\(name).up_proj", from: c.hidden, to: c.feedForward, hasBias: hasBias)
    product("\(name).down_proj", from: c.feedForward, to: c.hidden, .residual, hasBias: hasBias)
  }
}
