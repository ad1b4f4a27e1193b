import Recipe
import Testing

@Suite struct KeyAdviceTests {
  private func read(_ root: Section) {
    let training = root.section("training")
    _ = training.int("batch", default: 1)
    _ = training.double("learning_rate", default: 1)
    _ = training.int("accumulation", default: 1)
    _ = training.string("schedule", default: "linear")
  }

  @Test func misspeltKeysNameTheNearest() {
    #expect(
      mistakes(in: "training:\n  learning_rat: 1\n", reading: read) == [
        "recipe.yaml:2:3: unknown key \"learning_rat\" in training; "
          + "did you mean \"learning_rate\"?"
      ])
  }

  @Test(arguments: [
    ("per_device_train_batch_size", "batch"), ("gradient_accumulation_steps", "accumulation"),
    ("lr", "learning_rate"), ("lr_scheduler_type", "schedule"),
  ])
  func namesOfOtherTrainersAreTranslated(foreign: String, ours: String) {
    #expect(
      mistakes(in: "training:\n  \(foreign): 1\n", reading: read) == [
        "recipe.yaml:2:3: unknown key \"\(foreign)\" in training; did you mean \"\(ours)\"?"
      ])
  }

  /// The plural here is nearer than the singular of a section below.
  @Test(arguments: [("seed", "seeds"), ("stage", "stages"), ("batches", "batch")])
  func singularsAndPluralsNameEachOther(written: String, meant: String) {
    func read(_ root: Section) {
      _ = root.ints("seeds", default: [0])
      _ = root.section("stages")
      _ = root.int("batch", default: 1)
      _ = root.section("evaluation").int("seed", default: 0)
      _ = root.section("evaluation").int("stage", default: 0)
    }
    #expect(
      mistakes(in: "\(written): 1\n", reading: read) == [
        "recipe.yaml:1:1: unknown key \"\(written)\"; did you mean \"\(meant)\"?"
      ])
  }

  @Test func namesThatBeginAlikeMayDifferByOneMore() {
    func read(_ root: Section) {
      root.mistake("kind", "\(root.string("kind")) is no kind", unlike: ["align", "sample"])
    }
    #expect(
      mistakes(in: "kind: aline\n", reading: read) == [
        "recipe.yaml:1:7: kind: aline is no kind; there is align, sample; did you mean align?"
      ])
    #expect(
      mistakes(in: "kind: plane\n", reading: read) == [
        "recipe.yaml:1:7: kind: plane is no kind; there is align, sample"
      ])
  }

  @Test func aMisspeltRequiredKeyIsOneMistake() {
    func read(_ root: Section) {
      let stage = root.section("stages").section("dpo")
      _ = stage.string("policy")
      _ = stage.section("model").int("layers")
      _ = stage.section("model").int("hidden")
      if !stage.has("reward") { stage.mistake("reward", "it needs one") }
      _ = stage.int("steps")
    }
    #expect(
      mistakes(
        in: "stages:\n  dpo:\n    polcy: a\n    modle: {layers: 1, hidden: 2}\n    rewrd: b\n",
        reading: read) == [
          "recipe.yaml:2:3: stages.dpo.steps is missing; expected a whole number",
          "recipe.yaml:3:5: unknown key \"polcy\" in stages.dpo; did you mean \"policy\"?",
          "recipe.yaml:4:5: unknown key \"modle\" in stages.dpo; did you mean \"model\"?",
          "recipe.yaml:5:5: unknown key \"rewrd\" in stages.dpo; did you mean \"reward\"?",
        ])
  }

  @Test func keysInTheWrongSectionNameTheRightOne() {
    #expect(
      mistakes(in: "batch: 4\nper_device_train_batch_size: 4\n", reading: read) == [
        "recipe.yaml:1:1: unknown key \"batch\"; did you mean \"training.batch\"?",
        "recipe.yaml:2:1: unknown key \"per_device_train_batch_size\"; "
          + "did you mean \"training.batch\"?",
      ])
  }

  @Test func keysNearNothingListTheKnownOnes() {
    #expect(
      mistakes(in: "training: {zzzzzz: 1}\n", reading: read) == [
        "recipe.yaml:1:12: unknown key \"zzzzzz\" in training; known are accumulation, batch, "
          + "learning_rate, schedule"
      ])
  }

  @Test func wholeUnreadMappingsAreOneMistake() {
    #expect(
      mistakes(in: "judge:\n  a: 1\n  b: 2\n", reading: read) == [
        "recipe.yaml:1:1: unknown key \"judge\"; known are training"
      ])
  }
}
