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
  /// The steps of those checkpoints; nil where data decide how many steps there are.
  var checkpointSteps: [Int]? { get }
  /// Whether an evaluation against a reference measures this stage without being told to.
  func departs(from reference: ModelSource) -> Bool
}

extension PolicyStage {
  public var checkpointSteps: [Int]? { nil }

  public func departs(from reference: ModelSource) -> Bool { true }
}

/// Supervised fine-tuning that goes on from the reference is a method like the others; what leads
/// to the reference is not.
extension LanguageModelStage: PolicyStage {
  public var title: String { "SFT" }
  public var options: [String: String] { ["learn": learns.rawValue] }
  public var rewardScale: Double? { nil }
  public var checkpoints: Int { training.checkpoints }
  public var checkpointSteps: [Int]? { training.knownCheckpointSteps }

  public func departs(from reference: ModelSource) -> Bool {
    model.origin == .existing(reference)
  }
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
