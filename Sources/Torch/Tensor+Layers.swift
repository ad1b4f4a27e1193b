import CTorch

extension Tensor {
  /// `self · weightᵀ + bias`; `weight` is `[out, in]`.
  ///
  /// - Parameter gelu: goes on through the tanh form of GELU, which costs less than a pass of its own.
  public func linear(
    _ weight: Tensor, bias: Tensor? = nil, precision: Precision = .full, gelu: Bool = false
  ) throws(TorchError) -> Tensor {
    let rounding = precision == .bfloat16
    return try make("linear") { x in
      weight.with { w in
        guard let bias else { return ctorch_linear(x, w, nil, rounding, gelu) }
        return bias.with { ctorch_linear(x, w, $0, rounding, gelu) }
      }
    }
  }

  /// ``linear(_:bias:precision:gelu:)`` with a frozen weight, and `scale` times what goes through `down`,
  /// `[rank, in]`, and `up`, `[out, rank]`, beside it. Gradients are this tensor's, `down`'s and `up`'s.
  public func linear(
    _ weight: Tensor, bias: Tensor?, down: Tensor, up: Tensor, scale: Double, precision: Precision
  ) throws(TorchError) -> Tensor {
    let rounding = precision == .bfloat16
    return try make("adapted linear") { x in
      weight.with { w in
        down.with { a in
          up.with { b in
            guard let bias else {
              return ctorch_adapted_linear(x, w, nil, a, b, scale, rounding)
            }
            return bias.with { ctorch_adapted_linear(x, w, $0, a, b, scale, rounding) }
          }
        }
      }
    }
  }

  /// This `[out, in]` weight laid out for many products with about `rows` rows.
  ///
  /// ``linear(_:bias:precision:gelu:)`` takes it in the weight's place, at the same `precision` and
  /// without gradients; nothing else does. It is the weight itself where no layout is faster.
  public func packed(rows: Int, precision: Precision) throws(TorchError) -> Tensor {
    try make("pack") { ctorch_pack($0, Int64(rows), precision == .bfloat16) }
  }

  /// Gives up the memory of a weight that was laid out anew: it has no numbers any more. Nothing where the
  /// layout is the weight itself.
  public func giveUp(beside packed: Tensor) throws(TorchError) {
    try perform("give up") { w in packed.with { ctorch_give_up(w, $0) } }
  }

  /// Rows of this `[vocab, hidden]` table.
  public func embedding(_ ids: Tensor) throws(TorchError) -> Tensor {
    try make("embedding") { w in ids.with { ctorch_embedding(w, $0) } }
  }

  public func layerNorm(
    _ weight: Tensor, _ bias: Tensor, epsilon: Double
  ) throws(TorchError) -> Tensor {
    try make("layer norm") { x in
      weight.with { w in bias.with { ctorch_layer_norm(x, w, $0, epsilon) } }
    }
  }

  public func rmsNorm(_ weight: Tensor, epsilon: Double) throws(TorchError) -> Tensor {
    try make("rms norm") { x in weight.with { ctorch_rms_norm(x, $0, epsilon) } }
  }

  /// Rotary position embedding of the first `heads` of `[row, head, size]`: of a head's first numbers,
  /// twice as many as there are angles, first half against second half. `cosine` and `sine` are
  /// `[row, angle]`.
  public func rotated(
    _ cosine: Tensor, _ sine: Tensor, heads: Int
  ) throws(TorchError) -> Tensor {
    try make("rotate") { x in
      cosine.with { c in sine.with { ctorch_rotate(x, c, $0, Int64(heads)) } }
    }
  }

  /// Scaled dot-product attention of `[batch, head, time, size]`; `self` holds the queries.
  ///
  /// - Parameters:
  ///   - mask: added to the scores, or boolean with true where attention is allowed; broadcast to
  ///     `[batch, head, time, keys]`. A span with a window takes none.
  ///   - span: which keys a query looks at; its own stands where it does.
  ///   - cap: bends scores to cap · tanh(score / cap), before anything is masked.
  public func attention(
    _ keys: Tensor, _ values: Tensor, mask: Tensor? = nil, span: AttentionSpan = .everything,
    scale: Double, cap: Double? = nil
  ) throws(TorchError) -> Tensor {
    let (causal, window) = (span.isCausal, Int64(span.window ?? 0))
    return try make("attention") { q in
      keys.with { k in
        values.with { v in
          guard let mask else {
            return ctorch_attention(q, k, v, nil, causal, window, scale, cap ?? 0)
          }
          return mask.with { ctorch_attention(q, k, v, $0, causal, window, scale, cap ?? 0) }
        }
      }
    }
  }

  /// Attention of one new token a row over the row's cache, which it joins; without gradient.
  ///
  /// `self` holds the token's queries, keys and values, `[row, head, size]`. Keys and values are
  /// written into the caches in place; queries then look at all places up to there, or at the last of
  /// them where there is a window.
  ///
  /// - Parameters:
  ///   - keys: `[row, key-value head, place, size]`, as `values`.
  ///   - places: `[row]`, where the new token stands.
  /// - Returns: `[row, query heads · size]`.
  public func attention(
    intoCache keys: Tensor, _ values: Tensor, at places: Tensor, window: Int? = nil,
    scale: Double, cap: Double? = nil
  ) throws(TorchError) -> Tensor {
    try make("attention over a cache") { all in
      keys.with { k in
        values.with { v in
          places.with {
            ctorch_attend_cache(all, k, v, $0, Int64(window ?? 0), scale, cap ?? 0)
          }
        }
      }
    }
  }

  /// log softmax(self · weightᵀ / temperature) at `ids`, in nats, `[row]`.
  ///
  /// The logits of `chunk` rows exist at a time, and again in the backward pass; a float32
  /// `[row, vocab]` is never kept. `cap` bends logits to cap · tanh(logit / cap) before they are
  /// divided.
  public func tokenLogProbabilities(
    _ weight: Tensor, _ ids: Tensor, temperature: Double = 1, cap: Double? = nil,
    chunk: Int = 256, precision: Precision = .full
  ) throws(TorchError) -> Tensor {
    try make("token log-probabilities") { h in
      weight.with { w in
        ids.with {
          ctorch_token_log_probabilities(
            h, w, $0, temperature, cap ?? 0, Int64(chunk), precision == .bfloat16)
        }
      }
    }
  }
}

/// How matrix products are done. Weights, sums and everything else stay float32.
public enum Precision: String, CaseIterable, Sendable {
  /// The type of the operands.
  case full = "float32"
  /// Operands and results rounded to bfloat16, sums in float32: in hardware where the processor
  /// can, otherwise by rounding float32 numbers, which is faster there than bfloat16 storage.
  case bfloat16
}
