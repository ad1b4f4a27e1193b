/// What a layer leaves for its backward pass beside attention's own, in numbers of a row.
struct LayerNumbers {
  /// Products that read one tensor, by the last parts of their names, and its width.
  struct Input {
    let products: [String]
    let width: Int
  }

  /// What norms have made, or read.
  var norms: Int
  /// What products have read, which only those that move leave.
  var inputs: [Input]
  /// Between the products of the feed-forward layer.
  var between: Int

  /// A layer with a norm in front of attention and one in front of feed-forward.
  ///
  /// - Parameters:
  ///   - attention: products that make queries, keys and values.
  ///   - output: the one behind attention.
  ///   - upper: those that feed-forward begins with.
  ///   - down: the one that ends it.
  init(
    _ c: ModelConfiguration, attention: [String], output: String, upper: [String], down: String
  ) {
    norms = 2 * c.hidden
    inputs = [
      Input(products: attention, width: c.hidden),
      Input(products: [output], width: c.heads * c.headSize),
      Input(products: upper, width: c.hidden), Input(products: [down], width: c.feedForward),
    ]
    // A gate's product keeps both of its factors.
    between = (c.activation.kept + (c.isGated ? 2 : 0)) * c.feedForward
  }

  /// Queries, keys, values, gate and both others as products of their own.
  static func separate(_ c: ModelConfiguration) -> LayerNumbers {
    LayerNumbers(
      c, attention: ["q_proj", "k_proj", "v_proj"], output: "o_proj",
      upper: ["gate_proj", "up_proj"], down: "down_proj")
  }

  /// The same with norms over queries and keys.
  func normalisingQueriesAndKeys(_ c: ModelConfiguration) -> LayerNumbers {
    var numbers = self
    numbers.norms += (c.heads + c.keyValueHeads) * c.headSize
    return numbers
  }
}
