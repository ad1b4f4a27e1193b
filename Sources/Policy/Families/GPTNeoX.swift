import Torch

/// Attention and feed-forward beside each other, or one behind the other; part of each head turned;
/// LayerNorm, biases, and queries, keys and values in one product, head by head. Pythia is of this kind.
///
/// Source: Black et al. 2022, "GPT-NeoX-20B"; `gpt_neox` of `transformers`.
struct GPTNeoX: ModelFamily {
  let type = "gpt_neox"
  let className = "GPTNeoX"
  let prefix = "gpt_neox."
  let embedding = "gpt_neox.embed_in.weight"
  let head = "embed_out.weight"
  let aliases = ["embed_out.weight": "lm_head.weight"]
  let buffers = [".attention.bias", ".attention.masked_bias", ".rotary_emb.inv_freq"]
  let isGated = false
  let keys: Set = [
    "attention_bias", "hidden_act", "hidden_size", "intermediate_size", "layer_norm_eps",
    "max_position_embeddings", "num_attention_heads", "num_hidden_layers", "rope_parameters",
    "rope_scaling", "rotary_emb_base", "rotary_pct", "use_parallel_residual",
  ]
  private let rotaryKeys = ConfigurationReader.RotaryKeys(
    base: "rotary_emb_base", share: "rotary_pct")

  func prepare(_ c: inout ModelConfiguration) {
    c.activation = .gelu
    c.attentionBias = true
    c.feedForwardBias = true
    c.epsilon = 1e-5
    c.isParallel = true
    c.rotaryShare = 0.25
  }

  func problem(of c: ModelConfiguration) -> String? {
    if c.hidden % c.heads != 0 {
      return "hidden size \(c.hidden) is not a multiple of \(c.heads) heads"
    }
    return c.keyValueHeads == c.heads ? nil : "heads of \(type) have keys and values of their own"
  }

  func read(_ reader: ConfigurationReader) throws(PolicyError) -> ModelConfiguration {
    let activation = try reader.activation("hidden_act", default: .gelu)
    guard let architecture = ModelConfiguration.Architecture(rawValue: type) else {
      throw reader.fail("model_type is \(type)")
    }
    var c = ModelConfiguration(
      architecture: architecture, vocab: try reader.integer("vocab_size"),
      hidden: try reader.integer("hidden_size"),
      layers: try reader.integer("num_hidden_layers"),
      heads: try reader.integer("num_attention_heads"),
      feedForward: try reader.integer("intermediate_size"),
      positions: try reader.integer("max_position_embeddings"))
    c.activation = activation
    c.epsilon = try reader.number("layer_norm_eps", default: 1e-5)
    c.isTied = try reader.flag("tie_word_embeddings", default: false)
    c.attentionBias = try reader.flag("attention_bias", default: true)
    c.isParallel = try reader.flag("use_parallel_residual", default: true)
    try reader.rotary(into: &c, base: 10_000, rotaryKeys, share: 0.25)
    return c
  }

  func write(_ c: ModelConfiguration, into keys: inout [String: Any]) {
    keys["num_hidden_layers"] = c.layers
    keys["hidden_size"] = c.hidden
    keys["num_attention_heads"] = c.heads
    keys["intermediate_size"] = c.feedForward
    keys["max_position_embeddings"] = c.positions
    keys["layer_norm_eps"] = c.epsilon
    c.activation.write("hidden_act", into: &keys)
    keys["attention_bias"] = c.attentionBias
    keys["use_parallel_residual"] = c.isParallel
    c.writeRotary(into: &keys, rotaryKeys)
  }

  func tensors(of c: ModelConfiguration) -> [ParameterTable.Row] {
    var table = ParameterTable()
    table.weight("gpt_neox.embed_in", [c.vocab, c.hidden], .normal)
    for layer in 0..<c.layers {
      let name = "gpt_neox.layers.\(layer)"
      table.norm("\(name).input_layernorm", c.hidden, hasBias: true)
      table.norm("\(name).post_attention_layernorm", c.hidden, hasBias: true)
      table.product(
        "\(name).attention.query_key_value", from: c.hidden, to: 3 * c.hidden,
        hasBias: c.attentionBias)
      table.product(
        "\(name).attention.dense", from: c.hidden, to: c.hidden, .residual,
        hasBias: c.attentionBias)
      table.product(
        "\(name).mlp.dense_h_to_4h", from: c.hidden, to: c.feedForward, hasBias: true)
      table.product(
        "\(name).mlp.dense_4h_to_h", from: c.feedForward, to: c.hidden, .residual, hasBias: true)
    }
    table.norm("gpt_neox.final_layer_norm", c.hidden, hasBias: true)
    return table.rows
  }

  func embed(
    _ ids: Tensor, at positions: Tensor, _ weights: Weights, _ c: ModelConfiguration
  ) throws(TorchError) -> Tensor {
    try weights[embedding].embedding(ids)
  }

  func block(_ weights: Weights, layer: Int, _ c: ModelConfiguration) -> any DecoderBlock {
    Block(weights, "gpt_neox.layers.\(layer)", c)
  }

  func finalNorm(_ weights: Weights, _ c: ModelConfiguration) -> Norm {
    .layer(weights, "gpt_neox.final_layer_norm", epsilon: c.epsilon)
  }

  func kept(by c: ModelConfiguration) -> LayerNumbers {
    var numbers = LayerNumbers(
      c, attention: ["query_key_value"], output: "dense", upper: ["dense_h_to_4h"],
      down: "dense_4h_to_h")
    // Both norms read one tensor.
    if c.isParallel { numbers.norms -= c.hidden }
    return numbers
  }

  private struct Block: DecoderBlock {
    let firstNorm: Norm
    var attention: Product
    var output: Product
    let secondNorm: Norm
    var feedForward: FeedForward
    let isParallel: Bool
    let heads: Int
    let headSize: Int

    init(_ weights: Weights, _ name: String, _ c: ModelConfiguration) {
      firstNorm = .layer(weights, "\(name).input_layernorm", epsilon: c.epsilon)
      attention = Product(weights, "\(name).attention.query_key_value")
      output = Product(weights, "\(name).attention.dense")
      secondNorm = .layer(weights, "\(name).post_attention_layernorm", epsilon: c.epsilon)
      feedForward = FeedForward(
        up: Product(weights, "\(name).mlp.dense_h_to_4h"),
        down: Product(weights, "\(name).mlp.dense_4h_to_h"), activation: c.activation)
      isParallel = c.isParallel
      heads = c.heads
      headSize = c.headSize
    }

    func packed(_ packing: Packing) throws(TorchError) -> Block {
      var copy = self
      copy.attention = try attention.packed(packing)
      copy.output = try output.packed(packing)
      copy.feedForward = try feedForward.packed(packing)
      return copy
    }

    func project(_ x: Tensor, _ precision: Precision) throws(TorchError) -> Tensor {
      // Each head's query, key and value lie together.
      let byHead = try attention(firstNorm(x), precision)
        .reshaped(x.sizes[0], heads, 3, headSize)
      return try byHead.transposed(1, 2).reshaped(x.sizes[0], 3 * heads, headSize)
    }

    func finish(
      _ x: Tensor, _ attended: Tensor, _ precision: Precision
    ) throws(TorchError) -> Tensor {
      let behind = try x + output(attended, precision)
      return try behind + feedForward(secondNorm(isParallel ? x : behind), precision)
    }
  }
}
