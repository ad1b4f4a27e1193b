import Recipe
import Testing

@testable import Training

private func mistakes(_ text: String) throws -> [String] {
  let document = try RecipeDocument.parse(text, name: "recipe.yaml")
  _ = RolloutObjectiveRegistry.objective(in: document.root)
  do {
    try document.finish()
    return []
  } catch let error as RecipeError {
    return error.mistakes.map(\.description)
  }
}

@Suite struct RolloutObjectiveRegistryTests {
  @Test func `every name gives its method with its defaults`() throws {
    let expected = [
      "ppo": "clip=0.2 gamma=1.0 lambda=0.95 whiten_advantages=true whiten_rewards=false "
        + "critic=policy critic_warmup=0 value_clip=0.2",
      "grpo": "clip=0.2 reduction=sequence-mean scale_rewards=true kl_estimator=k3",
      "rloo": "clip=0.2", "reinforce": "", "policy-gradient": "",
      "nash-md": "mixture=0.5 preference_scale=1.0 kl_per_token=false",
    ]
    for type in RolloutObjectiveRegistry.all {
      let method = try rolloutMethod(type.name)
      #expect(Swift.type(of: method).name == type.name)
      let options = method.options.map { "\($0.name)=\($0.value)" }.joined(separator: " ")
      #expect(options == expected[type.name])
    }
  }

  @Test func `every printed option is a key of the recipe`() throws {
    let given = [
      "ppo": "{dual_clip: 3, stop_above: 0.1, critic_learning_rate: 1e-3, value_clip: 0}"
    ]
    for type in RolloutObjectiveRegistry.all {
      let method = try rolloutMethod(type.name, given[type.name] ?? "{}")
      let text = method.options.map { "\($0.name): \($0.value)" }.joined(separator: ", ")
      let again = try rolloutMethod(type.name, "{\(text)}")
      #expect(
        again.options.map { "\($0)=\($1)" } == method.options.map { "\($0)=\($1)" })
    }
  }

  @Test func `the constant reduction leaves the deviation alone unless told otherwise`() throws {
    let plain = try #require(rolloutMethod("grpo", "{reduction: constant}") as? GRPO)
    #expect(!plain.scalesRewards)
    let scaled = try #require(
      rolloutMethod("grpo", "{reduction: constant, scale_rewards: true}") as? GRPO)
    #expect(scaled.scalesRewards)
  }

  @Test func `an unknown name lists the names and the nearest`() throws {
    #expect(
      try mistakes("method: rlo") == [
        "recipe.yaml:1:9: method is \"rlo\"; it must be one of ppo, grpo, rloo, reinforce, "
          + "policy-gradient, nash-md; did you mean \"rloo\"?"
      ])
  }

  @Test(arguments: [
    ("ppo", "clip", "1", "above 0 and below 1"), ("ppo", "dual_clip", "1", "above 1"),
    ("ppo", "gamma", "1.1", "at least 0 and at most 1"),
    ("ppo", "stop_above", "0", "above 0"), ("ppo", "value_clip", "-1", "at least 0"),
    ("nash-md", "mixture", "2", "at least 0 and at most 1"),
    ("nash-md", "preference_scale", "0", "above 0"),
  ])
  func `options out of range are refused`(method: String, key: String, value: String, range: String)
    throws
  {
    #expect(
      try mistakes("method: \(method)\n\(method): {\(key): \(value)}") == [
        "recipe.yaml:2:\(method.count + key.count + 6): \(method).\(key) is \(value); it must be "
          + range
      ])
  }

  @Test func `options of another method and k1 as a loss are refused`() throws {
    #expect(
      try mistakes("method: rloo\nppo: {clip: 0.1}") == [
        "recipe.yaml:2:1: unknown key \"ppo\"; known are method, rloo"
      ])
    #expect(
      try mistakes("method: grpo\ngrpo: {kl_estimator: k1}") == [
        "recipe.yaml:2:22: grpo.kl_estimator: k1 inside a loss has no gradient in expectation; use "
          + "k3 or k2"
      ])
  }
}
