import Torch

/// A layer with norms in front of attention and feed-forward, queries, keys and values of their own,
/// and a gate: Llama's, and of the families that differ from it in biases, norms of heads, windows and
/// which layers are turned.
struct LlamaBlock: DecoderBlock {
  private let firstNorm: Norm
  private var projections: Projections
  private var output: Product
  private let secondNorm: Norm
  private var feedForward: GatedFeedForward

  /// Biases are there where the weights have them.
  init(
    _ weights: Weights, layer: Int, _ c: ModelConfiguration,
    normalised: Projections.Normalised = .no
  ) {
    let name = "model.layers.\(layer)"
    firstNorm = .rootMeanSquare(weights, "\(name).input_layernorm", epsilon: c.epsilon)
    projections = Projections(weights, "\(name).self_attn", c, normalised: normalised)
    output = Product(weights, "\(name).self_attn.o_proj")
    secondNorm = .rootMeanSquare(
      weights, "\(name).post_attention_layernorm", epsilon: c.epsilon)
    feedForward = GatedFeedForward(weights, "\(name).mlp", c.activation)
  }

  func packed(_ packing: Packing) throws(TorchError) -> LlamaBlock {
    var copy = self
    copy.projections = try projections.packed(packing)
    copy.output = try output.packed(packing)
    copy.feedForward = try feedForward.packed(packing)
    return copy
  }

  func project(_ x: Tensor, _ precision: Precision) throws(TorchError) -> Tensor {
    try projections(firstNorm(x), precision)
  }

  func finish(
    _ x: Tensor, _ attended: Tensor, _ precision: Precision
  ) throws(TorchError) -> Tensor {
    let x = try x + output(attended, precision)
    return try x + feedForward(secondNorm(x), precision)
  }

  /// The tensors of such a layer.
  static func tensors(
    _ name: String, _ c: ModelConfiguration, into table: inout ParameterTable, hasBias: Bool,
    outputHasBias: Bool, headNorms: Bool = false
  ) {
    table.norm("\(name).input_layernorm", c.hidden)
    table.norm("\(name).post_attention_layernorm", c.hidden)
    table.attention(
      "\(name).self_attn", c, hasBias: hasBias, outputHasBias: outputHasBias)
    if headNorms {
      table.norm("\(name).self_attn.q_norm", c.headSize)
      table.norm("\(name).self_attn.k_norm", c.headSize)
    }
    table.gated("\(name).mlp", c, hasBias: c.feedForwardBias)
  }
}
