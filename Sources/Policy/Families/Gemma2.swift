import Foundation
import Runs
import Torch

/// Norms before and behind attention and feed-forward, whose weights count from 1; embeddings scaled by
/// the root of the width; scores and logits bent below a cap; every other layer looks back over a window.
///
/// Source: Gemma Team 2024, "Gemma 2"; `gemma2` of `transformers`.
struct Gemma2: RotaryFamily {
  let type = "gemma2"
  let className = "Gemma2"
  let activationKey = "hidden_activation"
  let ownKeys: Set = [
    "attention_bias", "attn_logit_softcapping", "final_logit_softcapping", "hidden_act",
    "layer_types", "query_pre_attn_scalar", "sliding_window", "sliding_window_size",
  ]
  let fixed: [String: [JSONValue]] = ["use_bidirectional_attention": [.boolean(false)]]
  let fractions: Set = [
    "attn_logit_softcapping", "final_logit_softcapping", "initializer_range",
  ]
  let defaults = RotaryDefaults(
    isTied: true, activation: .geluTanh, keyValueHeads: 4, headSize: 256)
  let normStart = ParameterTable.Start.zeros

  func prepare(_ c: inout ModelConfiguration) {
    c.activation = defaults.activation
    c.attentionCap = 50
    c.attentionCap = 50
    c.logitCap = 30
    c.queryScalar = Double(c.headSize)
    c.windows = (0..<max(0, c.layers)).map { $0 % 2 == 0 ? 4096 : nil }
  }

  func read(
    _ reader: ConfigurationReader, into c: inout ModelConfiguration
  ) throws(PolicyError) {
    c.attentionBias = try reader.flag("attention_bias", default: false)
    c.attentionCap = try cap("attn_logit_softcapping", default: 50, reader)
    c.logitCap = try cap("final_logit_softcapping", default: 30, reader)
    let scalar = try reader.number("query_pre_attn_scalar", default: 256)
    guard scalar > 0 else {
      throw reader.fail("query_pre_attn_scalar is \(scalar); it must be above 0")
    }
    c.queryScalar = scalar
    // Files of both spellings say it twice.
    if reader.present("hidden_act"),
      try reader.activation("hidden_act", default: c.activation) != c.activation
    {
      throw reader.fail("hidden_act and hidden_activation differ; let both say the same")
    }
    let window = try reader.window(default: 4096)
    if reader.present("sliding_window_size"),
      try reader.integer("sliding_window_size") != window
    {
      throw reader.fail("sliding_window_size and sliding_window differ; let both say the same")
    }
    c.windows = try reader.windows(window, layers: c.layers) { $0 % 2 == 0 }
  }

  /// Absent is the default; null is none.
  private func cap(
    _ key: String, default fallback: Double, _ reader: ConfigurationReader
  ) throws(PolicyError) -> Double? {
    if reader.isNull(key) { return nil }
    let cap = try reader.number(key, default: fallback)
    guard cap > 0 else { throw reader.fail("\(key) is \(cap); it must be above 0") }
    return cap
  }

  func writeOwn(_ c: ModelConfiguration, into keys: inout [String: Any]) {
    keys["attention_bias"] = c.attentionBias
    keys["attn_logit_softcapping"] = c.attentionCap ?? NSNull()
    keys["final_logit_softcapping"] = c.logitCap ?? NSNull()
    keys["query_pre_attn_scalar"] = c.queryScalar ?? Double(c.headSize)
    c.writeWindow(into: &keys)
    c.writeLayerTypes(into: &keys)
  }

  func layer(_ name: String, of c: ModelConfiguration, into table: inout ParameterTable) {
    for part in Block.norms { table.norm("\(name).\(part)", c.hidden, normStart) }
    table.attention(
      "\(name).self_attn", c, hasBias: c.attentionBias, outputHasBias: c.attentionBias)
    table.gated("\(name).mlp", c)
  }

  func embed(
    _ ids: Tensor, at positions: Tensor, _ weights: Weights, _ c: ModelConfiguration
  ) throws(TorchError) -> Tensor {
    try weights[embedding].embedding(ids) * Double(c.hidden).squareRoot()
  }

  func block(_ weights: Weights, layer: Int, _ c: ModelConfiguration) -> any DecoderBlock {
    Block(weights, "model.layers.\(layer)", c)
  }

  func finalNorm(_ weights: Weights, _ c: ModelConfiguration) -> Norm {
    c.layers == 0
      ? .none : .scaledFromOne(weight: weights["model.norm.weight"], epsilon: c.epsilon)
  }

  func kept(by c: ModelConfiguration) -> LayerNumbers {
    var numbers = LayerNumbers.separate(c)
    numbers.norms += 2 * c.hidden
    return numbers
  }

  private struct Block: DecoderBlock {
    static let norms = [
      "input_layernorm", "post_attention_layernorm", "pre_feedforward_layernorm",
      "post_feedforward_layernorm",
    ]

    /// Before and behind attention, before and behind feed-forward.
    let norms: [Norm]
    var projections: Projections
    var output: Product
    var feedForward: GatedFeedForward

    init(_ weights: Weights, _ name: String, _ c: ModelConfiguration) {
      norms = Block.norms.map {
        .scaledFromOne(weight: weights["\(name).\($0).weight"], epsilon: c.epsilon)
      }
      projections = Projections(weights, "\(name).self_attn", c)
      output = Product(weights, "\(name).self_attn.o_proj")
      feedForward = GatedFeedForward(weights, "\(name).mlp", c.activation)
    }

    func packed(_ packing: Packing) throws(TorchError) -> Block {
      var copy = self
      copy.projections = try projections.packed(packing)
      copy.output = try output.packed(packing)
      copy.feedForward = try feedForward.packed(packing)
      return copy
    }

    func project(_ x: Tensor, _ precision: Precision) throws(TorchError) -> Tensor {
      try projections(norms[0](x), precision)
    }

    func finish(
      _ x: Tensor, _ attended: Tensor, _ precision: Precision
    ) throws(TorchError) -> Tensor {
      let x = try x + norms[1](output(attended, precision))
      return try x + norms[3](feedForward(norms[2](x), precision))
    }
  }
}
