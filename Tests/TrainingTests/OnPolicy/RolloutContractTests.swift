import Recipe
import Testing
import Torch

@testable import Training

/// The promises that hold for every on-policy method, by name.
private let promises: [(name: String, check: @Sendable (any RolloutObjective) throws -> String?)] =
  [
    ("one loss for each sample", { try RolloutContracts.oneLossForEachSample($0) }),
    ("gradient is the slope", { try RolloutContracts.gradientIsTheSlope($0) }),
    ("samples do not meet", { try RolloutContracts.samplesDoNotMeet($0) }),
    (
      "what lies behind the end is nothing",
      { try RolloutContracts.whatLiesBehindTheEndIsNothing($0) }
    ),
    ("order of prompts is nothing", { try RolloutContracts.orderOfPromptsIsNothing($0) }),
    ("gradient follows the advantages", { try RolloutContracts.gradientFollowsTheAdvantages($0) }),
    ("float32 is near", { try RolloutContracts.float32IsNear($0) }),
  ]

/// A method of the registry with options of its section.
func rolloutMethod(_ name: String, _ options: String = "{}") throws -> any RolloutObjective {
  let document = try RecipeDocument.parse(
    "method: \(name)\n\(name): \(options)", name: "recipe.yaml")
  let method = RolloutObjectiveRegistry.objective(in: document.root)
  try document.finish()
  return method
}

@Suite struct RolloutContractTests {
  @Test(arguments: [
    ("ppo", "{}"), ("ppo", "{dual_clip: 3, whiten_rewards: true, gamma: 0.9}"), ("grpo", "{}"),
    ("grpo", "{reduction: token-mean, kl_estimator: k2}"), ("grpo", "{reduction: constant}"),
    ("rloo", "{}"), ("reinforce", "{}"), ("policy-gradient", "{}"), ("nash-md", "{}"),
    ("nash-md", "{kl_per_token: true}"),
  ])
  func `every method keeps every promise`(name: String, options: String) throws {
    let method = try rolloutMethod(name, options)
    for (promise, check) in promises {
      let broken = try check(method)
      #expect(broken == nil, "\(name) \(options): \(promise): \(broken ?? "")")
    }
  }

  @Test func `no method is left out above`() {
    #expect(
      RolloutObjectiveRegistry.all.map { $0.name } == [
        "ppo", "grpo", "rloo", "reinforce", "policy-gradient", "nash-md",
      ])
  }

  @Test(arguments: [
    (BrokenMethod.Fault.oneLossInAll, "one loss for each sample"),
    (.constantRatio, "gradient is the slope"), (.sharedBaseline, "samples do not meet"),
    (.padsMeasured, "what lies behind the end is nothing"),
    (.firstPromptFavoured, "order of prompts is nothing"),
    (.firstTokenAlone, "gradient follows the advantages"),
    (.wrongSign, "gradient follows the advantages"), (.wide, "float32 is near"),
  ])
  func `a broken method is found`(fault: BrokenMethod.Fault, promise: String) throws {
    let check = try #require(promises.first { $0.name == promise }?.check)
    #expect(try check(BrokenMethod(fault)) != nil)
    #expect(try check(BrokenMethod(.none)) == nil)
  }
}

/// RLOO with one fault, to show that each promise is really checked.
struct BrokenMethod: RolloutObjective {
  enum Fault: Sendable {
    case none, oneLossInAll, constantRatio, sharedBaseline, padsMeasured, firstPromptFavoured
    case firstTokenAlone, wrongSign, wide
  }

  static let name = "broken"
  static let title = "Broken"
  static let card = MethodCard(summary: "", formula: "", paper: "", watch: "")
  static let usual = RolloutDefaults(samples: 3, kl: 0, epochs: 1)
  let fault: Fault
  private let whole = RLOO()

  init(_ fault: Fault) { self.fault = fault }
  init(from section: Section) { fault = .none }

  var options: [(name: String, value: String)] { [] }

  func credit(_ episodes: [Episode], samples: Int, kl: Double) -> [Credit] {
    var credits = whole.credit(episodes, samples: samples, kl: kl)
    if fault == .firstPromptFavoured { credits[0].advantages[0] += 1 }
    return credits
  }

  func losses(_ rollout: Rollout) throws(TorchError) -> Tensor {
    let losses = try whole.losses(rollout)
    switch fault {
    case .none, .firstPromptFavoured: return losses
    case .oneLossInAll: return try losses.sum()
    case .constantRatio: return try losses.detached() + rollout.policy.sum(1) * 0
    case .sharedBaseline: return try losses - losses.mean()
    case .padsMeasured: return try losses + rollout.valid.not().converted(to: .float64).sum(1)
    case .firstTokenAlone:
      return try -(rollout.advantages * rollout.policy).slice(1, 0..<1).squeezed(1)
    case .wrongSign: return try -losses
    case .wide: return try losses.converted(to: .float64)
    }
  }
}
