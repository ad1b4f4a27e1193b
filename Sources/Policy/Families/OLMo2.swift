import Torch

/// Llama with its norms behind attention and feed-forward, and norms over all heads of queries and of
/// keys together.
///
/// Source: OLMo Team 2024, "2 OLMo 2 Furious"; `olmo2` of `transformers`.
struct OLMo2: RotaryFamily {
  let type = "olmo2"
  let className = "Olmo2"
  let ownKeys: Set = ["attention_bias"]
  let defaults = RotaryDefaults(epsilon: 1e-5)

  func read(
    _ reader: ConfigurationReader, into c: inout ModelConfiguration
  ) throws(PolicyError) {
    c.attentionBias = try reader.flag("attention_bias", default: false)
  }

  func writeOwn(_ c: ModelConfiguration, into keys: inout [String: Any]) {
    keys["attention_bias"] = c.attentionBias
  }

  func layer(_ name: String, of c: ModelConfiguration, into table: inout ParameterTable) {
    table.norm("\(name).post_attention_layernorm", c.hidden)
    table.norm("\(name).post_feedforward_layernorm", c.hidden)
    table.attention(
      "\(name).self_attn", c, hasBias: c.attentionBias, outputHasBias: c.attentionBias)
    table.norm("\(name).self_attn.q_norm", c.heads * c.headSize)
    table.norm("\(name).self_attn.k_norm", c.keyValueHeads * c.headSize)
    table.gated("\(name).mlp", c)
  }

  func block(_ weights: Weights, layer: Int, _ c: ModelConfiguration) -> any DecoderBlock {
    Block(weights, "model.layers.\(layer)", c)
  }

  func kept(by c: ModelConfiguration) -> LayerNumbers {
    .separate(c).normalisingQueriesAndKeys(c)
  }

  private struct Block: DecoderBlock {
    var projections: Projections
    var output: Product
    let attentionNorm: Norm
    var feedForward: GatedFeedForward
    let feedForwardNorm: Norm

    init(_ weights: Weights, _ name: String, _ c: ModelConfiguration) {
      func norm(_ part: String) -> Norm {
        .rootMeanSquare(weights, "\(name).\(part)", epsilon: c.epsilon)
      }
      projections = Projections(weights, "\(name).self_attn", c, normalised: .allHeads)
      output = Product(weights, "\(name).self_attn.o_proj")
      attentionNorm = norm("post_attention_layernorm")
      feedForward = GatedFeedForward(weights, "\(name).mlp", c.activation)
      feedForwardNorm = norm("post_feedforward_layernorm")
    }

    func packed(_ packing: Packing) throws(TorchError) -> Block {
      var copy = self
      copy.projections = try projections.packed(packing)
      copy.output = try output.packed(packing)
      copy.feedForward = try feedForward.packed(packing)
      return copy
    }

    func project(_ x: Tensor, _ precision: Precision) throws(TorchError) -> Tensor {
      try projections(x, precision)
    }

    func finish(
      _ x: Tensor, _ attended: Tensor, _ precision: Precision
    ) throws(TorchError) -> Tensor {
      let x = try x + attentionNorm(output(attended, precision))
      return try x + feedForwardNorm(feedForward(x, precision))
    }
  }
}
