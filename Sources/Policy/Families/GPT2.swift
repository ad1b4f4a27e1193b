import Torch

/// Learned positions, LayerNorm, biases everywhere, weights stored `[in, out]`, a tied head.
///
/// Source: Radford et al. 2019, "Language Models are Unsupervised Multitask Learners"; `gpt2` of
/// `transformers`.
struct GPT2: ModelFamily {
  let type = "gpt2"
  let className = "GPT2"
  let languageHead = "LMHeadModel"
  let prefix = "transformer."
  let embedding = "transformer.wte.weight"
  let buffers = [".attn.bias", ".attn.masked_bias"]
  let isGated = false
  let isRotary = false
  let dropout = ["resid_pdrop", "embd_pdrop", "attn_pdrop"]

  let keys: Set = [
    "activation_function", "layer_norm_epsilon", "n_ctx", "n_embd", "n_head", "n_inner", "n_layer",
    "n_positions", "scale_attn_by_inverse_layer_idx", "scale_attn_weights",
  ]

  func prepare(_ c: inout ModelConfiguration) {
    c.activation = .geluTanh
    c.attentionBias = true
    c.feedForwardBias = true
    c.epsilon = 1e-5
  }

  func problem(of c: ModelConfiguration) -> String? {
    c.hidden % c.heads == 0
      ? nil : "hidden size \(c.hidden) is not a multiple of \(c.heads) heads"
  }

  func read(_ reader: ConfigurationReader) throws(PolicyError) -> ModelConfiguration {
    let activation = try reader.activation("activation_function", default: .geluTanh)
    let hidden = try reader.integer("n_embd")
    var c = ModelConfiguration(
      architecture: .gpt2, vocab: try reader.integer("vocab_size"), hidden: hidden,
      layers: try reader.integer("n_layer"), heads: try reader.integer("n_head"),
      feedForward: try reader.integer("n_inner", default: 4 * hidden),
      positions: try reader.integer(reader.present("n_positions") ? "n_positions" : "n_ctx"))
    c.activation = activation
    c.epsilon = try reader.number("layer_norm_epsilon", default: 1e-5)
    c.isTied = try reader.flag("tie_word_embeddings", default: true)
    c.scalesScores = try reader.flag("scale_attn_weights", default: true)
    c.scalesScoresByLayer = try reader.flag("scale_attn_by_inverse_layer_idx", default: false)
    return c
  }

  func write(_ c: ModelConfiguration, into keys: inout [String: Any]) {
    keys["n_layer"] = c.layers
    keys["n_embd"] = c.hidden
    keys["n_head"] = c.heads
    keys["n_inner"] = c.feedForward
    keys["n_positions"] = c.positions
    keys["layer_norm_epsilon"] = c.epsilon
    c.activation.write("activation_function", into: &keys)
    keys["scale_attn_weights"] = c.scalesScores
    keys["scale_attn_by_inverse_layer_idx"] = c.scalesScoresByLayer
  }

  func tensors(of c: ModelConfiguration) -> [ParameterTable.Row] {
    var table = ParameterTable()
    table.weight("transformer.wte", [c.vocab, c.hidden], .normal)
    table.weight("transformer.wpe", [c.positions, c.hidden], .normal)
    func product(
      _ name: String, from width: Int, to out: Int, _ start: ParameterTable.Start = .normal
    ) {
      table.product(name, from: width, to: out, start, hasBias: true, isTransposed: true)
    }
    for layer in 0..<c.layers {
      let name = "transformer.h.\(layer)"
      table.norm("\(name).ln_1", c.hidden, hasBias: true)
      product("\(name).attn.c_attn", from: c.hidden, to: 3 * c.hidden)
      product("\(name).attn.c_proj", from: c.hidden, to: c.hidden, .residual)
      table.norm("\(name).ln_2", c.hidden, hasBias: true)
      product("\(name).mlp.c_fc", from: c.hidden, to: c.feedForward)
      product("\(name).mlp.c_proj", from: c.feedForward, to: c.hidden, .residual)
    }
    table.norm("transformer.ln_f", c.hidden, hasBias: true)
    return table.rows
  }

  func embed(
    _ ids: Tensor, at positions: Tensor, _ weights: Weights, _ c: ModelConfiguration
  ) throws(TorchError) -> Tensor {
    try weights[embedding].embedding(ids)
      + weights["transformer.wpe.weight"].embedding(positions)
  }

  func block(_ weights: Weights, layer: Int, _ c: ModelConfiguration) -> any DecoderBlock {
    Block(weights, "transformer.h.\(layer)", c)
  }

  func finalNorm(_ weights: Weights, _ c: ModelConfiguration) -> Norm {
    .layer(weights, "transformer.ln_f", epsilon: c.epsilon)
  }

  func kept(by c: ModelConfiguration) -> LayerNumbers {
    LayerNumbers(
      c, attention: ["c_attn"], output: "attn.c_proj", upper: ["c_fc"], down: "mlp.c_proj")
  }

  private struct Block: DecoderBlock {
    let firstNorm: Norm
    var attention: Product
    var output: Product
    let secondNorm: Norm
    var feedForward: FeedForward
    let headSize: Int

    init(_ weights: Weights, _ name: String, _ c: ModelConfiguration) {
      func product(_ part: String) -> Product {
        Product(weights, "\(name).\(part)", isTransposed: true)
      }
      firstNorm = .layer(weights, "\(name).ln_1", epsilon: c.epsilon)
      attention = product("attn.c_attn")
      output = product("attn.c_proj")
      secondNorm = .layer(weights, "\(name).ln_2", epsilon: c.epsilon)
      feedForward = FeedForward(
        up: product("mlp.c_fc"), down: product("mlp.c_proj"), activation: c.activation)
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
      try attention(firstNorm(x), precision).reshaped(x.sizes[0], -1, headSize)
    }

    func finish(
      _ x: Tensor, _ attended: Tensor, _ precision: Precision
    ) throws(TorchError) -> Tensor {
      let x = try x + output(attended, precision)
      return try x + feedForward(secondNorm(x), precision)
    }
  }
}
