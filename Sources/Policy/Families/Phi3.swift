import Torch

/// Llama with queries, keys and values in one product and both sides of the gate in another; part of a
/// head may be turned, and each token may look back over a window. Phi 3 and 4.
///
/// Its long contexts scale in a way of their own (longrope), which is refused.
///
/// Source: Abdin et al. 2024, "Phi-3 Technical Report"; `phi3` of `transformers`.
struct Phi3: RotaryFamily {
  let type = "phi3"
  let className = "Phi3"
  let ownKeys: Set = [
    "layer_types", "original_max_position_embeddings", "partial_rotary_factor", "sliding_window",
  ]
  let defaults = RotaryDefaults(epsilon: 1e-5)
  let rotaryKeys = ConfigurationReader.RotaryKeys(share: "partial_rotary_factor")
  let rotaryTypes = ["default"]

  func read(
    _ reader: ConfigurationReader, into c: inout ModelConfiguration
  ) throws(PolicyError) {
    let window = try reader.window(default: nil)
    c.windows = try reader.windows(window, layers: c.layers) { _ in true }
    if window != nil, c.windows.contains(nil) { throw reader.unsupported("layer_types") }
  }

  func writeOwn(_ c: ModelConfiguration, into keys: inout [String: Any]) {
    c.writeWindow(into: &keys)
  }

  func layer(_ name: String, of c: ModelConfiguration, into table: inout ParameterTable) {
    let queries = c.heads * c.headSize
    let all = queries + 2 * c.keyValueHeads * c.headSize
    table.norm("\(name).input_layernorm", c.hidden)
    table.norm("\(name).post_attention_layernorm", c.hidden)
    func product(
      _ part: String, from width: Int, to out: Int, _ start: ParameterTable.Start = .normal
    ) {
      table.product("\(name).\(part)", from: width, to: out, start, hasBias: false)
    }
    product("self_attn.qkv_proj", from: c.hidden, to: all)
    product("self_attn.o_proj", from: queries, to: c.hidden, .residual)
    product("mlp.gate_up_proj", from: c.hidden, to: 2 * c.feedForward)
    product("mlp.down_proj", from: c.feedForward, to: c.hidden, .residual)
  }

  func block(_ weights: Weights, layer: Int, _ c: ModelConfiguration) -> any DecoderBlock {
    Block(weights, "model.layers.\(layer)", c)
  }

  func kept(by c: ModelConfiguration) -> LayerNumbers {
    LayerNumbers(
      c, attention: ["qkv_proj"], output: "o_proj", upper: ["gate_up_proj"], down: "down_proj")
  }

  private struct Block: DecoderBlock {
    let firstNorm: Norm
    var attention: Product
    var output: Product
    let secondNorm: Norm
    var gateAndUp: Product
    var down: Product
    let activation: Activation
    let headSize: Int
    let feedForward: Int

    init(_ weights: Weights, _ name: String, _ c: ModelConfiguration) {
      func norm(_ part: String) -> Norm {
        .rootMeanSquare(weights, "\(name).\(part)", epsilon: c.epsilon)
      }
      firstNorm = norm("input_layernorm")
      attention = Product(weights, "\(name).self_attn.qkv_proj")
      output = Product(weights, "\(name).self_attn.o_proj")
      secondNorm = norm("post_attention_layernorm")
      gateAndUp = Product(weights, "\(name).mlp.gate_up_proj")
      down = Product(weights, "\(name).mlp.down_proj")
      activation = c.activation
      headSize = c.headSize
      feedForward = c.feedForward
    }

    func packed(_ packing: Packing) throws(TorchError) -> Block {
      var copy = self
      copy.attention = try attention.packed(packing)
      copy.output = try output.packed(packing)
      copy.gateAndUp = try gateAndUp.packed(packing)
      copy.down = try down.packed(packing)
      return copy
    }

    func project(_ x: Tensor, _ precision: Precision) throws(TorchError) -> Tensor {
      try attention(firstNorm(x), precision).reshaped(x.sizes[0], -1, headSize)
    }

    func finish(
      _ x: Tensor, _ attended: Tensor, _ precision: Precision
    ) throws(TorchError) -> Tensor {
      let x = try x + output(attended, precision)
      let both = try gateAndUp(secondNorm(x), precision).split(1, [feedForward, feedForward])
      return try x + down(activation(both[0]) * both[1], precision)
    }
  }
}
