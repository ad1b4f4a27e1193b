import Recipe
import Testing

@Suite struct SweepTests {
  /// Names of the choices of a stage, `beta=0.1 learning_rate=3e-4`.
  private func names(_ text: String, seed: Int = 0) throws -> [String] {
    let document = try RecipeDocument.parse(text, name: "recipe.yaml")
    let sweep = document.root.sweep("dpo", seed: seed)
    return sweep.choices.map { choice in
      zip(sweep.axes, choice).map { $0.name(of: $1) }.joined(separator: " ")
    }
  }

  private func mistakes(_ text: String, overrides: [String] = []) -> [String] {
    RecipeTests.mistakes(in: text, overrides: overrides) { root in
      let sweep = root.sweep("dpo", seed: 0)
      guard sweep.isSound else { return }
      for (index, choice) in sweep.choices.enumerated() {
        let section = root.variant("dpo", choice, of: sweep, named: "dpo-\(index)")
        _ = section.double("beta", default: 0.1, above: 0)
        _ = section.section("training").double("learning_rate", default: 1e-3, above: 0)
      }
    }
  }

  @Test func listsCrossInTheOrderOfTheFileAndTheLastIsFastest() throws {
    let text = """
      dpo:
        beta: {sweep: [0.1, 0.3]}
        training: {learning_rate: {sweep: [1e-4, 3e-4]}}
      """
    #expect(
      try names(text) == [
        "beta=0.1 learning_rate=1e-4", "beta=0.1 learning_rate=3e-4",
        "beta=0.3 learning_rate=1e-4", "beta=0.3 learning_rate=3e-4",
      ])
  }

  @Test func zipPairsAndNamesBoth() throws {
    let text = """
      dpo:
        sweep: zip
        beta: {sweep: [0.1, 0.3]}
        training: {learning_rate: {sweep: [1e-4, 3e-4]}}
      """
    #expect(
      try names(text) == ["beta=0.1-learning_rate=1e-4", "beta=0.3-learning_rate=3e-4"])
  }

  @Test func aKeyThatIsThereTwiceKeepsAsMuchOfItsPathAsTellsIt() throws {
    let text = """
      dpo:
        epochs: {sweep: [1, 2]}
        training: {epochs: {sweep: [3]}}
      """
    #expect(try names(text).first == "epochs=1 training.epochs=3")
  }

  @Test func whatHasNoShortNameIsCalledByItsPlace() throws {
    let text = """
      dpo:
        adapter: {sweep: [{rank: 4}, {rank: 8}]}
        policy: {sweep: [../models/a, ../models/b]}
        targets: {sweep: [[q, v], [k]]}
        note: {sweep: ["two words", null]}
      """
    #expect(
      try names(text).first == "adapter=v1 policy=a targets=q+v note=v1")
    #expect(try names(text).last == "adapter=v2 policy=b targets=k note=none")
  }

  @Test func aVariantHoldsItsOwnValuesAndNoSweep() throws {
    let document = try RecipeDocument.parse(
      "dpo:\n  kind: align\n  beta: {sweep: [0.1, 0.3]}\n", name: "recipe.yaml")
    let sweep = document.root.sweep("dpo", seed: 0)
    for choice in sweep.choices {
      let section = document.root.variant("dpo", choice, of: sweep, named: "dpo-\(choice[0])")
      #expect(section.double("beta") == [0.1, 0.3][choice[0]])
      #expect(section.string("kind") == "align")
    }
    try document.finish()
    let json = String(decoding: document.resolvedJSON(), as: UTF8.self)
    #expect(json.contains("\"dpo-1\": {\n      \"beta\": 0.3"))
    #expect(json.contains("\"dpo-1.beta\": \"recipe.yaml:3\""))
    #expect(json.contains("\"sweeps\": {\n    \"dpo\": [\"dpo-0\", \"dpo-1\"]"))
  }

  // MARK: Random

  private let random = """
    dpo:
      beta: {sweep: {uniform: [0.05, 0.5], trials: 16}}
      training: {learning_rate: {sweep: {log_uniform: [1e-5, 1e-1], trials: 16}}}
    """

  @Test func whatIsDrawnIsDrawnTogetherAndTheSameAgain() throws {
    let found = try names(random)
    #expect(found.count == 16)
    #expect(Set(found).count == 16)
    #expect(try names(random) == found)
    #expect(try names(random, seed: 1) != found)
    let document = try RecipeDocument.parse(random, name: "recipe.yaml")
    let words = document.root.sweep("dpo", seed: 0).axes[0].words
    let betas = words.compactMap { Double($0[0]) }
    let rates = words.compactMap { Double($0[1]) }
    #expect(betas.allSatisfy { $0 >= 0.05 && $0 <= 0.5 })
    #expect(rates.allSatisfy { $0 >= 1e-5 && $0 <= 1e-1 })
    // Evenly on the logarithm: about half of them below its middle, and not one in a thousand.
    #expect((3...13).contains(rates.count { $0 < 1e-3 }))
  }

  @Test func logarithmicDrawsAreEvenOnTheLogarithm() throws {
    let text = "dpo: {beta: {sweep: {log_uniform: [1e-4, 1], trials: 1000}}}"
    let document = try RecipeDocument.parse(text, name: "recipe.yaml")
    let values = document.root.sweep("dpo", seed: 3).axes[0].words.compactMap { Double($0[0]) }
    #expect(values.count == 1000)
    for decade in 0..<4 {
      let low = [1e-4, 1e-3, 1e-2, 1e-1][decade]
      let share = values.count { $0 >= low && $0 < 10 * low }
      // 250 expected; four standard deviations are 55. Draws of one value count once, which takes a
      // few from the lowest digits.
      #expect((190...310).contains(share), "\(decade): \(share)")
    }
  }

  @Test func aGridAndADrawCross() throws {
    let text = """
      dpo:
        objective: {sweep: [a, b]}
        beta: {sweep: {uniform: [0, 1], trials: 3}}
      """
    #expect(try names(text).count == 6)
  }

  // MARK: Mistakes

  @Test func aMistakeOfOneValueStandsAtThatValue() {
    #expect(
      mistakes("dpo:\n  beta:\n    sweep: [0.1,\n      -1]\n") == [
        "recipe.yaml:4:7: dpo.beta is -1; it must be above 0"
      ])
  }

  @Test func aMistakeOfAllVariantsIsToldOnce() {
    #expect(
      mistakes("dpo:\n  beta: {sweep: [0.1, 0.2, 0.3]}\n  bta: 1\n") == [
        "recipe.yaml:3:3: unknown key \"bta\" in dpo; did you mean \"beta\"?"
      ])
  }

  @Test func anOverrideSweepsAndTakesASweepAway() {
    #expect(mistakes("dpo: {beta: 0.1}\n", overrides: ["dpo.beta={sweep: [0.1, 0.2]}"]) == [])
    #expect(
      mistakes("dpo: {beta: 0.1}\n", overrides: ["dpo.beta={sweep: [0.1, x]}"]) == [
        "--set dpo.beta={sweep: [0.1, x]}: dpo.beta: expected a number, found \"x\""
      ])
    #expect(mistakes("dpo: {beta: {sweep: [x, y]}}\n", overrides: ["dpo.beta=0.2"]) == [])
  }

  @Test(arguments: [
    ("beta: {sweep: []}", "1:14: dpo.beta: sweep is an empty list"),
    ("beta: {sweep: [0.1, 1e-1]}", "1:27: dpo.beta: sweep holds 1e-1 twice"),
    (
      "beta: {sweep: 3}",
      "1:21: dpo.beta: sweep is 3; it is a list, as in [0.1, 0.3], or a range, as in "
        + "{log_uniform: [1e-4, 1e-2], trials: 16}"
    ),
    (
      "beta: {sweep: [1, 2], low: 3}",
      "1:29: dpo.beta: \"low\" stands beside sweep, which takes the place of the whole setting"
    ),
    (
      "sweep: zap, beta: {sweep: [1]}",
      "1:14: dpo.sweep is \"zap\"; here it is zip or grid, and a list stands at its setting, as in "
        + "beta: {sweep: [0.1, 0.3]}"
    ),
    ("sweep: zip", "1:14: dpo.sweep is zip, and no setting beside it is a sweep"),
    (
      "sweep: zip, beta: {sweep: [1]}, training: {learning_rate: {sweep: [1, 2]}}",
      "1:14: dpo.sweep: zip pairs lists of one length; beta has 1 values, learning_rate 2"
    ),
    (
      "beta: {sweep: {uniform: [0, 1]}}",
      "1:14: dpo.beta: sweep draws at random and needs trials; a range is written "
        + "{log_uniform: [1e-4, 1e-2], trials: 16}, or with uniform"
    ),
    (
      "beta: {sweep: {log_uniform: [0, 1], trials: 2}}",
      "1:36: dpo.beta: log_uniform begins above 0; a range is written "
        + "{log_uniform: [1e-4, 1e-2], trials: 16}, or with uniform"
    ),
    (
      "beta: {sweep: {normal: [0, 1], trials: 2}}",
      "1:22: dpo.beta: sweep does not know \"normal\"; a range is written "
        + "{log_uniform: [1e-4, 1e-2], trials: 16}, or with uniform"
    ),
    (
      "beta: {sweep: {uniform: [0.1, 0.102], trials: 9}}",
      "1:14: dpo.beta: the range has no 9 different values of 3 digits; lower trials"
    ),
  ])
  func aSweepThatCannotBeIsToldAtItsPlace(_ settings: String, _ message: String) {
    #expect(mistakes("dpo: {\(settings)}\n") == ["recipe.yaml:\(message)"])
  }

  @Test func aSweepOutsideOfStagesSaysWhereItBelongs() {
    let found = RecipeTests.mistakes(in: "samples: {sweep: [1, 2]}\n") { root in
      _ = root.int("samples")
    }
    #expect(
      found == [
        "recipe.yaml:1:1: samples: expected a whole number, found a mapping; "
          + "only settings of stages may be a sweep"
      ])
  }

  @Test(arguments: [("{swep: [1, 2]}", "; did you mean sweep?"), ("{tries: [1, 2]}", "")])
  func aMapInThePlaceOfAValueMayBeASweepMisspelled(_ value: String, _ advice: String) {
    let found = RecipeTests.mistakes(in: "samples: \(value)\n") { root in
      _ = root.int("samples")
    }
    #expect(
      found == ["recipe.yaml:1:1: samples: expected a whole number, found a mapping\(advice)"])
  }
}
