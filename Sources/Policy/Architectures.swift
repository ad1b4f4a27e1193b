/// The tensors of each architecture, under the names Hugging Face gives them.
enum Architectures {
  struct Shape: Equatable {
    var name: String
    var shape: [Int]
    /// How a new weight begins.
    var start: Start
  }

  enum Start: Equatable {
    /// Normal with deviation 0.02.
    case normal
    /// Normal, shrunk by 1/√(2 · layers): writes into the residual stream.
    case residual
    /// Normal with deviation 1/√(hidden + 1): a reward head.
    case head
    case ones
    case zeros
  }

  /// The names in front of a body's tensors: files of the hub may leave them out.
  static func prefix(_ configuration: ModelConfiguration) -> String {
    switch configuration.architecture {
    case .gpt2: return "transformer."
    case .llama: return "model."
    }
  }

  /// Buffers that old files carry and nobody needs.
  static func isBuffer(_ name: String) -> Bool {
    name.hasSuffix(".attn.bias") || name.hasSuffix(".attn.masked_bias")
      || name.hasSuffix(".rotary_emb.inv_freq")
  }

  static func shapes(of c: ModelConfiguration) -> [Shape] {
    var shapes: [Shape]
    switch c.architecture {
    case .gpt2: shapes = gpt2(c)
    case .llama: shapes = llama(c)
    }
    if let labels = c.labels {
      shapes.append(Shape(name: "score.weight", shape: [labels, c.hidden], start: .head))
    } else if !c.isTied {
      shapes.append(Shape(name: "lm_head.weight", shape: [c.vocab, c.hidden], start: .normal))
    }
    return shapes
  }

  private static func gpt2(_ c: ModelConfiguration) -> [Shape] {
    var shapes = [
      Shape(name: "transformer.wte.weight", shape: [c.vocab, c.hidden], start: .normal),
      Shape(name: "transformer.wpe.weight", shape: [c.positions, c.hidden], start: .normal),
    ]
    func norm(_ name: String) {
      shapes.append(Shape(name: name + ".weight", shape: [c.hidden], start: .ones))
      shapes.append(Shape(name: name + ".bias", shape: [c.hidden], start: .zeros))
    }
    func product(_ name: String, _ rows: Int, _ columns: Int, _ start: Start) {
      shapes.append(Shape(name: name + ".weight", shape: [rows, columns], start: start))
      shapes.append(Shape(name: name + ".bias", shape: [columns], start: .zeros))
    }
    for layer in 0..<c.layers {
      let name = "transformer.h.\(layer)"
      norm("\(name).ln_1")
      product("\(name).attn.c_attn", c.hidden, 3 * c.hidden, .normal)
      product("\(name).attn.c_proj", c.hidden, c.hidden, .residual)
      norm("\(name).ln_2")
      product("\(name).mlp.c_fc", c.hidden, c.feedForward, .normal)
      product("\(name).mlp.c_proj", c.feedForward, c.hidden, .residual)
    }
    norm("transformer.ln_f")
    return shapes
  }

  private static func llama(_ c: ModelConfiguration) -> [Shape] {
    var shapes = [
      Shape(name: "model.embed_tokens.weight", shape: [c.vocab, c.hidden], start: .normal)
    ]
    func product(_ name: String, _ rows: Int, _ columns: Int, _ start: Start, bias: Bool) {
      shapes.append(Shape(name: name + ".weight", shape: [rows, columns], start: start))
      if bias { shapes.append(Shape(name: name + ".bias", shape: [rows], start: .zeros)) }
    }
    let queries = c.heads * c.headSize
    let keys = c.keyValueHeads * c.headSize
    for layer in 0..<c.layers {
      let name = "model.layers.\(layer)"
      let norms = ["input_layernorm", "post_attention_layernorm"]
      for norm in norms {
        shapes.append(Shape(name: "\(name).\(norm).weight", shape: [c.hidden], start: .ones))
      }
      let attention = "\(name).self_attn."
      product(attention + "q_proj", queries, c.hidden, .normal, bias: c.attentionBias)
      product(attention + "k_proj", keys, c.hidden, .normal, bias: c.attentionBias)
      product(attention + "v_proj", keys, c.hidden, .normal, bias: c.attentionBias)
      product(attention + "o_proj", c.hidden, queries, .residual, bias: c.attentionBias)
      let gated = "\(name).mlp."
      product(gated + "gate_proj", c.feedForward, c.hidden, .normal, bias: c.feedForwardBias)
      product(gated + "up_proj", c.feedForward, c.hidden, .normal, bias: c.feedForwardBias)
      product(gated + "down_proj", c.hidden, c.feedForward, .residual, bias: c.feedForwardBias)
    }
    // A norm over bare embeddings would give rare tokens the weight of common ones.
    if c.layers > 0 {
      shapes.append(Shape(name: "model.norm.weight", shape: [c.hidden], start: .ones))
    }
    return shapes
  }
}
