import Foundation

/// Reads a decoder's shape from the keys of a `config.json`, refusing what it does not know.
///
/// Source: the configuration classes of `transformers` 4 and 5.
struct ConfigurationReader {
  let file: String
  let keys: [String: Any]

  func read() throws(PolicyError) -> ModelConfiguration {
    for key in ["auto_map", "quantization_config", "num_experts", "no_rope_layers"]
    where present(key) {
      throw fail("has \(key), which Plumb does not support")
    }
    let type = keys["model_type"] as? String ?? "nothing"
    guard let architecture = ModelConfiguration.Architecture(rawValue: type) else {
      let known = ModelConfiguration.Architecture.allCases.map(\.rawValue)
      throw fail("model_type is \(type); supported: \(known.joined(separator: ", "))")
    }
    switch architecture {
    case .gpt2: return try gpt2()
    case .llama: return try llama()
    }
  }

  private func gpt2() throws(PolicyError) -> ModelConfiguration {
    if try flag("scale_attn_by_inverse_layer_idx", default: false) {
      throw fail("has scale_attn_by_inverse_layer_idx, which Plumb does not support")
    }
    try require("activation_function", ["gelu_new", "gelu_pytorch_tanh"], default: "gelu_new")
    let hidden = try integer("n_embd")
    var c = ModelConfiguration(
      architecture: .gpt2, vocab: try integer("vocab_size"), hidden: hidden,
      layers: try integer("n_layer"), heads: try integer("n_head"),
      feedForward: try integer("n_inner", default: 4 * hidden),
      positions: try integer(present("n_positions") ? "n_positions" : "n_ctx"))
    c.epsilon = try number("layer_norm_epsilon", default: 1e-5)
    c.isTied = try flag("tie_word_embeddings", default: true)
    return try finish(c)
  }

  private func llama() throws(PolicyError) -> ModelConfiguration {
    try require("hidden_act", ["silu"], default: "silu")
    if try integer("sliding_window", default: 0) != 0 {
      throw fail("has sliding_window, which Plumb does not support")
    }
    let hidden = try integer("hidden_size")
    let heads = try integer("num_attention_heads")
    var c = ModelConfiguration(
      architecture: .llama, vocab: try integer("vocab_size"), hidden: hidden,
      layers: try integer("num_hidden_layers"), heads: heads,
      keyValueHeads: try integer("num_key_value_heads", default: heads),
      feedForward: try integer("intermediate_size"),
      positions: try integer("max_position_embeddings"))
    if heads > 0 { c.headSize = try integer("head_dim", default: hidden / heads) }
    c.epsilon = try number("rms_norm_eps", default: 1e-6)
    c.isTied = try flag("tie_word_embeddings", default: false)
    c.attentionBias = try flag("attention_bias", default: false)
    c.feedForwardBias = try flag("mlp_bias", default: false)
    let parameters = try mapping("rope_parameters")
    let rotary = parameters.map { ConfigurationReader(file: file, keys: $0) } ?? self
    c.rotaryBase = try rotary.number(
      "rope_theta", default: try number("rope_theta", default: 10_000))
    let scalingKeys = try mapping("rope_scaling")
    c.rotaryScaling = try scaling(parameters ?? scalingKeys, positions: c.positions)
    return try finish(c)
  }

  private func scaling(
    _ keys: [String: Any]?, positions: Int
  ) throws(PolicyError) -> ModelConfiguration.RotaryScaling {
    guard let keys else { return .none }
    let reader = ConfigurationReader(file: file, keys: keys)
    if try reader.number("partial_rotary_factor", default: 1) != 1 {
      throw fail("has partial_rotary_factor, which Plumb does not support")
    }
    let type = try reader.text(
      reader.present("rope_type") ? "rope_type" : "type", default: "default")
    switch type {
    case "default": return .none
    case "linear": return .linear(factor: try reader.factor("factor"))
    case "llama3":
      let low = try reader.factor("low_freq_factor")
      let high = try reader.factor("high_freq_factor")
      guard low < high else {
        throw fail("low_freq_factor is \(low); it must be below high_freq_factor, \(high)")
      }
      let original = try reader.integer(
        "original_max_position_embeddings", default: positions)
      guard original > 0 else {
        throw fail("original_max_position_embeddings is \(original); it must be above 0")
      }
      return .llama3(
        factor: try reader.factor("factor"), low: low, high: high, original: original)
    default:
      throw fail("rope_type is \(type); supported: default, linear, llama3")
    }
  }

  private func finish(_ base: ModelConfiguration) throws(PolicyError) -> ModelConfiguration {
    var c = base
    if present("bos_token_id") { c.beginToken = try integer("bos_token_id") }
    if present("pad_token_id") { c.padToken = try integer("pad_token_id") }
    if let list = keys["eos_token_id"] as? [Any] {
      c.endTokens = []
      for item in list {
        c.endTokens.append(
          try ConfigurationReader(file: file, keys: ["eos_token_id": item])
            .integer("eos_token_id"))
      }
    } else if present("eos_token_id") {
      c.endTokens = [try integer("eos_token_id")]
    }
    let heads = keys["architectures"] as? [String] ?? []
    if heads.contains(where: { $0.hasSuffix("ForSequenceClassification") }) {
      let names = (keys["id2label"] as? [String: Any])?.count
      c.labels = try integer("num_labels", default: names ?? 2)
      try require(
        "plumb_pooling", ModelConfiguration.Pooling.allCases.map(\.rawValue), default: "last")
      let pooling = keys["plumb_pooling"] as? String ?? "last"
      c.pooling = ModelConfiguration.Pooling(rawValue: pooling) ?? .last
    }
    // Small vocabularies may be configured with ids of the class's defaults; these never occur.
    if let begin = c.beginToken, begin >= c.vocab { c.beginToken = nil }
    c.endTokens.removeAll { $0 >= c.vocab }
    return c
  }

  // MARK: Keys

  private func present(_ key: String) -> Bool {
    guard let value = keys[key] else { return false }
    return !(value is NSNull)
  }

  private func fail(_ problem: String) -> PolicyError {
    .configuration(file: file, problem: problem)
  }

  private func value(_ key: String) throws(PolicyError) -> NSNumber {
    guard present(key) else { throw fail("\(key) is missing") }
    // JSON's true is an NSNumber too.
    guard let number = keys[key] as? NSNumber, !isFlag(number) else {
      throw fail("\(key) is not a number")
    }
    return number
  }

  private func integer(_ key: String, default fallback: Int? = nil) throws(PolicyError) -> Int {
    if let fallback, !present(key) { return fallback }
    let value = try value(key).doubleValue
    guard value == value.rounded(), abs(value) < 1e12 else {
      throw fail("\(key) is \(value); it must be a whole number")
    }
    return Int(value)
  }

  private func number(
    _ key: String, default fallback: Double? = nil
  ) throws(PolicyError) -> Double {
    if let fallback, !present(key) { return fallback }
    return try value(key).doubleValue
  }

  private func flag(_ key: String, default fallback: Bool) throws(PolicyError) -> Bool {
    guard present(key) else { return fallback }
    guard let number = keys[key] as? NSNumber, isFlag(number) else {
      throw fail("\(key) is not true or false")
    }
    return number.boolValue
  }

  private func isFlag(_ number: NSNumber) -> Bool {
    // The type that Foundation gives true and false of a JSON text, and to no number in it.
    String(cString: number.objCType) == "c"
  }

  private func text(_ key: String, default fallback: String) throws(PolicyError) -> String {
    guard present(key) else { return fallback }
    guard let text = keys[key] as? String else { throw fail("\(key) is not a text") }
    return text
  }

  private func mapping(_ key: String) throws(PolicyError) -> [String: Any]? {
    guard present(key) else { return nil }
    guard let mapping = keys[key] as? [String: Any] else { throw fail("\(key) is not an object") }
    return mapping
  }

  /// A number that frequencies are scaled by.
  private func factor(_ key: String) throws(PolicyError) -> Double {
    let value = try number(key)
    guard value > 0, value.isFinite else { throw fail("\(key) is \(value); it must be above 0") }
    return value
  }

  private func require(
    _ key: String, _ allowed: [String], default fallback: String
  ) throws(PolicyError) {
    let value = try text(key, default: fallback)
    if !allowed.contains(value) {
      throw fail("\(key) is \(value); supported: \(allowed.joined(separator: ", "))")
    }
  }
}
