import Foundation
import Runs
import Testing

extension EndToEnd {
  /// Examinations in a recipe and on a command line, as a user holds them.
  @Suite struct ExamRunTests {
    private static let recipe = """
      name: tiny
      seeds: [0, 1]
      threads: 1
      data:
        reviews: {generate: {reviews: 300, seed: 1}}
        openings: {generate: {reviews: 16, seed: 2}}
        unseen: {generate: {reviews: 8, seed: 3}}
      stages:
        words: {kind: tokenizer, data: reviews, vocabulary: 400}
        oracle:
          kind: classifier
          data: reviews
          tokenizer: words
          model: {layers: 0, hidden: 16, heads: 2, positions: 256}
          pooling: presence
          training: {steps: 2, batch: 8}
        sft:
          kind: language-model
          data: reviews
          tokenizer: words
          model: {layers: 1, hidden: 32, heads: 2, positions: 256}
          max_length: 64
          training: {steps: 40, batch: 24, learning_rate: 1e-2}
        candidates:
          {kind: sample, policy: sft, prompts: openings, per_prompt: 4, max_tokens: 20, reward: synthetic}
        exo:
          kind: align
          objective: exo-pref
          policy: sft
          data: candidates
          training: {steps: 4, batch: 4, learning_rate: 1e-2}
          probe_prompts: 0
      evaluation:
        reference: sft
        reward: synthetic
        prompts_from: {prompts: unseen}
        prompts: 4
        samples: 1
        max_tokens: 12
        best_of: [1]
        best_of_pool: 1
        best_of_prompts: 0
        bootstrap: 100
        exams:
          films: {file: films.jsonl, kind: mmlu}
          gsm8k: {file: sums.jsonl, shots: 1, shots_from: shown.jsonl, max_tokens: 6}
          perplexity: {file: texts.jsonl}
      """

    private func place(_ change: (String) -> String = { $0 }) throws -> Workplace {
      let place = try Workplace(recipe: change(Self.recipe))
      let films = (0..<70).map { number in
        #"{"question": "Film \#(number)?", "choices": ["good", "bad", "dull"], "answer": \#(number % 3)}"#
      }
      try place.write("films.jsonl", films.joined(separator: "\n") + "\n")
      let sums = (0..<4).map {
        ##"{"question": "\##($0) + 1?", "answer": "So. #### \##($0 + 1)"}"##
      }
      try place.write("sums.jsonl", sums.joined(separator: "\n") + "\n")
      try place.write("shown.jsonl", ##"{"question": "9 + 9?", "answer": "It is #### 18"}"## + "\n")
      try place.write("texts.jsonl", #"{"text": "the film was good"}"# + "\n")
      return place
    }

    @Test func `final checkpoints sit them; a killed run ends with the same bytes`() throws {
      let whole = try place()
      let outcome = try whole.complete()
      #expect(outcome.status == 0, "\(outcome.errors)")
      let record = try RecordFile.read(
        ExamRecord.self, from: whole.run.appending(path: "exams.json"))
      #expect(record.exams.map(\.name) == ["films", "gsm8k", "perplexity"])
      #expect(record.exams.map(\.kind) == ["mmlu", "gsm8k", "perplexity"])
      #expect(record.exams.map(\.items) == [70, 4, 1])
      #expect(record.policies.map(\.id) == ["sft", "exo/seed-0/step-4", "exo/seed-1/step-4"])
      #expect(record.subjects == ["sft", "exo"])
      let cost = try #require(record.contrasts.first { $0.exam == "films" })
      #expect(cost.difference.subject == "exo")
      #expect(cost.test == "Student's t over seeds and prompts, Satterthwaite")
      let page = try String(contentsOf: whole.run.appending(path: "report.html"), encoding: .utf8)
      #expect(page.contains("<h2>Examinations</h2>"))
      #expect(page.contains("alignment cost"))

      let killed = try place()
      let running = try killed.start()
      let journal = "run/exams/sft/answers_films.jsonl"
      #expect(running.wait(for: journal))
      kill(running.process.processIdentifier, SIGKILL)
      _ = try running.finish()
      #expect(
        !FileManager.default.fileExists(atPath: killed.run.appending(path: "exams.json").path))
      #expect(try killed.complete().status == 0)
      #expect(Workplace.differences(try killed.records(), try whole.records()) == [])
    }

    @Test func `verification grades the answers again`() throws {
      let place = try place()
      #expect(try place.complete().status == 0)
      func verified() throws -> (status: Int32, text: String) {
        let outcome = try Engine.run(["verify", "run", "--quiet"], in: place.url)
        return (outcome.status, outcome.output)
      }
      let held = try verified()
      #expect(held.status == 0 && !held.text.contains("graded again"), "\(held.text)")
      let file = place.run.appending(path: "exams.json")
      let whole = try Data(contentsOf: file)
      var record = try RecordFile.read(ExamRecord.self, from: file)
      let score = try #require(record.scores.firstIndex { $0.exam == "films" })
      record.scores[score].measurement.value = 0.99
      try RecordFile.write(record, to: file)
      let changed = try verified()
      let subject = record.scores[score].measurement.subject
      #expect(changed.status == 1)
      #expect(
        changed.text.contains(
          "exams.json: \(record.scores[score].measurement.name) of \(subject) in films is not what the "
            + "answers give"), "\(changed.text)")
      try whole.write(to: file)
      let lines = place.run.appending(path: "exams/sft/samples_films.jsonl")
      let before = try Data(contentsOf: lines)
      try Data(before.dropLast(20)).write(to: lines)
      #expect(
        try verified().text.contains("exams/sft/samples_films.jsonl: is not what the answers"))
      try before.write(to: lines)
      // With another file of questions nothing can be said, and nothing is held against the run.
      try place.write("texts.jsonl", #"{"text": "the film was bad"}"# + "\n")
      let other = try verified()
      #expect(other.text.contains("graded again: texts.jsonl of perplexity is another one here"))
    }

    @Test func `check finds what run would refuse`() throws {
      let changes: [((String) -> String, String)] = [
        (
          { $0.replacing("file: films.jsonl", with: "file: nowhere.jsonl") },
          "tiny.yaml:45:19: evaluation.exams.films.file: "
        ),
        (
          { $0.replacing("kind: mmlu", with: "kind: arc") },
          "evaluation.exams.films.file: "
        ),
        (
          { $0.replacing("shots: 1", with: "shots: 2") },
          "evaluation.exams.gsm8k: exam gsm8k: 2 shots are wanted and shots_from has 1 examples"
        ),
        (
          { $0.replacing(", shots_from: shown.jsonl", with: "") },
          "evaluation.exams.gsm8k.shots: needs examples; name their file as shots_from"
        ),
        (
          { $0.replacing("{file: texts.jsonl}", with: "{fiel: texts.jsonl}") },
          "did you mean \"file\"?"
        ),
      ]
      for (change, expected) in changes {
        let place = try place(change)
        for command in [["check", "tiny.yaml"], ["run", "tiny.yaml", "-o", "run"]] {
          let outcome = try Engine.run(command, in: place.url)
          #expect(outcome.status == 3)
          #expect(outcome.errors.contains(expected), "\(outcome.errors)")
        }
        #expect(!FileManager.default.fileExists(atPath: place.run.path))
      }
    }

    @Test func `a command line compares checkpoints, and says what it cannot do`() throws {
      let place = try place()
      let trained = try Engine.run(["train", "tiny.yaml", "-o", "run"], in: place.url)
      #expect(trained.status == 0, "\(trained.errors)")
      func exam(_ words: String...) throws -> Engine.Outcome {
        try Engine.run(["exam"] + words + ["--quiet"], in: place.url)
      }
      let found = try exam("run/sft", "run/exo", "--task", "mmlu=films.jsonl", "-o", "out")
      #expect(found.status == 0, "\(found.errors)")
      #expect(found.output.contains("mmlu (mmlu): 70 items, log-likelihood of each choice"))
      #expect(found.output.contains("McNemar's exact test"))
      for (requirement, status) in [
        ("accuracy >= 0", 0), ("accuracy < 0", 1), ("mmlu: accuracy < 0", 1), ("nothing > 2", 2),
        ("accuracy > 2", 2),
      ] as [(String, Int32)] {
        let gated = try exam(
          "run/sft", "run/exo", "--task", "mmlu=films.jsonl", "-o", "out", "--require", requirement)
        #expect(gated.status == status, "\(requirement): \(gated.errors)")
      }
      let before = try Workplace.records(of: place.url.appending(path: "out"))
      let again = try exam("run/sft", "run/exo", "--task", "mmlu=films.jsonl", "-o", "out")
      #expect(again.output == found.output)
      #expect(
        Workplace.differences(
          try Workplace.records(of: place.url.appending(path: "out")), before) == [])
      let json = try exam("run/sft", "--task", "mmlu=films.jsonl", "-o", "out", "--json")
      #expect(json.output.contains(#""kind":"exam score""#))
      #expect(
        try exam("run/oracle", "--task", "mmlu=films.jsonl", "-o", "other").errors
          == "plumb: exam mmlu: run/oracle has a reward head and writes nothing; a language model is needed\n"
      )
      #expect(
        try exam("run/sft", "--task", "mmlu=films.jsonl", "-o", "run").errors.hasSuffix(
          "is a run; choose another --output for examinations\n"))
      let long = "\(String(repeating: "word ", count: 400))"
      try place.write(
        "long.jsonl", #"{"prompt": "\#(long)", "choices": ["a", "b"], "answer": 0}"# + "\n")
      let refused = try exam("run/sft", "--task", "long=long.jsonl", "-o", "other")
      #expect(refused.status == 3)
      #expect(refused.errors.hasPrefix("plumb: exam long: 1 items are too long for run/sft, whose"))
      let cut = try exam(
        "run/sft", "--task", "long=long.jsonl", "--too-long", "cut", "-o", "other")
      #expect(cut.output.contains("run/sft: 1 items cut at their beginning"))
      try FileManager.default.copyItem(
        at: place.run.appending(path: "sft/checkpoints/step-000040"),
        to: place.url.appending(path: "bare"))
      for name in ["tokenizer.json", "manifest.json"] {
        try FileManager.default.removeItem(at: place.url.appending(path: "bare/\(name)"))
      }
      let bare = try exam("./bare", "--task", "mmlu=films.jsonl", "-o", "other")
      #expect(bare.status == 3)
      #expect(bare.errors.split(separator: "\n").count == 1)
      #expect(bare.errors.contains("tokenizer.json"))
      // The layout is that of lm-evaluation-harness's samples.
      let samples = try String(
        contentsOf: place.url.appending(path: "out/exams/_run_sft-\(Self.hash)/samples_mmlu.jsonl"),
        encoding: .utf8)
      #expect(samples.split(separator: "\n").count == 70)
    }

    /// Of the name `run/sft`, which is no folder's.
    private static let hash = String(SHA256.hex(of: "run/sft").prefix(8))
  }
}
