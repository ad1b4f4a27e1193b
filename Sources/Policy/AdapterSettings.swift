/// A low-rank adapter: what of a model it changes, and how far.
///
/// Source: Hu et al. 2021, "LoRA: Low-Rank Adaptation of Large Language Models"; names and rules of PEFT's
/// `LoraConfig`.
public struct AdapterSettings: Equatable, Sendable {
  public enum Targets: Equatable, Sendable {
    /// Every matrix product but the output head.
    case allLinear
    /// Products whose path is one of these, or ends with one behind a dot.
    case named([String])
  }

  /// At least 1.
  public var rank: Int
  /// What is added to a product is scaled by alpha / rank, or alpha / √rank where ``isRankStabilised``.
  public var alpha: Double
  /// Share of an adapter's inputs that are set to 0 while it learns, in [0, 1).
  public var dropout: Double
  public var targets: Targets
  /// Source: Kalajdzievski 2023, "A Rank Stabilization Scaling Factor for Fine-Tuning with LoRA".
  public var isRankStabilised: Bool
  /// Modules that are trained whole and saved with the adapter. A reward head is among them without being
  /// named.
  public var saved: [String]

  public init(
    rank: Int, alpha: Double, dropout: Double = 0, targets: Targets = .allLinear,
    isRankStabilised: Bool = false, saved: [String] = []
  ) {
    self.rank = rank
    self.alpha = alpha
    self.dropout = dropout
    self.targets = targets
    self.isRankStabilised = isRankStabilised
    self.saved = saved
  }

  public var scale: Double {
    alpha / (isRankStabilised ? Double(rank).squareRoot() : Double(rank))
  }

  /// Whether a module's path is a name, or ends with it.
  static func names(_ name: String, _ module: String) -> Bool {
    module == name || module.hasSuffix("." + name)
  }

  /// Whether a name of `modules_to_save` means a module: whatever ends with it, as in PEFT, where `norm` is
  /// `input_layernorm` too.
  ///
  /// Source: PEFT 0.21, `utils/other.py`, `_set_trainable`.
  private static func saves(_ name: String, _ module: String) -> Bool {
    !name.isEmpty && module.hasSuffix(name)
  }

  // MARK: Of a model

  /// The products that get an adapter, in the order of the family's table.
  func products(of c: ModelConfiguration) -> [ParameterTable.Row] {
    let products = c.family.parameters(of: c).filter { $0.product != nil }
    guard case .named(let names) = targets else { return products }
    return products.filter { row in names.contains { Self.names($0, row.module) } }
  }

  /// Weights that are trained whole.
  func whole(of c: ModelConfiguration) -> [ParameterTable.Row] {
    c.family.parameters(of: c).filter { row in
      row.module == "score" || saved.contains { Self.saves($0, row.module) }
    }
  }

  /// Whether a training under these settings goes on with an adapter of others: the same numbers, scaled the
  /// same way.
  ///
  /// - Parameter c: the model that the other adapter changes.
  public func goesOn(with other: AdapterSettings, of c: ModelConfiguration) -> Bool {
    other.rank == rank && other.scale == scale
      && other.products(of: c).map(\.name) == products(of: c).map(\.name)
      && other.whole(of: c).map(\.name) == whole(of: c).map(\.name)
  }

  /// Why others cannot go on with this one, beginning with the setting to change.
  public func parting(of c: ModelConfiguration) -> String {
    "adapter: the model that it begins from is under an adapter already (rank \(rank), scale "
      + "\(scale), \(products(of: c).count) modules), and another cannot go on with it; "
      + "write the same one, or begin from what plumb merge makes of it"
  }

  /// Numbers that a training moves.
  public func count(in c: ModelConfiguration) -> Int {
    products(of: c).compactMap(\.widths).reduce(0) { $0 + rank * ($1.input + $1.output) }
      + whole(of: c).reduce(0) { $0 + $1.shape.reduce(1, *) }
  }

  /// What does not fit a model, beginning with the setting to change; nil where all does.
  public func problem(of c: ModelConfiguration) -> String? {
    let family = c.family
    let rows = family.parameters(of: c)
    let products = rows.filter { $0.product != nil }
    if case .named(let names) = targets {
      for name in names where !products.contains(where: { Self.names(name, $0.module) }) {
        let isHead = rows.contains { $0.product == nil && Self.names(name, $0.module) }
        return "targets: "
          + (isHead
            ? "\(name) is no linear layer of a block; modules_to_save trains it whole"
            : "\(name) is no linear layer of \(family.type)") + Self.offer(products)
      }
      guard !names.isEmpty else { return "targets: names no linear layer" + Self.offer(products) }
    }
    let targeted = Set(self.products(of: c).map(\.module))
    for name in saved {
      let meant = rows.filter { Self.saves(name, $0.module) }
      if meant.isEmpty {
        return "modules_to_save: \(name) is no module of \(family.type)" + Self.offer(rows)
      }
      if let row = meant.first(where: { targeted.contains($0.module) }) {
        return "modules_to_save: \(row.module) is among the targets already"
      }
      if c.isTied, meant.contains(where: { $0.name == family.embedding }) {
        return "modules_to_save: \(name) is embedding and output head in one, which PEFT would part"
      }
    }
    return nil
  }

  private static func offer(_ rows: [ParameterTable.Row]) -> String {
    var seen: Set<String> = []
    let names = rows.map { $0.module.split(separator: ".").last.map(String.init) ?? $0.module }
      .filter { seen.insert($0).inserted }
    return " (there is \(names.joined(separator: ", ")))"
  }
}
