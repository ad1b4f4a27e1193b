import Recipe
import Testing
import Training

/// Reads an objective from a recipe's text and gives it with the lines of the recipe's mistakes.
private func read(_ text: String) throws -> (objective: any Objective, mistakes: [String]) {
  let document = try RecipeDocument.parse(text, name: "recipe.yaml")
  let objective = ObjectiveRegistry.objective(named: "method", in: document.root)
  do {
    try document.finish()
    return (objective, [])
  } catch let error as RecipeError {
    return (objective, error.mistakes.map(\.description))
  }
}

@Suite struct ObjectiveRegistryTests {
  @Test func namesAreDistinctAndAsRecipesWriteThem() {
    let names = ObjectiveRegistry.all.map { $0.name }
    #expect(Set(names).count == names.count)
    #expect(Set(ObjectiveRegistry.all.map { $0.title }).count == names.count)
    for name in names {
      #expect(name.allSatisfy { $0.isLowercase || $0.isNumber || $0 == "-" }, "\(name)")
    }
  }

  @Test func everyNameGivesItsObjectiveWithItsDefaults() throws {
    let expected = [
      "dpo-pref": "beta=0.1 label_smoothing=0.0", "dpo-rw": "beta_pi=0.5 beta_r=0.5",
      "exo-pref": "beta_pi=0.1 label_smoothing=0.001", "exo-rw": "beta_pi=0.5 beta_r=0.5",
      "best-of-m": "",
    ]
    for type in ObjectiveRegistry.all {
      let (objective, mistakes) = try read("method: \(type.name)")
      #expect(mistakes == [])
      #expect(Swift.type(of: objective).name == type.name)
      let options = objective.options.map { "\($0.name)=\($0.value)" }.joined(separator: " ")
      #expect(options == expected[type.name])
    }
  }

  @Test func optionsAreReadFromTheirSection() throws {
    let document = try RecipeDocument.parse(
      "method: exo-rw\noptions: {beta_pi: 0.25, beta_r: 2}\n", name: "recipe.yaml")
    let objective = ObjectiveRegistry.objective(
      named: "method", in: document.root, options: document.root.section("options"))
    try document.finish()
    let exo = try #require(objective as? EXORw)
    #expect([exo.betaPi, exo.betaR] == [0.25, 2])
  }

  @Test func everyPrintedOptionIsAKeyOfTheRecipe() throws {
    for type in ObjectiveRegistry.all {
      let options = try read("method: \(type.name)").objective.options
      let lines = options.map { "\($0.name): \($0.value)" }
      #expect(try read((["method: \(type.name)"] + lines).joined(separator: "\n")).mistakes == [])
    }
  }

  @Test func anUnknownNameListsTheNamesAndTheNearest() throws {
    #expect(
      try read("method: exo-prf").mistakes == [
        "recipe.yaml:1:9: method is \"exo-prf\"; it must be one of dpo-pref, dpo-rw, exo-pref, "
          + "exo-rw, best-of-m; did you mean \"exo-pref\"?"
      ])
  }

  @Test(arguments: [
    ("dpo-pref", "beta", "0", "above 0"),
    ("dpo-pref", "label_smoothing", "0.5", "at least 0 and below 0.5"),
    ("dpo-rw", "beta_pi", "0", "above 0"), ("dpo-rw", "beta_r", "-1", "above 0"),
    ("exo-pref", "label_smoothing", "0", "above 0 and below 0.5"),
    ("exo-pref", "beta_pi", "0", "above 0"), ("exo-rw", "beta_pi", "0", "above 0"),
    ("exo-rw", "beta_r", "0", "above 0"),
  ])
  func optionsOutOfRangeAreRefused(method: String, key: String, value: String, range: String)
    throws
  {
    let column = key.count + 3
    #expect(
      try read("method: \(method)\n\(key): \(value)").mistakes == [
        "recipe.yaml:2:\(column): \(key) is \(value); it must be \(range)"
      ])
  }

  @Test func anOptionOfAnotherMethodIsRefused() throws {
    #expect(
      try read("method: dpo-pref\nbeta_r: 1").mistakes == [
        "recipe.yaml:2:1: unknown key \"beta_r\"; did you mean \"beta\"?"
      ])
  }

  @Test func dataThatAMethodCannotUseAreRefusedByWhatIsMissing() {
    #expect(
      EXORw().refusal(offered: [.pairs, .reference])
        == "exo-rw needs rewards, and there is none")
    #expect(
      DPOPref().refusal(offered: .rewards)
        == "dpo-pref needs labelled pairs and a reference policy, and there is none")
    #expect(DPOPref().refusal(offered: [.pairs, .reference]) == nil)
    #expect(EXORw().refusal(offered: [.pairs, .rewards, .reference]) == nil)
    #expect(BestOfM().refusal(offered: .rewards) == nil)
    let all: ObjectiveNeeds = [.pairs, .rewards, .reference, .previous]
    #expect(
      "\(all)" == "labelled pairs, rewards, a reference policy and the previous round's policy")
  }
}
