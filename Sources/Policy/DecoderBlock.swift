import Torch

/// One layer of a decoder, without its attention: who looks where is the caller's business, so
/// that training and sampling share all weights and differ only in how they keep keys and values.
protocol DecoderBlock {
  /// `[row, hidden]` to the queries, keys and values of each row, `[row, head, size]`.
  func project(_ x: Tensor, _ precision: Precision) throws(TorchError) -> Tensor
  /// The residual stream after attention, `[row, hidden]`.
  func combine(_ x: Tensor, _ attended: Tensor, _ precision: Precision) throws(TorchError)
    -> Tensor
  /// The residual stream after the feed-forward layer, `[row, hidden]`.
  func feedForward(_ x: Tensor, _ precision: Precision) throws(TorchError) -> Tensor
  /// The same layer with its products ready for sampling; see ``Decoder/packed(rows:)``.
  func packed(rows: Int, _ precision: Precision) throws(TorchError) -> Self
}

struct GPT2Block: DecoderBlock {
  private let firstNorm: (Tensor, Tensor)
  private var attention: Product
  private var output: Product
  private let secondNorm: (Tensor, Tensor)
  private var up: Product
  private var down: Product
  private let epsilon: Double
  private let headSize: Int

  init(_ weights: Weights, layer: Int, _ configuration: ModelConfiguration) {
    func pair(_ name: String) -> (Tensor, Tensor) {
      let full = "transformer.h.\(layer).\(name)"
      return (weights[full + ".weight"], weights[full + ".bias"])
    }
    func product(_ name: String) -> Product {
      let (weight, bias) = pair(name)
      return Product(weight, bias: bias, isTransposed: true)
    }
    firstNorm = pair("ln_1")
    attention = product("attn.c_attn")
    output = product("attn.c_proj")
    secondNorm = pair("ln_2")
    up = product("mlp.c_fc")
    down = product("mlp.c_proj")
    epsilon = configuration.epsilon
    headSize = configuration.headSize
  }

  func packed(rows: Int, _ precision: Precision) throws(TorchError) -> GPT2Block {
    var copy = self
    copy.attention = try attention.packed(rows: rows, precision)
    copy.output = try output.packed(rows: rows, precision)
    copy.up = try up.packed(rows: rows, precision)
    copy.down = try down.packed(rows: rows, precision)
    return copy
  }

  func project(_ x: Tensor, _ precision: Precision) throws(TorchError) -> Tensor {
    let normed = try x.layerNorm(firstNorm.0, firstNorm.1, epsilon: epsilon)
    return try attention(normed, precision).reshaped(x.sizes[0], -1, headSize)
  }

  func combine(
    _ x: Tensor, _ attended: Tensor, _ precision: Precision
  ) throws(TorchError) -> Tensor {
    try x + output(attended, precision)
  }

  func feedForward(_ x: Tensor, _ precision: Precision) throws(TorchError) -> Tensor {
    let normed = try x.layerNorm(secondNorm.0, secondNorm.1, epsilon: epsilon)
    let inner = try up(normed, precision, gelu: true)
    return try x + down(inner, precision)
  }
}

struct LlamaBlock: DecoderBlock {
  private let firstNorm: Tensor
  private var queries: Product
  private var keys: Product
  private var values: Product
  private var output: Product
  private let secondNorm: Tensor
  private var gate: Product
  private var up: Product
  private var down: Product
  private let epsilon: Double
  private let headSize: Int

  init(_ weights: Weights, layer: Int, _ configuration: ModelConfiguration) {
    let name = "model.layers.\(layer)"
    func product(_ part: String, _ hasBias: Bool) -> Product {
      Product(
        weights["\(name).\(part).weight"],
        bias: hasBias ? weights["\(name).\(part).bias"] : nil)
    }
    firstNorm = weights["\(name).input_layernorm.weight"]
    queries = product("self_attn.q_proj", configuration.attentionBias)
    keys = product("self_attn.k_proj", configuration.attentionBias)
    values = product("self_attn.v_proj", configuration.attentionBias)
    output = product("self_attn.o_proj", configuration.attentionBias)
    secondNorm = weights["\(name).post_attention_layernorm.weight"]
    gate = product("mlp.gate_proj", configuration.feedForwardBias)
    up = product("mlp.up_proj", configuration.feedForwardBias)
    down = product("mlp.down_proj", configuration.feedForwardBias)
    epsilon = configuration.epsilon
    headSize = configuration.headSize
  }

  func packed(rows: Int, _ precision: Precision) throws(TorchError) -> LlamaBlock {
    var copy = self
    copy.queries = try queries.packed(rows: rows, precision)
    copy.keys = try keys.packed(rows: rows, precision)
    copy.values = try values.packed(rows: rows, precision)
    copy.output = try output.packed(rows: rows, precision)
    copy.gate = try gate.packed(rows: rows, precision)
    copy.up = try up.packed(rows: rows, precision)
    copy.down = try down.packed(rows: rows, precision)
    return copy
  }

  func project(_ x: Tensor, _ precision: Precision) throws(TorchError) -> Tensor {
    let normed = try x.rmsNorm(firstNorm, epsilon: epsilon)
    let parts = [
      try queries(normed, precision), try keys(normed, precision), try values(normed, precision),
    ]
    return try Tensor.concatenate(parts, 1).reshaped(x.sizes[0], -1, headSize)
  }

  func combine(
    _ x: Tensor, _ attended: Tensor, _ precision: Precision
  ) throws(TorchError) -> Tensor {
    try x + output(attended, precision)
  }

  func feedForward(_ x: Tensor, _ precision: Precision) throws(TorchError) -> Tensor {
    let normed = try x.rmsNorm(secondNorm, epsilon: epsilon)
    let inner = try gate(normed, precision).silu() * up(normed, precision)
    return try x + down(inner, precision)
  }
}
