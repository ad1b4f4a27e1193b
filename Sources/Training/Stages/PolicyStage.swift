/// A stage that leaves an aligned policy, which an evaluation measures at every checkpoint.
public protocol PolicyStage: Stage {
  /// The method as papers print it.
  var title: String { get }
  /// What tells this stage from others of its method.
  var options: [String: String] { get }
  /// What turns log-ratios into the method's implicit rewards; nil where it has none.
  var rewardScale: Double? { get }
  /// Checkpoints along one training.
  var checkpoints: Int { get }
}

extension AlignStage: PolicyStage {
  public var title: String { type(of: objective).title }

  public var options: [String: String] {
    var options = ["K": String(width)]
    for option in objective.options { options[option.name] = option.value }
    return options
  }

  public var rewardScale: Double? { objective.rewardScale }
}
