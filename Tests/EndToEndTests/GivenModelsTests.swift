import Foundation
import Runs
import Testing

extension EndToEnd {
  /// `plumb evaluate` of models that no recipe names, and `plumb sample --chat`, as a user runs them.
  @Suite struct GivenModelsTests {
    /// A run that leaves two language models and a reward model.
    private static let recipe = """
      name: tiny
      threads: 1
      log: [tensorboard, csv]
      data:
        reviews: {generate: {reviews: 200, seed: 1}}
      stages:
        words: {kind: tokenizer, data: reviews, vocabulary: 300}
        sft:
          kind: language-model
          data: reviews
          tokenizer: words
          model: {layers: 1, hidden: 32, heads: 2, positions: 128}
          max_length: 64
          training: {steps: 4, batch: 8}
        more:
          kind: language-model
          data: reviews
          from: sft
          max_length: 64
          training: {steps: 6, batch: 8, learning_rate: 1e-2}
        oracle:
          kind: classifier
          data: reviews
          tokenizer: words
          model: {layers: 0, hidden: 16, heads: 2, positions: 256}
          pooling: presence
          training: {epochs: 1, batch: 16, learning_rate: 1e-2}
      """

    private func withRun(_ body: (Workplace) throws -> Void) throws {
      let place = try Workplace(recipe: Self.recipe)
      let trained = try Engine.run(["train", "tiny.yaml", "-o", "run"], in: place.url)
      #expect(trained.status == 0, "\(trained.errors)")
      try place.write(
        "prompts.jsonl",
        (0..<6).map { #"{"prompt": "Film \#($0) was"}"# + "\n" }.joined())
      try body(place)
    }

    private func evaluate(_ place: Workplace, _ words: String...) throws -> Engine.Outcome {
      try Engine.run(
        ["evaluate", "run/sft", "run/more", "--prompts", "prompts.jsonl", "--quiet"] + words
          + ["--set", "threads=1"],
        in: place.url)
    }

    private func record(_ place: Workplace, _ run: String) throws -> EvaluationRecord {
      try RecordFile.read(
        EvaluationRecord.self, from: place.url.appending(path: "\(run)/evaluation.json"))
    }

    @Test func `a prompt that is given again is asked once, and is one in every interval`() throws {
      try withRun { place in
        try place.write(
          "prompts.jsonl",
          (0..<12).map { #"{"prompt": "Film \#($0 % 4) was"}"# + "\n" }.joined())
        let outcome = try Engine.run(
          [
            "evaluate", "run/sft", "run/more", "--prompts", "prompts.jsonl", "--judge", "longer",
            "--samples", "1", "--max-tokens", "6", "-o", "ours", "--set", "threads=1",
          ], in: place.url)
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.errors.contains("8 prompts repeat an earlier one and are asked once\n"))
        let found = try record(place, "ours")
        let length = try #require(
          found.measurements.first { $0.name == "length" && $0.subject == "run/more" })
        #expect(length.count == 4)
        let judging = try RecordFile.read(
          JudgingReport.self, from: place.url.appending(path: "ours/judging.json"))
        #expect(judging.comparisons.map(\.summary.prompts) == [4])
      }
    }

    @Test func `what is measured is computed in the evaluation's own precision`() throws {
      try withRun { place in
        func samples(_ run: String, _ words: String...) throws -> Data {
          let outcome = try Engine.run(
            [
              "evaluate", "run/sft", "run/more", "--prompts", "prompts.jsonl", "--quiet",
              "--samples",
              "1", "--max-tokens", "6", "-o", run, "--set", "threads=1",
            ] + words, in: place.url)
          #expect(outcome.status == 0, "\(outcome.errors)")
          return try Data(contentsOf: place.url.appending(path: "\(run)/samples.jsonl"))
        }
        let full = try samples("full")
        // The recipe's is that of training.
        #expect(try samples("trained", "--set", "precision=bfloat16") == full)
        #expect(try samples("rounded", "--precision", "bfloat16") != full)
      }
    }

    @Test func `models are measured, ranked and judged without a recipe`() throws {
      try withRun { place in
        let words = ["--samples", "2", "--max-tokens", "8"]
        let outcome = try Engine.run(
          [
            "evaluate", "run/sft", "run/more", "--prompts", "prompts.jsonl", "--quiet", "--reward",
            "run/oracle", "--judge", "longer", "-o", "ours", "--set", "threads=1",
          ] + words, in: place.url)
        #expect(outcome.status == 0, "\(outcome.errors)")
        let found = try record(place, "ours")
        #expect(found.reference == "run/sft")
        #expect(found.policies.map(\.id) == ["run/sft", "run/more"])
        for name in ["reward", "kl", "win_rate", "length"] {
          #expect(found.measurements.contains { $0.name == name && $0.subject == "run/more" })
        }
        let judging = try RecordFile.read(
          JudgingReport.self, from: place.url.appending(path: "ours/judging.json"))
        #expect(judging.comparisons.map(\.summary.first) == ["run/more"])
        #expect(judging.comparisons.map(\.summary.second) == ["run/sft"])
        let recipe = try Data(contentsOf: place.url.appending(path: "ours/recipe.yaml"))
        #expect(recipe.starts(with: Data("# Written by plumb evaluate.".utf8)))
        // The recipe in the run says the same.
        let before = try Workplace.records(of: place.url.appending(path: "ours"))
        #expect(try Engine.run(["evaluate", "ours", "--quiet"], in: place.url).status == 0)
        var after = try Workplace.records(of: place.url.appending(path: "ours"))
        // They name the command, and the file that settings come from.
        for name in ["provenance.json", "resolved.json", "report.html"] {
          after[name] = before[name]
        }
        #expect(Workplace.differences(after, before) == [])
      }
    }

    @Test func `neither reward nor judge leaves divergence and length`() throws {
      try withRun { place in
        let outcome = try evaluate(
          place, "--samples", "2", "--max-tokens", "8", "-o", "bare")
        #expect(outcome.status == 0, "\(outcome.errors)")
        let names = Set(try record(place, "bare").measurements.map(\.name))
        #expect(names.isSuperset(of: ["kl", "length", "distinct_2"]))
        #expect(names.isDisjoint(with: ["reward", "win_rate"]))
        let page = try String(
          contentsOf: place.url.appending(path: "bare/report.html"), encoding: .utf8)
        #expect(!page.contains("no reward ·"))
        #expect(page.contains("Nothing ranked the completions"))
        // The folder of another recipe's run is not written into.
        let refused = try evaluate(place, "-o", "run")
        #expect(refused.status == 3)
        #expect(refused.errors.split(separator: "\n").count == 1)
        #expect(refused.errors.contains("is the run of another recipe"))
        let nowhere = try Engine.run(
          ["evaluate", "run/sft", "no/model", "--prompts", "prompts.jsonl", "-o", "x"],
          in: place.url)
        #expect(nowhere.status == 3)
        #expect(nowhere.errors.contains("no/model: is no folder here"))
      }
    }

    @Test func `log keeps what other programs read`() throws {
      try withRun { place in
        for file in [
          "logs/csv/sft/metrics.csv", "logs/csv/more/metrics.csv",
          "logs/tensorboard/oracle/events.out.tfevents.0.plumb",
        ] {
          #expect(
            FileManager.default.fileExists(atPath: place.run.appending(path: file).path), "\(file)")
        }
        let table = try String(
          contentsOf: place.run.appending(path: "logs/csv/sft/metrics.csv"), encoding: .utf8)
        #expect(table.split(separator: "\n").count == 5)
        #expect(table.hasPrefix("step,epoch,"))
      }
    }

    @Test func `lines of standard input are turns of a conversation`() throws {
      try withRun { place in
        func chat(_ lines: String, _ words: String...) throws -> (Int32, String, String) {
          let process = Process()
          process.executableURL = Engine.binary
          process.arguments = ["sample", "run", "sft", "--chat", "--max-tokens", "6"] + words
          process.currentDirectoryURL = place.url
          let (input, output, errors) = (Pipe(), Pipe(), Pipe())
          process.standardInput = input
          process.standardOutput = output
          process.standardError = errors
          try process.run()
          try input.fileHandleForWriting.write(contentsOf: Data(lines.utf8))
          try input.fileHandleForWriting.close()
          let text = try output.fileHandleForReading.readToEnd() ?? Data()
          let words = try errors.fileHandleForReading.readToEnd() ?? Data()
          process.waitUntilExit()
          return (
            process.terminationStatus, String(decoding: text, as: UTF8.self),
            String(decoding: words, as: UTF8.self)
          )
        }
        let bare = try chat("hello\n")
        #expect(bare.0 == 3)
        #expect(
          bare.2
            == "plumb: run has no chat template; name one, as in --chat-template chatml\n")
        let two = try chat(
          "Hello there\n\nAnd then\n", "--chat-template", "plain", "--json", "--seed", "4")
        #expect(two.0 == 0, "\(two.2)")
        let lines = two.1.split(separator: "\n")
        #expect(lines.count == 2)
        #expect(lines.first?.contains(#""turn":0"#) == true)
        // A conversation begun again with the same words and seed goes the same way.
        let again = try chat(
          "Hello there\n/reset\nHello there\n/quit\nnot read\n", "--chat-template", "plain",
          "--json", "--seed", "4", "--temperature", "0")
        let answers = again.1.split(separator: "\n").map { line in
          line.split(separator: ",").filter { !$0.contains("turn") }.joined(separator: ",")
        }
        #expect(answers.count == 2 && answers.first == answers.last)
        let unknown = try chat("/rset\n", "--chat-template", "plain")
        #expect(unknown.0 == 0 && unknown.2.contains("there is /reset and /quit"))
      }
    }
  }
}
