import Torch

/// What the weights of a checkpoint are stored as. They are computed with as float32.
public struct StoredTypes: Equatable, Sendable, CustomStringConvertible {
  /// The type of most numbers, which `config.json` names.
  public let common: ElementType
  /// Of tensors that have another.
  private let others: [String: ElementType]

  public init(_ common: ElementType) {
    self.common = common
    others = [:]
  }

  /// All weights as a type that PyTorch calls so; nil where models are not stored as it.
  public static func named(_ name: String) -> StoredTypes? {
    [.float32, .bfloat16, .float16].first { $0.torchName == name }.map { StoredTypes($0) }
  }

  /// - Parameter found: each tensor's type and count of numbers.
  init(_ found: [(name: String, type: ElementType, count: Int)]) {
    var counts: [ElementType: Int] = [:]
    for tensor in found { counts[tensor.type, default: 0] += tensor.count }
    let common = found.map(\.type).max { (counts[$0] ?? 0) < (counts[$1] ?? 0) } ?? .float32
    self.common = common
    others = Dictionary(
      found.filter { $0.type != common }.map { ($0.name, $0.type) },
      uniquingKeysWith: { first, _ in first })
  }

  public subscript(name: String) -> ElementType { others[name] ?? common }

  public var description: String {
    let rest = Set(others.values.map(\.torchName)).sorted().joined(separator: ", ")
    return others.isEmpty ? common.torchName : "\(common.torchName), some of it \(rest)"
  }

  /// Some numbers lose digits where they are stored.
  public var isNarrow: Bool {
    ([common] + others.values).contains { $0 == .bfloat16 || $0 == .float16 }
  }
}
