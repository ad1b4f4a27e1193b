/// The tensors of a model, under the names Hugging Face gives them.
struct ParameterTable {
  struct Row: Equatable {
    var name: String
    var shape: [Int]
    /// How a new weight begins.
    var start: Start
    /// Of the weight of a matrix product: whether it is stored `[in, out]`, or `[out, in]` as usual. nil
    /// for what is none, an output head among them.
    var product: Standing?

    /// The module's path, as Hugging Face has it: the name without its last part.
    var module: String {
      name.lastIndex(of: ".").map { String(name[..<$0]) } ?? name
    }

    /// Sizes of what a product reads and writes; nil where it is none.
    var widths: (input: Int, output: Int)? {
      switch product {
      case nil: nil
      case .inOut: (shape[0], shape[1])
      case .outIn: (shape[1], shape[0])
      }
    }
  }

  enum Standing: Equatable {
    case outIn
    case inOut
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

  private(set) var rows: [Row] = []

  mutating func weight(_ name: String, _ shape: [Int], _ start: Start) {
    rows.append(Row(name: name + ".weight", shape: shape, start: start))
  }

  mutating func norm(_ name: String, _ size: Int, hasBias: Bool = false, _ start: Start = .ones) {
    weight(name, [size], start)
    if hasBias { rows.append(Row(name: name + ".bias", shape: [size], start: .zeros)) }
  }

  /// A product, stored `[out, in]`, or `[in, out]` as GPT-2 has it.
  mutating func product(
    _ name: String, from width: Int, to out: Int, _ start: Start = .normal, hasBias: Bool,
    isTransposed: Bool = false
  ) {
    weight(name, isTransposed ? [width, out] : [out, width], start)
    rows[rows.count - 1].product = isTransposed ? .inOut : .outIn
    if hasBias { rows.append(Row(name: name + ".bias", shape: [out], start: .zeros)) }
  }
}
