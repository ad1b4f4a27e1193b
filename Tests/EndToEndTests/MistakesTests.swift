import Foundation
import Testing

extension EndToEnd {
  /// What is wrong with a recipe, its data or its models is one line and an exit code.
  @Suite struct MistakesTests {
    /// A recipe that aligns the tiny Llama beside these tests to pairs in a file.
    static let pairs = """
      name: pairs
      threads: 1
      data:
        pairs: {files: [pairs.jsonl]}
      stages:
        dpo:
          kind: align
          objective: dpo-pref
          policy: ./model
          data: pairs
          beta: 0.1
          training: {steps: 2, batch: 2, learning_rate: 1e-3}
      """
    static let good = #"{"prompt": "the ", "chosen": "cat", "rejected": "rain"}"# + "\n"
    static let command = ["run", "tiny.yaml", "-o", "run"]

    /// A folder with the recipe, its model, and rows.
    static func place(rows: Data = Data(good.utf8)) throws -> Workplace {
      let place = try Workplace(recipe: pairs)
      let fixture = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appending(path: "Fixtures/tiny-llama")
      for name in ["config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json"] {
        try place.write("model/\(name)", Data(contentsOf: fixture.appending(path: name)))
      }
      try place.write("pairs.jsonl", rows)
      return place
    }

    @Test func theRecipeWithoutMistakesRuns() throws {
      let place = try Self.place()
      let outcome = try Engine.run(Self.command, in: place.url)
      #expect(outcome.status == 0, "\(outcome.errors)")
    }

    @Test func aModelOfTheOtherKindIsRefusedBeforeAnythingRuns() throws {
      let place = try Self.place()
      let fixture = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appending(path: "Fixtures/tiny-gpt2-classifier")
      for name in ["config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json"] {
        try place.write("rm/\(name)", Data(contentsOf: fixture.appending(path: name)))
      }
      let policy = "plumb: ./rm has a reward head and writes nothing; a language model is needed\n"
      for command in [["check", "tiny.yaml"], Self.command] {
        let outcome = try Engine.run(
          command + ["--set", "stages.dpo.policy=./rm"], in: place.url)
        #expect(outcome.status == 3)
        #expect(outcome.errors.hasSuffix(policy))
      }
      let sampled = try Engine.run(["sample", "./rm", "--prompt", "a"], in: place.url)
      #expect(sampled.status == 3)
      #expect(sampled.output.isEmpty)
      #expect(sampled.errors == policy)
      try place.write(
        "sample.yaml",
        Data(
          """
          name: s
          data: {pairs: {files: pairs.jsonl}}
          stages:
            drawn: {kind: sample, policy: ./model, prompts: pairs, max_tokens: 4, reward: ./model}
          """.utf8))
      let reward = try Engine.run(["check", "sample.yaml"], in: place.url)
      #expect(reward.status == 3)
      #expect(
        reward.errors
          == "plumb: ./model has no reward head with one output; it is a language model\n")
    }

    @Test func aByteOrderMarkInFrontOfEveryFileIsPassedOver() throws {
      let place = try Self.place()
      let mark = Data([0xEF, 0xBB, 0xBF])
      for name in [
        "tiny.yaml", "pairs.jsonl", "model/config.json", "model/tokenizer.json",
        "model/tokenizer_config.json",
      ] {
        let file = place.url.appending(path: name)
        try (mark + Data(contentsOf: file)).write(to: file)
      }
      let outcome = try Engine.run(Self.command, in: place.url)
      #expect(outcome.status == 0, "\(outcome.errors)")
    }

    @Test func singleLabelledCompletionsTrainAndOtherRowsAreRefused() throws {
      let place = try Self.place()
      let rows = [
        #"{"prompt": "the ", "completion": "cat", "label": true}"#,
        #"{"prompt": "a ", "completion": "rain", "label": false}"#,
        #"{"prompt": "one ", "completion": "sun", "label": true}"#,
      ]
      try place.write("labelled.jsonl", rows.joined(separator: "\n") + "\n")
      let kto = Self.command + ["--set", "stages.dpo.objective=kto"]
      let refused = try Engine.run(kto, in: place.url)
      #expect(refused.status == 3)
      #expect(
        refused.errors == """
          plumb: tiny.yaml:10:11: stages.dpo.data: kto needs completions labelled desirable or not, \
          that is rows of prompt, completion and label; pairs holds pairs

          """)
      #expect(!FileManager.default.fileExists(atPath: place.run.path))
      let outcome = try Engine.run(
        kto + [
          "--set", "data.pairs.files=[labelled.jsonl]", "--set", "stages.dpo.training.held_out=0",
        ], in: place.url)
      #expect(outcome.status == 0, "\(outcome.errors)")
      let steps = try String(
        contentsOf: place.run.appending(path: "dpo/seed-0/steps.jsonl"), encoding: .utf8)
      #expect(steps.contains(#""kl""#) && steps.contains(#""rewards/rejected""#))
    }

    @Test(arguments: [
      (
        "stages.dpo.trainig.steps=3",
        #"unknown key "trainig" in stages.dpo; did you mean "training"?"#
      ),
      (
        "stages.dpo.training.steps=three",
        #"stages.dpo.training.steps: expected a whole number, found "three""#
      ),
      (
        "stages.dpo.training.steps=2.5",
        "stages.dpo.training.steps: expected a whole number, found 2.5"
      ),
      ("stages.dpo.beta=0", "stages.dpo.beta is 0; it must be above 0"),
      ("stages.dpo.beta=-1", "stages.dpo.beta is -1; it must be above 0"),
      (
        "stages.dpo.training.learning_rate=0",
        "stages.dpo.training.learning_rate is 0; it must be above 0 and at most 1"
      ),
      ("stages.dpo.candidates=3", "stages.dpo.candidates: dpo-pref compares pairs, not 3"),
      (
        "stages.dpo.policy=sft",
        "stages.dpo.policy: there is no stage sft above this one; a folder is written with a slash"
      ),
      (
        "stages.dpo.data=pears",
        "stages.dpo.data: there is no data and no stage of kind sample "
          + "named pears"
      ),
      ("name=../elsewhere", "name: it names the run's folder, and begins with a dot"),
      ("seeds=[1, 1]", "seeds: 1 stands there twice"),
    ])
    func aRecipesMistakeIsNamedAndNothingIsWritten(_ change: String, _ problem: String) throws {
      let place = try Self.place()
      let outcome = try Engine.run(Self.command + ["--set", change], in: place.url)
      #expect(outcome.status == 3)
      #expect(outcome.errors == "plumb: --set \(change): \(problem)\n")
      #expect(outcome.output.isEmpty)
      #expect(!FileManager.default.fileExists(atPath: place.run.path))
    }

    @Test func anUnknownObjectiveIsNamedWithTheNearest() throws {
      let place = try Self.place()
      let outcome = try Engine.run(
        Self.command + ["--set", "stages.dpo.objective=dpo-prf"], in: place.url)
      #expect(outcome.status == 3)
      let problem = #"stages.dpo.objective is "dpo-prf"; it must be one of dpo-pref, dpo-rw, "#
      #expect(outcome.errors.contains(problem))
      #expect(outcome.errors.hasSuffix("; did you mean \"dpo-pref\"?\n"))
    }

    @Test func allMistakesAreNamedAtOnceWithTheirPlaces() throws {
      let place = try Workplace(
        recipe: Self.pairs.replacingOccurrences(of: "beta: 0.1", with: "beta: -0.1")
          .replacingOccurrences(of: "kind: align", with: "kind: align\n    extra: 1"))
      let outcome = try Engine.run(Self.command, in: place.url)
      #expect(outcome.status == 3)
      let folder = place.url.resolvingSymlinksInPath().path
      #expect(
        outcome.errors.replacing(folder, with: "HERE") == """
          plumb: tiny.yaml:4:19: data.pairs.files: there is no file HERE/pairs.jsonl
          plumb: tiny.yaml:8:5: unknown key "extra" in stages.dpo; known are adapter, alarm, \
          beta, candidates, data, groups, kind, kl_target, label_smoothing, max_length, objective, per_seed, \
          policy, probe_prompts, temperature, training
          plumb: tiny.yaml:10:13: stages.dpo.policy: there is no folder HERE/model; a checkpoint is a folder \
          with config.json, model.safetensors and tokenizer.json
          plumb: tiny.yaml:12:11: stages.dpo.beta is -0.1; it must be above 0

          """)
    }

    struct BadRow: Sendable {
      var bytes: [UInt8]
      var problem: String

      init(_ text: String, _ problem: String) {
        bytes = Array(text.utf8)
        self.problem = problem
      }
    }

    static let badRows: [BadRow] = [
      BadRow(
        #"{"prompt": "the ", "cho"#,
        "pairs.jsonl:2:24 — the text has no closing quote — the last line is cut off; "
          + "copy the file again"),
      BadRow(
        #"{"prompt": "the ", "chosen": "cat", "rejected": "cat"}"#,
        "pairs.jsonl:2:49 rejected — is the same text as chosen — remove the row"),
      BadRow(
        #"{"prompt": "the ", "chosen": "", "rejected": "cat"}"#,
        "pairs.jsonl:2:30 chosen — is empty — remove the row or write the text"),
      BadRow(
        #"{"prompt": "the ", "chosen": "cat"}"#,
        "pairs.jsonl:2:1 rejected — is missing; the row has prompt, chosen — add it, or name "
          + "its column under columns"),
      {
        var row = BadRow(
          #"{"prompt": "the ", "chosen": "?"}"# + "\n",
          "pairs.jsonl:2:31 — not UTF-8; save the file as UTF-8 — correct or remove the line")
        row.bytes[30] = 0xFF
        return row
      }(),
    ]

    @Test(arguments: badRows)
    func aBadRowIsNamedAndCorrectingItLetsTheRunGoOn(_ row: BadRow) throws {
      let place = try Self.place(rows: Data(Self.good.utf8) + row.bytes)
      let outcome = try Engine.run(Self.command + ["--quiet"], in: place.url)
      #expect(outcome.status == 3)
      #expect(outcome.errors == "plumb: \(place.url.path)/\(row.problem)\n")
      #expect(!FileManager.default.fileExists(atPath: place.run.path))
      try place.write("pairs.jsonl", Self.good)
      let again = try Engine.run(Self.command, in: place.url)
      #expect(again.status == 0, "\(again.errors)")
    }

    @Test func anotherRecipesRunIsNotWrittenInto() throws {
      let place = try Self.place()
      #expect(try Engine.run(Self.command, in: place.url).status == 0)
      let before = try Workplace.files(place.run)
      let recipe = try #require(Self.command.first { $0.hasSuffix(".yaml") })
      let text = try String(contentsOf: place.url.appending(path: recipe), encoding: .utf8)
      try place.write("other.yaml", text.replacingOccurrences(of: "dpo:", with: "dpo-again:"))
      let other = try Engine.run(
        Self.command.map { $0 == recipe ? "other.yaml" : $0 }, in: place.url)
      #expect(other.status == 3)
      #expect(
        other.errors.contains(
          "/run is the run of another recipe: it holds dpo, and this one has no such stage; choose "
            + "another --output or name"), "\(other.errors)")
      var after = try Workplace.files(place.run)
      after[".lock"] = before[".lock"]
      #expect(after == before)
    }

    @Test func changedDataIsRefusedOnceSomethingWasMadeOfIt() throws {
      let place = try Self.place()
      #expect(try Engine.run(Self.command, in: place.url).status == 0)
      let before = try Workplace.files(place.run)
      try place.write("pairs.jsonl", Self.good + Self.good)
      let outcome = try Engine.run(Self.command, in: place.url)
      #expect(outcome.status == 3)
      #expect(
        outcome.errors.contains("/run/dpo/seed-0 was made from something else: data pairs was "))
      try place.write("pairs.jsonl", Self.good)
      let config = String(
        decoding: try Data(contentsOf: place.url.appending(path: "model/config.json")),
        as: UTF8.self)
      try place.write("model/config.json", config + "\n")
      let other = try Engine.run(Self.command, in: place.url)
      #expect(other.status == 3)
      #expect(other.errors.contains("folder ./model was "), "\(other.errors)")
      var after = try Workplace.files(place.run)
      after[".lock"] = before[".lock"]
      #expect(Workplace.differences(after, before).isEmpty)
    }

    @Test func whatIsMissingIsNoticedBeforeAnythingIsWritten() throws {
      let place = try Self.place()
      func refusal(_ change: String) throws -> String {
        let outcome = try Engine.run(Self.command + ["--set", change], in: place.url)
        #expect(outcome.status == 3)
        #expect(!FileManager.default.fileExists(atPath: place.run.path))
        return outcome.errors.replacingOccurrences(of: place.url.path, with: "HERE")
      }
      #expect(
        try refusal("data.pairs.files=[none.jsonl]")
          == "plumb: --set data.pairs.files=[none.jsonl]: data.pairs.files: there is no file "
          + "HERE/none.jsonl\n")
      #expect(
        try refusal("data.pairs.files=[model]")
          .hasSuffix(": data.pairs.files: model is a folder of a model, not of data\n"))
      #expect(
        try refusal("stages.dpo.policy=./other")
          == "plumb: --set stages.dpo.policy=./other: stages.dpo.policy: there is no folder HERE/other; a "
          + "checkpoint is a folder with config.json, model.safetensors and tokenizer.json\n")
      let absent = try Engine.run(["run", "none.yaml"], in: place.url)
      #expect(absent.status == 3)
      #expect(absent.errors == "plumb: none.yaml: no such file; give the path of a recipe\n")
      let device = try Engine.run(Self.command + ["--set", "device=cuda:7"], in: place.url)
      #expect(device.status == 5)
      #expect(device.errors.hasPrefix("plumb: device cuda:7 does not exist here ("))
    }

    @Test func promptsBeyondTheContextAreCounted() throws {
      let long =
        #"{"prompt": "\#(String(repeating: "the cat ", count: 9))", "chosen": "dog", "#
        + #""rejected": "cat"}"#
      let place = try Self.place(rows: Data((Self.good + Self.good + long).utf8))
      let outcome = try Engine.run(Self.command, in: place.url)
      #expect(outcome.status == 0, "\(outcome.errors)")
      #expect(outcome.errors.contains("  1 examples exceed the context and are left out\n"))
      let only = try Self.place(rows: Data(long.utf8))
      let refused = try Engine.run(Self.command + ["--quiet"], in: only.url)
      #expect(refused.status == 3)
      #expect(
        refused.errors == "plumb: tiny.yaml:10:11: stages.dpo.data: its one example is longer than "
          + "the model's context of 32 positions, and those are left out; shorten them\n")
    }

    @Test func aHostileCheckpointIsRefused() throws {
      func refusal(_ change: (Workplace) throws -> Void) throws -> String {
        let place = try Self.place()
        try change(place)
        let outcome = try Engine.run(Self.command + ["--quiet"], in: place.url)
        #expect(outcome.status == 3)
        #expect(outcome.errors.split(separator: "\n").count == 1)
        return outcome.errors.replacingOccurrences(of: place.url.path, with: "HERE")
      }
      let weights = "model/model.safetensors"
      #expect(
        try refusal { try $0.write(weights, Data([UInt8](repeating: 0xFF, count: 7) + [0x7F])) }
          == "plumb: HERE/model/model.safetensors: byte 0: a header of 9223372036854775807 bytes "
          + "is announced; at most 100000000 are allowed: not a safetensors file\n")
      let cut = try refusal { place in
        let data = try Data(contentsOf: place.url.appending(path: weights))
        try place.write(weights, data.dropLast(100))
      }
      #expect(cut.hasSuffix("; it is cut short\n"), "\(cut)")
      let nan = try refusal { place in
        var data = try Data(contentsOf: place.url.appending(path: weights))
        data.replaceSubrange(data.count - 4..<data.count, with: [0, 0, 0xC0, 0x7F])
        try place.write(weights, data)
      }
      #expect(
        nan.contains(" has 1 elements that are not finite; train again from an earlier checkpoint"),
        "\(nan)")
      let pickle = try refusal { place in
        try FileManager.default.removeItem(at: place.url.appending(path: weights))
        try place.write("model/pytorch_model.bin", "x")
      }
      #expect(pickle.contains("a pickle that can run any program when read"), "\(pickle)")
      let code = try refusal { place in
        try place.write("model/config.json", #"{"model_type": "llama", "auto_map": {"a": "b.py"}}"#)
      }
      #expect(
        code == "plumb: HERE/model/config.json: has auto_map, which Plumb does not support; it "
          + "names Python code of its own, and Plumb runs none; take the key out where transformers "
          + "has a class for the model_type\n")
    }

    @Test func aDivergingTrainingEndsWithFiveAndKeepsItsLastCheckpoint() throws {
      let place = try Self.place()
      let outcome = try Engine.run(
        Self.command + ["--quiet", "--set", "stages.dpo.beta=1e38"], in: place.url)
      #expect(outcome.status == 5)
      #expect(
        outcome.errors == "plumb: step 1: the gradient is not finite (examples pairs.jsonl:1, "
          + "pairs.jsonl:1); nothing was updated; lower learning_rate, or look at these examples\n",
        "\(outcome.errors)")
      let made = try FileManager.default.subpathsOfDirectory(atPath: place.run.path)
      #expect(!made.contains { $0.hasSuffix(".safetensors") })
    }

    @Test func aFolderThatCannotBeMadeEndsWithSix() throws {
      let place = try Self.place()
      try place.write("run", "a file")
      let outcome = try Engine.run(Self.command, in: place.url)
      #expect(outcome.status == 6)
      #expect(
        outcome.errors == "plumb: \(place.run.path): cannot create the directory: "
          + "File exists\n", "\(outcome.errors)")
      #expect(try Data(contentsOf: place.url.appending(path: "run")) == Data("a file".utf8))
    }

    @Test func aDamagedSealIsNamed() throws {
      let place = try Self.place()
      #expect(try Engine.run(Self.command, in: place.url).status == 0)
      try place.write("run/dpo/seed-0/done.json", "{")
      let outcome = try Engine.run(Self.command, in: place.url)
      #expect(outcome.status == 3)
      #expect(
        outcome.errors
          == "plumb: \(place.url.path)/run/dpo/seed-0/done.json: is not valid JSON; put back what was "
          + "there, or remove \(place.url.path)/run/dpo/seed-0, so that the stage runs again\n")
    }
  }
}
