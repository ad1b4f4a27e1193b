import Recipe
import Torch

/// A loss over the candidates of a prompt: one method of alignment, with its options.
///
/// A pure function of ``Candidates``: it changes none of its inputs, draws no random numbers, and
/// gives the same loss whatever the order of prompts. Adding one is a file with its options, a line
/// in ``ObjectiveRegistry``, and a test with a number derived by hand.
public protocol Objective: Sendable {
  /// As recipes write it: `exo-pref`.
  static var name: String { get }
  /// As papers print it: `EXO-pref`.
  static var title: String { get }
  /// What it is, for whoever asks the program.
  static var card: MethodCard { get }

  /// Reads the options; mistakes are recorded in the section.
  init(from section: Section)

  /// What the candidates must come with.
  var needs: ObjectiveNeeds { get }

  /// Every option and its value, for records and reports.
  var options: [(name: String, value: String)] { get }

  /// The least number of valid candidates from which a prompt teaches anything.
  var smallestGroup: Int { get }

  /// The least number of prompts of a step; two where they are compared with each other.
  var smallestStep: Int { get }

  /// Whether the loss of a prompt depends on the other prompts of its step, so that a step cannot
  /// be run in parts.
  var couplesPrompts: Bool { get }

  /// Whether the gradient holds factors of the loss constant, so that the number reported is not what
  /// training descends, and does not compare from step to step.
  var isSurrogate: Bool { get }

  /// What turns log-ratios d into implicit rewards: β, or β_π.
  var rewardScale: Double { get }

  /// The scaled margin u below which a pair has in effect no gradient left, where there is one.
  var lostBelow: Double? { get }

  /// Why a group with these rewards cannot be used, or nil.
  func objection(to rewards: [Double]) -> String?

  /// The places of the candidates that the loss depends on, where it is not all of them: a training
  /// then runs no other through the model, and knows nothing of them.
  func read(of rewards: [Double]) -> [Int]?

  /// What a prompt counts for in a step: a step's loss is the sum of its prompts' losses over the sum
  /// of their weights. 1, for a mean over prompts; the tokens that a loss is a sum over, for a mean
  /// over the step's tokens.
  ///
  /// - Parameters:
  ///   - lengths: scored tokens of each candidate.
  ///   - rewards: of each candidate; empty where there are none.
  func weight(lengths: [Int], rewards: [Double]) -> Double

  /// One loss for each prompt, `[prompt]`, in nats where the objective is a divergence; 0 without
  /// gradient for prompts of fewer than ``smallestGroup`` valid candidates.
  ///
  /// - Throws: ``TorchError`` when the candidates lack what the objective ``needs``.
  func loss(_ candidates: Candidates) throws(TorchError) -> Tensor

  /// What else is worth watching while this objective is trained; see ``Monitor``.
  func monitors(_ candidates: Candidates) throws(TorchError) -> [Monitor]
}

extension Objective {
  public var smallestGroup: Int { 2 }
  public var smallestStep: Int { couplesPrompts ? 2 : 1 }
  public var couplesPrompts: Bool { false }
  public var isSurrogate: Bool { false }
  public var rewardScale: Double { 1 }
  public var lostBelow: Double? { nil }
  public func objection(to rewards: [Double]) -> String? { nil }
  public func read(of rewards: [Double]) -> [Int]? { nil }
  public func weight(lengths: [Int], rewards: [Double]) -> Double { 1 }
  public func monitors(_ candidates: Candidates) throws(TorchError) -> [Monitor] { [] }

  /// Why this objective cannot be used with what a data set and its anchors offer, or nil.
  public func refusal(offered: ObjectiveNeeds) -> String? {
    let missing = needs.subtracting(offered)
    return missing.isEmpty ? nil : "\(Self.name) needs \(missing), and there is none"
  }

  /// The losses of a part of a step, added up; a scalar.
  ///
  /// Prompts of fewer than ``smallestGroup`` candidates add nothing, and a step cut into other parts has
  /// the same sum, unless the objective ``couplesPrompts``.
  ///
  /// - Parameter weights: what each prompt's loss counts for; 1 where there are none. What an objective
  ///   takes from all prompts of a step, as KTO its estimate of the divergence, knows no weights.
  public func summedLoss(
    _ candidates: Candidates, weights: [Double] = []
  ) throws(TorchError) -> Tensor {
    let losses = try loss(candidates)
    guard losses.sizes == [candidates.policy.sizes[0]] else {
      throw .shape(
        operation: "\(Self.name) loss", expected: "[prompt \(candidates.policy.sizes[0])]",
        found: losses.sizes)
    }
    let counted = try candidates.counted(atLeast: smallestGroup)
    return try RowWeights.sum(losses.filled(where: counted.not(), with: 0), weights)
  }
}
