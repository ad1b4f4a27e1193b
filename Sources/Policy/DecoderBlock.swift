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
}

struct GPT2Block: DecoderBlock {
  private let firstNorm: (Tensor, Tensor)
  private let attention: (Tensor, Tensor)
  private let output: (Tensor, Tensor)
  private let secondNorm: (Tensor, Tensor)
  private let up: (Tensor, Tensor)
  private let down: (Tensor, Tensor)
  private let epsilon: Double
  private let headSize: Int

  init(_ weights: Weights, layer: Int, _ configuration: ModelConfiguration) {
    func pair(_ name: String) -> (Tensor, Tensor) {
      let full = "transformer.h.\(layer).\(name)"
      return (weights[full + ".weight"], weights[full + ".bias"])
    }
    firstNorm = pair("ln_1")
    attention = pair("attn.c_attn")
    output = pair("attn.c_proj")
    secondNorm = pair("ln_2")
    up = pair("mlp.c_fc")
    down = pair("mlp.c_proj")
    epsilon = configuration.epsilon
    headSize = configuration.headSize
  }

  /// Products are stored `[in, out]`.
  private func product(
    _ x: Tensor, _ weight: (Tensor, Tensor), _ precision: Precision
  ) throws(TorchError) -> Tensor {
    try x.linear(weight.0.transposed(0, 1), bias: weight.1, precision: precision)
  }

  func project(_ x: Tensor, _ precision: Precision) throws(TorchError) -> Tensor {
    let normed = try x.layerNorm(firstNorm.0, firstNorm.1, epsilon: epsilon)
    return try product(normed, attention, precision).reshaped(x.sizes[0], -1, headSize)
  }

  func combine(
    _ x: Tensor, _ attended: Tensor, _ precision: Precision
  ) throws(TorchError) -> Tensor {
    try x + product(attended, output, precision)
  }

  func feedForward(_ x: Tensor, _ precision: Precision) throws(TorchError) -> Tensor {
    let normed = try x.layerNorm(secondNorm.0, secondNorm.1, epsilon: epsilon)
    let inner = try product(normed, up, precision).gelu(tanh: true)
    return try x + product(inner, down, precision)
  }
}

struct LlamaBlock: DecoderBlock {
  private let firstNorm: Tensor
  private let queries: (Tensor, Tensor?)
  private let keys: (Tensor, Tensor?)
  private let values: (Tensor, Tensor?)
  private let output: (Tensor, Tensor?)
  private let secondNorm: Tensor
  private let gate: (Tensor, Tensor?)
  private let up: (Tensor, Tensor?)
  private let down: (Tensor, Tensor?)
  private let epsilon: Double
  private let headSize: Int

  init(_ weights: Weights, layer: Int, _ configuration: ModelConfiguration) {
    let name = "model.layers.\(layer)"
    func product(_ part: String, _ hasBias: Bool) -> (Tensor, Tensor?) {
      (
        weights["\(name).\(part).weight"],
        hasBias ? weights["\(name).\(part).bias"] : nil
      )
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

  func project(_ x: Tensor, _ precision: Precision) throws(TorchError) -> Tensor {
    let normed = try x.rmsNorm(firstNorm, epsilon: epsilon)
    let parts = [
      try normed.linear(queries.0, bias: queries.1, precision: precision),
      try normed.linear(keys.0, bias: keys.1, precision: precision),
      try normed.linear(values.0, bias: values.1, precision: precision),
    ]
    return try Tensor.concatenate(parts, 1).reshaped(x.sizes[0], -1, headSize)
  }

  func combine(
    _ x: Tensor, _ attended: Tensor, _ precision: Precision
  ) throws(TorchError) -> Tensor {
    try x + attended.linear(output.0, bias: output.1, precision: precision)
  }

  func feedForward(_ x: Tensor, _ precision: Precision) throws(TorchError) -> Tensor {
    let normed = try x.rmsNorm(secondNorm, epsilon: epsilon)
    let gated = try normed.linear(gate.0, bias: gate.1, precision: precision).silu()
    let inner = try gated * normed.linear(up.0, bias: up.1, precision: precision)
    return try x + inner.linear(down.0, bias: down.1, precision: precision)
  }
}
