import Recipe
import Testing
import Training

@Suite struct ObjectiveRegistryTests {
  @Test func namesAreDistinctAndAsRecipesWriteThem() {
    let names = ObjectiveRegistry.all.map { $0.name }
    #expect(Set(names).count == names.count)
    #expect(Set(ObjectiveRegistry.all.map { $0.title }).count == names.count)
    for name in names {
      #expect(name.allSatisfy { $0.isLowercase || $0.isNumber || $0 == "-" }, "\(name)")
    }
  }

  @Test func everyNameGivesItsObjective() throws {
    for type in ObjectiveRegistry.all {
      let (objective, mistakes) = try readObjective("method: \(type.name)")
      #expect(mistakes == [])
      #expect(Swift.type(of: objective).name == type.name)
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

  @Test func anUnknownNameListsTheNamesAndTheNearest() throws {
    let names = ObjectiveRegistry.all.map { $0.name }.joined(separator: ", ")
    #expect(
      try readObjective("method: exo-prf").mistakes == [
        "recipe.yaml:1:9: method is \"exo-prf\"; it must be one of \(names); "
          + "did you mean \"exo-pref\"?"
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
      try readObjective("method: \(method)\n\(key): \(value)").mistakes == [
        "recipe.yaml:2:\(column): \(key) is \(value); it must be \(range)"
      ])
  }

  @Test func anOptionOfAnotherMethodIsRefused() throws {
    #expect(
      try readObjective("method: dpo-pref\nbeta_r: 1").mistakes == [
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
    let all: ObjectiveNeeds = [
      .pairs, .labels, .rewards, .winRates, .sampler, .reference, .previous, .mismatches,
      .prompts,
    ]
    #expect(
      "\(all)"
        == "labelled pairs, completions labelled desirable or not, rewards, win rates of the "
        + "candidates, the sampler's log-probabilities, a reference policy, the previous round's "
        + "policy, completions of other prompts and the prompts' log-probabilities")
    #expect("\(ObjectiveNeeds([]))" == "nothing")
  }
}
