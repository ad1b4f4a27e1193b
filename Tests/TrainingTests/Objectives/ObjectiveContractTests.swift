import Foundation
import Recipe
import Testing
import Torch
import Training

private typealias Contracts = ObjectiveContracts

/// The promises that hold for every objective, whatever its options, by name.
private let promises: [(name: String, check: @Sendable (any Objective) throws -> String?)] = [
  ("one loss for each prompt", { try Contracts.givesOneLossForEachPrompt($0) }),
  ("gradient is the slope", { try Contracts.gradientIsTheSlope($0) }),
  ("order of prompts is nothing", { try Contracts.orderOfPromptsIsNothing($0) }),
  ("prompts meet only where said", { try Contracts.promptsMeetOnlyWhereSaid($0) }),
  ("order of candidates is nothing", { try Contracts.orderOfCandidatesIsNothing($0) }),
  ("inputs are left alone", { try Contracts.inputsAreLeftAlone($0) }),
  ("absent candidates have no effect", { try Contracts.absentCandidatesHaveNoEffect($0) }),
  ("small groups teach nothing", { try Contracts.smallGroupsTeachNothing($0) }),
  ("parts of a step add up", { try Contracts.partsOfAStepAddUp($0) }),
  ("float32 is near", { try Contracts.float32IsNear($0) }),
  ("what is needed is missed", { try Contracts.whatIsNeededIsMissed($0) }),
  ("other widths are refused", { try Contracts.otherWidthsAreRefused($0) }),
  ("options are read back", { try Contracts.optionsAreReadBack($0) }),
]

/// Checks an objective with options that are not the defaults, which the registry's tests check.
func expectPromises(
  of objective: any Objective, sourceLocation: SourceLocation = #_sourceLocation
) throws {
  for (promise, check) in promises {
    let broken = try check(objective)
    #expect(broken == nil, "\(promise): \(broken ?? "")", sourceLocation: sourceLocation)
  }
}

private func registered(_ name: String) throws -> any Objective {
  let type = try #require(ObjectiveRegistry.type(named: name))
  return type.init(from: try RecipeDocument.parse("", name: "recipe.yaml").root)
}

@Suite struct ObjectiveContractTests {
  @Test(arguments: ObjectiveRegistry.all.map { $0.name })
  func everyRegisteredObjectiveKeepsEveryPromise(name: String) throws {
    let objective = try registered(name)
    for (promise, check) in promises {
      let broken = try check(objective)
      #expect(broken == nil, "\(name): \(promise): \(broken ?? "")")
    }
  }

  @Test(arguments: ["dpo-pref", "dpo-rw", "exo-pref", "exo-rw"])
  func aConstantOfEachPromptInTheLogRatiosCancels(name: String) throws {
    #expect(try Contracts.constantsOfALogRatioCancel(registered(name)) == nil)
  }

  @Test(arguments: ["dpo-rw", "exo-rw", "best-of-m"])
  func aConstantOfEachPromptInTheRewardsCancels(name: String) throws {
    #expect(try Contracts.constantsOfARewardCancel(registered(name)) == nil)
  }

  // MARK: Each promise can be broken

  @Test(arguments: [
    (BrokenObjective.Fault.oneLossInAll, "one loss for each prompt"),
    (.constantWeight, "gradient is the slope"),
    (.saidToBeASurrogate, "gradient is the slope"),
    (.firstPromptFavoured, "order of prompts is nothing"),
    (.sharedBaseline, "prompts meet only where said"),
    (.saidToCouple, "prompts meet only where said"),
    (.firstCandidateFavoured, "order of candidates is nothing"),
    (.rewardsOverwritten, "inputs are left alone"),
    (.maskMultiplied, "absent candidates have no effect"),
    (.loneCandidatesPunished, "small groups teach nothing"),
    (.sharedBaseline, "parts of a step add up"),
    (.wide, "float32 is near"),
    (.moreIsNeeded, "what is needed is missed"),
    (.pairsAreSaid, "other widths are refused"),
    (.optionIsLost, "options are read back"),
  ])
  func aBrokenObjectiveIsFound(fault: BrokenObjective.Fault, promise: String) throws {
    let check = try #require(promises.first { $0.name == promise }?.check)
    #expect(try check(BrokenObjective(fault)) != nil)
    #expect(try check(BrokenObjective(.none)) == nil)
  }

  @Test func anObjectiveOfAbsoluteNumbersIsFoundByEveryChange() throws {
    let absolute = BrokenObjective(.absoluteNumbers)
    #expect(try Contracts.constantsOfALogRatioCancel(absolute) != nil)
    #expect(try Contracts.constantsOfARewardCancel(absolute) != nil)
    #expect(try Contracts.onlyTheOrderOfRewardsCounts(absolute) != nil)
    #expect(try Contracts.theReferenceIsNotRead(absolute) != nil)
    #expect(try Contracts.repeatedTokensChangeNothing(absolute) != nil)
  }
}

/// EXO from rewards with one fault, to show that each promise is really checked.
struct BrokenObjective: Objective {
  enum Fault: Sendable {
    case none, oneLossInAll, constantWeight, sharedBaseline, firstCandidateFavoured
    case rewardsOverwritten, maskMultiplied, loneCandidatesPunished, wide, absoluteNumbers
    case saidToBeASurrogate, saidToCouple, firstPromptFavoured
    case moreIsNeeded, pairsAreSaid, optionIsLost
  }

  static let name = "broken"
  static let title = "Broken"
  static let card = MethodCard(summary: "", formula: "", paper: "", watch: "")
  let fault: Fault

  init(_ fault: Fault) { self.fault = fault }
  init(from section: Section) { fault = .none }

  var needs: ObjectiveNeeds {
    switch fault {
    case .moreIsNeeded: return [.rewards, .reference, .previous]
    case .pairsAreSaid: return [.pairs, .rewards, .reference]
    default: return [.rewards, .reference]
    }
  }
  var options: [(name: String, value: String)] {
    fault == .optionIsLost ? [("fault", "1")] : []
  }
  var isSurrogate: Bool { fault == .saidToBeASurrogate }
  var couplesPrompts: Bool { fault == .saidToCouple }

  func loss(_ candidates: Candidates) throws(TorchError) -> Tensor {
    let logP = try candidates.logShares(candidates.logRatios())
    let logQ = try candidates.logShares(candidates.givenRewards())
    let losses = try (logP.exp() * (logP - logQ)).sum(1)
    switch fault {
    case .none, .saidToBeASurrogate, .saidToCouple, .moreIsNeeded, .pairsAreSaid, .optionIsLost:
      return losses
    case .firstPromptFavoured:
      let weights = try Tensor.range(0..<losses.count).converted(to: losses.type)
      return try losses * (weights + 1)
    case .oneLossInAll:
      return try losses.sum()
    case .constantWeight:
      return try (logP.detached().exp() * (logP - logQ)).sum(1)
    case .sharedBaseline:
      return try losses - losses.mean()
    case .firstCandidateFavoured:
      return try losses + logP.slice(1, 0..<1).squeezed(1)
    case .rewardsOverwritten:
      try candidates.rewards?.assign(Tensor.zeros(candidates.policy.sizes, type: .float64))
      return losses
    case .maskMultiplied:
      let mask = try candidates.valid.converted(to: candidates.policy.type)
      return try losses + (candidates.policy * mask).sum(1) * 0
    case .loneCandidatesPunished:
      return try losses.filled(where: candidates.counted().not(), with: 1)
    case .wide:
      return try losses.converted(to: .float64)
    case .absoluteNumbers:
      return try losses + (candidates.logRatios().squared() * candidates.givenRewards()).sum(1)
    }
  }
}
