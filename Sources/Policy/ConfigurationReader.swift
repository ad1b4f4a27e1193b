import Corpus

/// Reads a decoder's shape from the keys of a `config.json`, refusing what it does not know.
///
/// Source: the configuration classes of `transformers` 4 and 5.
struct ConfigurationReader {
  let file: String
  let keys: JSONObject

  func read() throws(PolicyError) -> ModelConfiguration {
    let type = keys["model_type"]?.string ?? "nothing"
    guard let architecture = ModelConfiguration.Architecture(rawValue: type) else {
      let known = ModelConfiguration.Architecture.allCases.map(\.rawValue)
      throw fail("model_type is \(type); supported: \(known.joined(separator: ", "))")
    }
    if let key = ConfigurationKeys.unknown(in: keys, of: architecture) { throw unsupported(key) }
    switch architecture {
    case .gpt2: return try gpt2()
    case .llama: return try llama()
    }
  }

  private func gpt2() throws(PolicyError) -> ModelConfiguration {
    // Three names of the same function.
    try require(
      "activation_function", ["gelu_new", "gelu_pytorch_tanh", "gelu_fast"], default: "gelu_new")
    let hidden = try integer("n_embd")
    var c = ModelConfiguration(
      architecture: .gpt2, vocab: try integer("vocab_size"), hidden: hidden,
      layers: try integer("n_layer"), heads: try integer("n_head"),
      feedForward: try integer("n_inner", default: 4 * hidden),
      positions: try integer(present("n_positions") ? "n_positions" : "n_ctx"))
    c.epsilon = try number("layer_norm_epsilon", default: 1e-5)
    c.isTied = try flag("tie_word_embeddings", default: true)
    c.scalesScores = try flag("scale_attn_weights", default: true)
    c.scalesScoresByLayer = try flag("scale_attn_by_inverse_layer_idx", default: false)
    return try finish(c)
  }

  private func llama() throws(PolicyError) -> ModelConfiguration {
    try require("hidden_act", ["silu", "swish"], default: "silu")
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
    let old = try mapping("rope_scaling")
    let base = try number("rope_theta", default: 10_000)
    c.rotaryBase = base
    if let parameters {
      c.rotaryBase = try ConfigurationReader(file: file, keys: parameters)
        .number("rope_theta", default: base)
    }
    c.rotaryScaling = try scaling(parameters ?? old, positions: c.positions)
    // Files of both spellings say everything twice; which one a program believes depends on its age.
    if present("rope_theta"), base != c.rotaryBase {
      throw fail(
        "rope_theta is \(base), but \(c.rotaryBase) in rope_parameters; let both say the same")
    }
    if parameters != nil, let old, try scaling(old, positions: c.positions) != c.rotaryScaling {
      throw fail("rope_scaling and rope_parameters differ; let both say the same")
    }
    return try finish(c)
  }

  private func scaling(
    _ keys: JSONObject?, positions: Int
  ) throws(PolicyError) -> ModelConfiguration.RotaryScaling {
    guard let keys else { return .none }
    let reader = ConfigurationReader(file: file, keys: keys)
    if try reader.number("partial_rotary_factor", default: 1) != 1 {
      throw unsupported("partial_rotary_factor")
    }
    let type = try reader.text(
      reader.present("rope_type") ? "rope_type" : "type", default: "default")
    if let key = ConfigurationKeys.unknown(inRotary: keys, type: type) { throw unsupported(key) }
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
    if let list = keys["eos_token_id"]?.array {
      c.endTokens = []
      for item in list { c.endTokens.append(try integer("eos_token_id", of: item)) }
    } else if present("eos_token_id") {
      c.endTokens = [try integer("eos_token_id")]
    }
    if try hasRewardHead() {
      let names = keys["id2label"]?.object?.members.count
      c.labels = try integer("num_labels", default: names ?? 2)
      let pooling = try text("plumb_pooling", default: "last")
      try require(
        "plumb_pooling", ModelConfiguration.Pooling.allCases.map(\.rawValue), default: "last")
      c.pooling = ModelConfiguration.Pooling(rawValue: pooling) ?? .last
      // Reward models of others read an end token, as those of TRL, N+ and EXO; Plumb's own of old, which
      // write both spellings of the type and no word about it, were trained without.
      let isOldPlumb = present("dtype") && present("torch_dtype")
      c.endsTexts = try flag("plumb_end_token", default: !isOldPlumb)
    }
    // Small vocabularies may be configured with ids of the class's defaults; these never occur.
    if let begin = c.beginToken, begin >= c.vocab { c.beginToken = nil }
    c.endTokens.removeAll { $0 >= c.vocab }
    return c
  }

  /// Whether the file is that of a sequence classifier, and not of a language model.
  private func hasRewardHead() throws(PolicyError) -> Bool {
    guard present("architectures") else { return false }
    let names = (keys["architectures"]?.array ?? []).map { $0.string ?? "" }
    let heads = ["LMHeadModel", "ForCausalLM", "ForSequenceClassification", "Model"]
    if let other = names.first(where: { name in !heads.contains { name.hasSuffix($0) } }) {
      throw fail(
        "architectures is \(other); supported are language models and ForSequenceClassification")
    }
    return names.contains { $0.hasSuffix("ForSequenceClassification") }
  }

  // MARK: Keys

  private func present(_ key: String) -> Bool {
    guard let value = keys[key] else { return false }
    return value != .null
  }

  private func fail(_ problem: String) -> PolicyError {
    .configuration(file: file, problem: problem)
  }

  private func unsupported(_ key: String) -> PolicyError {
    fail("has \(key), which Plumb does not support")
  }

  private func value(_ key: String) throws(PolicyError) -> JSONValue {
    guard let value = keys[key], value != .null else { throw fail("\(key) is missing") }
    return value
  }

  private func number(_ key: String, of value: JSONValue) throws(PolicyError) -> Double {
    guard let number = value.number else { throw fail("\(key) is not a number") }
    return number
  }

  private func integer(_ key: String, of item: JSONValue) throws(PolicyError) -> Int {
    let value = try number(key, of: item)
    guard value == value.rounded(), abs(value) < 1e12 else {
      throw fail("\(key) is \(value); it must be a whole number")
    }
    return Int(value)
  }

  private func integer(_ key: String, default fallback: Int? = nil) throws(PolicyError) -> Int {
    if let fallback, !present(key) { return fallback }
    return try integer(key, of: value(key))
  }

  private func number(
    _ key: String, default fallback: Double? = nil
  ) throws(PolicyError) -> Double {
    if let fallback, !present(key) { return fallback }
    return try number(key, of: value(key))
  }

  private func flag(_ key: String, default fallback: Bool) throws(PolicyError) -> Bool {
    guard present(key) else { return fallback }
    guard let flag = keys[key]?.boolean else { throw fail("\(key) is not true or false") }
    return flag
  }

  private func text(_ key: String, default fallback: String) throws(PolicyError) -> String {
    guard present(key) else { return fallback }
    guard let text = keys[key]?.string else { throw fail("\(key) is not a text") }
    return text
  }

  private func mapping(_ key: String) throws(PolicyError) -> JSONObject? {
    guard present(key) else { return nil }
    guard let mapping = keys[key]?.object else { throw fail("\(key) is not an object") }
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
