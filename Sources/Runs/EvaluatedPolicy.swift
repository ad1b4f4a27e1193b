/// A checkpoint that was evaluated.
public struct EvaluatedPolicy: Codable, Sendable, Equatable {
  /// Unique in the run: `<stage>/seed-<s>/step-<n>`, or the stage name where it has one checkpoint.
  public var id: String
  /// The stage (method with its options) this belongs to; seeds and checkpoints of one stage share it.
  public var group: String
  /// The objective's name as papers print it (`DPO-pref`, `EXO-rw`, `SFT`, …).
  public var method: String
  public var seed: Int?
  public var step: Int?
  /// The last checkpoint of its training; headline tables show only these.
  public var isFinal: Bool
  /// Options that tell groups apart (`beta`, `K`, …), printed as given.
  public var options: [String: String]
  /// SHA-256 of the weights.
  public var weights: String
  /// The stage that the recipe writes, where the group is one of the settings that it stands for.
  public var sweep: String?

  public init(
    id: String, group: String, method: String, seed: Int?, step: Int?, isFinal: Bool,
    options: [String: String], weights: String, sweep: String? = nil
  ) {
    self.id = id
    self.group = group
    self.method = method
    self.seed = seed
    self.step = step
    self.isFinal = isFinal
    self.options = options
    self.weights = weights
    self.sweep = sweep
  }
}
