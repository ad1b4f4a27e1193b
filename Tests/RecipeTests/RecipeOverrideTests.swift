import Foundation
import Recipe
import Testing

@Suite struct RecipeOverrideTests {
  private let text = "training:\n  seed: 1\n  rates: [0.1, 0.2]\n"

  @Test func overridesReplaceAddAndIndex() throws {
    let document = try RecipeDocument.parse(
      text, name: "recipe.yaml",
      overrides: ["training.seed=7", "training.rates.1=0.5", "judge.model.name=\"a b\"", "x=[1]"])
    let training = document.root.section("training")
    #expect(training.int("seed") == 7)
    #expect(training.doubles("rates") == [0.1, 0.5])
    #expect(document.root.section("judge").section("model").string("name") == "a b")
    #expect(document.root.ints("x") == [1])
    try document.finish()
  }

  @Test(arguments: [
    ("seed", "--set seed: an override is written key=value, as in seeds=[7]"),
    ("a..b=1", "--set a..b=1: an empty key; write key=value, as in seeds=[7]"),
    (
      "training.rates.2=1",
      "--set training.rates.2=1: training.rates is a list of 2; "
        + "\"2\" is not one of its positions, which count from 0"
    ),
    (
      "training.seed.x=1",
      "--set training.seed.x=1: training.seed is 1, not a mapping; it has no \"x\""
    ),
  ])
  func overridesThatDoNotFitAreErrors(override: String, message: String) {
    #expect(mistakes(in: text, overrides: [override]) == [message])
  }

  @Test func mistakesNameTheOverrideAndComeLast() {
    let found = mistakes(
      in: "seed: x\n", overrides: ["rate=-1", "sed=3"]
    ) { root in
      _ = root.int("seed")
      _ = root.double("rate", atLeast: 0)
    }
    #expect(
      found == [
        "recipe.yaml:1:7: seed: expected a whole number, found \"x\"",
        "--set rate=-1: rate is -1; it must be at least 0",
        "--set sed=3: unknown key \"sed\"; did you mean \"seed\"?",
      ])
  }

  @Test(arguments: [
    ("stages.aa.beta=1", "there is no stage aa; did you mean a?"),
    ("stages.zzzzzz.beta=1", "there is no stage zzzzzz; there is a, sft"),
    ("data.review.limit=1", "there is no data review; did you mean reviews?"),
  ])
  func aSettingOfWhatIsNotThereNamesWhatIs(_ override: String, _ message: String) {
    let text = "data: {reviews: {files: a}}\nstages: {a: {beta: 2}, sft: {}}\n"
    #expect(mistakes(in: text, overrides: [override]) == ["--set \(override): \(message)"])
  }

  @Test func aStageAndDataCanBeAdded() throws {
    let document = try RecipeDocument.parse(
      "data: {reviews: {files: a}}\nstages: {a: {beta: 2}}\n", name: "recipe.yaml",
      overrides: ["stages.b.kind=align", "stages.b.beta=3", "data.c.files=d", "stages.a.beta=1"])
    let stages = document.root.section("stages")
    #expect(stages.section("b").int("beta") == 3)
    #expect(stages.section("a").int("beta") == 1)
    #expect(document.root.section("data").section("c").string("files") == "d")
  }

  @Test func resolvedRecordsEveryValueAndItsOrigin() throws {
    let document = try RecipeDocument.parse(
      text, name: "recipe.yaml", overrides: ["training.seed=7"])
    let training = document.root.section("training")
    _ = training.int("seed")
    _ = training.doubles("rates")
    _ = training.double("learning_rate", default: 1e-5)
    _ = training.optionalString("note")
    let expected = """
      {
        "origins": {
          "training.learning_rate": "default",
          "training.note": "default",
          "training.rates": "recipe.yaml:3",
          "training.seed": "--set training.seed=7"
        },
        "settings": {
          "training": {
            "learning_rate": 1e-05,
            "note": null,
            "rates": [0.1, 0.2],
            "seed": 7
          }
        }
      }

      """
    #expect(String(decoding: document.resolvedJSON(), as: UTF8.self) == expected)
  }
}
