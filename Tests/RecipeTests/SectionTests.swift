import Foundation
import Recipe
import Testing

@Suite struct SectionTests {
  @Test func everyKindOfValueIsRead() throws {
    let document = try RecipeDocument.parse(
      """
      name: first
      steps: 40
      rate: 1e-5
      half: .5
      shuffle: true
      schedule: cosine
      betas: [0.1, 1]
      seeds: 3
      columns: {text: review}
      replace: [["<br />", "\\n"]]
      stages:
        dpo: {beta: 0.1}
        exo: {beta: 2}
      """, name: "recipe.yaml")
    let root = document.root
    #expect(root.string("name") == "first")
    #expect(root.int("steps", in: 1...100) == 40)
    #expect(root.double("rate", above: 0) == 1e-5)
    #expect(root.double("half") == 0.5)
    #expect(root.bool("shuffle", default: false))
    #expect(root.choice("schedule", default: Schedule.linear) == .cosine)
    #expect(root.doubles("betas", default: [], above: 0) == [0.1, 1])
    #expect(root.ints("seeds", default: []) == [3])
    #expect(root.stringMap("columns") == ["text": "review"])
    #expect(root.stringPairs("replace").map { [$0.from, $0.to] } == [["<br />", "\n"]])
    #expect(root.optionalString("missing") == nil)
    #expect(root.optionalInt("missing2") == nil)
    #expect(root.optionalDouble("missing3") == nil)
    #expect(root.string("missing4", default: "x") == "x")
    let stages = root.sections("stages")
    #expect(stages.map(\.name) == ["dpo", "exo"])
    #expect(stages.map(\.section.path) == ["stages.dpo", "stages.exo"])
    #expect(stages.map { $0.section.double("beta") } == [0.1, 2])
    try document.finish()
  }

  @Test func rangesAndTypesAreReportedAtTheValue() {
    let found = mistakes(
      in: """
        stages:
          dpo:
            beta: -1
            rate: abc
            steps: 0
            part: 1.5
            on: yes
            seed: 1_000
            quoted: "5"
            big: 1e400
            eight: 010
            nan: .nan
            whole: 1.0
            list: [1, x]
            empty:
        """
    ) { root in
      let stage = root.section("stages").section("dpo")
      #expect(stage.double("beta", above: 0) == 1)
      #expect(stage.double("rate", default: 0.5) == 0.5)
      #expect(stage.int("steps", in: 1...Int.max) == 1)
      _ = stage.double("part", above: 0, atMost: 1)
      _ = stage.bool("on", default: true)
      _ = stage.int("seed", default: 1)
      _ = stage.int("quoted", default: 1)
      _ = stage.double("big")
      _ = stage.int("eight")
      _ = stage.double("nan")
      _ = stage.int("whole")
      _ = stage.ints("list")
      _ = stage.double("empty")
    }
    #expect(
      found == [
        "recipe.yaml:3:11: stages.dpo.beta is -1; it must be above 0",
        "recipe.yaml:4:11: stages.dpo.rate: expected a number, found \"abc\"",
        "recipe.yaml:5:12: stages.dpo.steps is 0; it must be at least 1",
        "recipe.yaml:6:11: stages.dpo.part is 1.5; it must be above 0 and at most 1",
        "recipe.yaml:7:9: stages.dpo.on: expected true or false, found \"yes\"",
        "recipe.yaml:8:11: stages.dpo.seed: expected a whole number, found \"1_000\"; "
          + "write it without underscores",
        "recipe.yaml:9:13: stages.dpo.quoted: expected a whole number, found \"5\"; "
          + "remove the quotes",
        "recipe.yaml:10:10: stages.dpo.big: expected a number, found 1e400",
        "recipe.yaml:11:12: stages.dpo.eight: expected a whole number, found \"010\"",
        "recipe.yaml:12:10: stages.dpo.nan: expected a number, found \".nan\"",
        "recipe.yaml:13:12: stages.dpo.whole: expected a whole number, found 1.0",
        "recipe.yaml:14:15: stages.dpo.list: expected a whole number, found \"x\"",
        "recipe.yaml:15:5: stages.dpo.empty: expected a number, found nothing",
      ])
  }

  @Test func missingSettingsAreReportedAtTheSectionThatLacksThem() {
    let found = mistakes(in: "a: 1\nstages:\n  dpo: {}\n") { root in
      _ = root.int("a")
      _ = root.section("stages").section("dpo").double("beta")
      _ = root.section("stages").section("sft").int("steps")
      _ = root.string("model")
    }
    #expect(
      found == [
        "recipe.yaml:1:1: model is missing; expected a text",
        "recipe.yaml:2:1: stages.sft.steps is missing; expected a whole number",
        "recipe.yaml:3:3: stages.dpo.beta is missing; expected a number",
      ])
  }

  @Test func aRequiredTextIsNotEmpty() {
    let found = mistakes(in: "name: \"\"\nnote: \"\"\n") { root in
      _ = root.string("name")
      _ = root.string("note", default: "x")
    }
    #expect(found == ["recipe.yaml:1:7: name: expected a text, found \"\""])
  }

  @Test func choicesListWhatIsAllowed() {
    let found = mistakes(in: "schedule: cosin\nother: 7\n") { root in
      #expect(root.choice("schedule", default: Schedule.linear) == .linear)
      let other: Schedule = root.choice("other")
      #expect(other == .constant)
    }
    #expect(
      found == [
        "recipe.yaml:1:11: schedule is \"cosin\"; it must be one of constant, linear, cosine; "
          + "did you mean \"cosine\"?",
        "recipe.yaml:2:8: other is \"7\"; it must be one of constant, linear, cosine",
      ])
  }

  @Test func callersReportTheirOwnChecksAtTheKey() {
    let found = mistakes(in: "low: 5\nhigh: 3\n") { root in
      _ = (root.int("low"), root.int("high"))
      root.mistake("high", "must not be below low")
      root.mistake("two settings disagree")
    }
    #expect(
      found == [
        "recipe.yaml:1:1: two settings disagree",
        "recipe.yaml:2:7: high: must not be below low",
      ])
  }

  @Test func anItemOfAListIsReportedWhereItStands() {
    let found = mistakes(in: "seeds: [1, -2]\nrates:\n  - 1\n  - 0\nnames: [a, b]\none: a\n") {
      root in
      _ = (root.ints("seeds", in: 0...9), root.doubles("rates", above: 0))
      _ = (root.strings("names"), root.strings("one"))
      root.mistake("names", item: 1, "b is no name")
      root.mistake("one", item: 0, "a is no name")
    }
    #expect(
      found == [
        "recipe.yaml:1:12: seeds holds -2; each must be from 0 to 9",
        "recipe.yaml:4:5: rates holds 0.0; each must be above 0",
        "recipe.yaml:5:12: names: b is no name",
        "recipe.yaml:6:6: one: a is no name",
      ])
  }

  @Test func aListWhereAMappingBelongsIsAMistake() {
    let found = mistakes(in: "training: [1]\n") { _ = $0.section("training").int("x", default: 1) }
    #expect(found == ["recipe.yaml:1:11: training is a list; it must be a mapping"])
  }

  @Test func filesThatAreNotThereStandAmongTheOtherMistakes() throws {
    func document(_ text: String) throws -> RecipeDocument {
      let document = try RecipeDocument.parse(text, name: "recipe.yaml")
      document.root.absent("files", at: "b", "there is no file b")
      _ = document.root.strings("files")
      return document
    }
    let text = "files: [a, b]\n"
    // Alone they are told where the recipe is to run, and not where its records are read.
    let alone = try document(text)
    try alone.finish()
    let absence = "recipe.yaml:1:12: files: there is no file b"
    #expect(
      throws: RecipeError([
        .init(
          place: .file(name: "recipe.yaml", line: 1, column: 12),
          message: "files: there is no file b")
      ])
    ) { try alone.checkFiles() }
    do {
      try document(text + "file: 1\n").finish()
      Issue.record("an unknown key was taken")
    } catch let error as RecipeError {
      #expect(
        error.description == absence
          + "\nrecipe.yaml:2:1: unknown key \"file\"; did you mean \"files\"?")
    }
  }
}
