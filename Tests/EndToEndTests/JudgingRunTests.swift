import Foundation
import Runs
import TestSupport
import Testing

extension EndToEnd {
  /// A run whose samples are judged: by a reward in the process, and by a server.
  @Suite struct JudgingRunTests {
    private static func recipe(
      _ judging: String, checkpoints: Int = 1, bests: Int = 0
    ) -> String {
      """
      name: tiny
      seeds: [0]
      threads: 1
      data:
        reviews: {generate: {reviews: 300, seed: 1}}
        openings: {generate: {reviews: 24, seed: 2}}
        unseen: {generate: {reviews: 12, seed: 3}}
      stages:
        words: {kind: tokenizer, data: reviews, vocabulary: 400}
        oracle:
          kind: classifier
          data: reviews
          tokenizer: words
          model: {layers: 0, hidden: 16, heads: 2, positions: 128}
          pooling: presence
          training: {epochs: 2, batch: 16, learning_rate: 1e-2}
        sft:
          kind: language-model
          data: reviews
          tokenizer: words
          model: {layers: 1, hidden: 64, heads: 4, positions: 72}
          max_length: 64
          training: {steps: 150, batch: 24, learning_rate: 1e-2}
        candidates:
          {kind: sample, policy: sft, prompts: openings, per_prompt: 4, max_tokens: 20,
           reward: synthetic}
        exo:
          kind: align
          objective: exo-pref
          policy: sft
          data: candidates
          training: {steps: 4, batch: 8, learning_rate: 1e-3, checkpoints: \(checkpoints)}
          probe_prompts: 0
      evaluation:
        reference: sft
        reward: synthetic
        prompts_from: {prompts: unseen}
        prompts: 12
        samples: 2
        max_tokens: 20
        best_of: [1, 2]
        best_of_pool: 2
        best_of_prompts: \(bests)
        bootstrap: 100
      judging:
        share_answers: false
        prompts: 10
      \(judging.split(separator: "\n").map { "  \($0)" }.joined(separator: "\n"))
      """
    }

    private struct Report: Decodable {
      struct Comparison: Decodable {
        struct Summary: Decodable {
          struct Result: Decodable {
            struct Share: Decodable { var value: Double }
            var winRate: Share?
            var wins, ties, losses: Int
            private enum CodingKeys: String, CodingKey {
              case wins, ties, losses
              case winRate = "win_rate"
            }
          }
          var first, second: String
          /// None of a jury whose canaries failed.
          var result: Result?
          var answers: [String: Int]
        }
        var summary: Summary
        var asked, judged: Int
        var file: String
      }
      var comparisons: [Comparison]
    }

    private func report(_ place: Workplace) throws -> Report {
      try JSONDecoder().decode(
        Report.self, from: Data(contentsOf: place.run.appending(path: "judging.json")))
    }

    @Test func aRewardInTheProcessJudgesWhatTheRecordsSay() throws {
      let place = try Workplace(
        recipe: Self.recipe("judges: [\"reward:synthetic\", \"reward:oracle\"]\ncanaries: 2"))
      let outcome = try place.complete()
      #expect(outcome.status == 0, "\(outcome.errors)")
      let found = try report(place)
      #expect(found.comparisons.map(\.summary.first) == ["exo/seed-0/step-4", "exo/seed-0/step-4"])
      #expect(found.comparisons.map(\.summary.second) == ["sft", "chosen"])
      #expect(found.comparisons.allSatisfy { $0.asked == $0.judged })
      #expect(found.comparisons[0].file == "judgments/exo/seed-0/step-4/against-sft.jsonl")
      // The first judge compares rewards that the samples' records hold.
      let samples = try Journal<SampleRecord>.read(place.run.appending(path: "samples.jsonl"))
        .records.filter { $0.index == 0 }
      func rewards(_ policy: String) -> [String: Double] {
        Dictionary(
          uniqueKeysWithValues: samples.filter { $0.policy == policy }
            .map { ($0.prompt, $0.reward ?? .nan) })
      }
      let (own, theirs) = (rewards("exo/seed-0/step-4"), rewards("sft"))
      let lines = try String(
        contentsOf: place.run.appending(path: found.comparisons[0].file), encoding: .utf8
      ).split(separator: "\n").map {
        try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any] ?? [:]
      }
      var checked = 0
      for line in lines where line["canary"] == nil {
        let id = try #require(line["id"] as? String)
        let jury = try #require((line["judgment"] as? [String: Any])?["parts"] as? [[String: Any]])
        let verdict = try #require(jury[0]["verdict"] as? [String: Any])
        let (mine, other) = (try #require(own[id]), try #require(theirs[id]))
        #expect(verdict["preference"] as? Double == (mine > other ? 1 : mine < other ? 0 : 0.5))
        checked += 1
      }
      #expect(checked == 10)
      let page = try String(contentsOf: place.run.appending(path: "report.html"), encoding: .utf8)
      #expect(page.contains("<h2>Judged</h2>"))
      #expect(page.contains("Judged by <strong>jury of 2</strong>"))
      // Judgments are of what the policies wrote: a changed hash is named.
      let judged = place.run.appending(path: found.comparisons[1].file)
      let kept = try Data(contentsOf: judged)
      let held = try Engine.run(["verify", "run", "--quiet"], in: place.url)
      #expect(held.status == 0, "\(held.output)")
      let hash = try #require(
        try answers(place, found.comparisons[1].file).values.first?.first)
      try Data(
        String(decoding: kept, as: UTF8.self)
          .replacing(hash, with: String(hash.reversed())).utf8
      ).write(to: judged)
      let other = try Engine.run(["verify", "run", "--quiet"], in: place.url)
      #expect(other.status == 1)
      #expect(
        other.output.contains("judgments are of other texts than were written"), "\(other.output)")
      try kept.write(to: judged)
      // The same again, and again from a ledger cut short, gives the same bytes.
      let records = try place.records()
      #expect(try place.complete().status == 0)
      #expect(Workplace.differences(try place.records(), records).isEmpty)
      let ledger = place.run.appending(path: "judgments/ledger.jsonl")
      let text = try Data(contentsOf: ledger)
      try text.prefix(text.count / 3).write(to: ledger)
      try FileManager.default.removeItem(at: place.run.appending(path: "judging.json"))
      #expect(try place.complete().status == 0)
      #expect(Workplace.differences(try place.records(), records).isEmpty)
    }

    private struct Answers: Decodable {
      var id: String
      var answers: [String]
      private enum CodingKeys: String, CodingKey {
        case id
        case answers = "answers_sha256"
      }
    }

    /// The answers of a comparison by prompt, as hashes.
    private func answers(_ place: Workplace, _ file: String) throws -> [String: [String]] {
      let lines = try String(contentsOf: place.run.appending(path: file), encoding: .utf8)
      let rows = try lines.split(separator: "\n").map {
        try JSONDecoder().decode(Answers.self, from: Data($0.utf8))
      }
      return Dictionary(rows.map { ($0.id, $0.answers) }, uniquingKeysWith: { _, later in later })
    }

    @Test func checkpointsAndTheBestOfNAreJudgedLikePolicies() throws {
      let judging =
        "judges: longer\npairs: [[exo, exo/step-2], [best-of-2, sft], [exo, reference]]"
      let place = try Workplace(recipe: Self.recipe(judging, checkpoints: 2, bests: 6))
      let outcome = try place.complete()
      #expect(outcome.status == 0, "\(outcome.errors)")
      let found = try report(place)
      #expect(
        found.comparisons.map { [$0.summary.first, $0.summary.second] } == [
          ["exo/seed-0/step-4", "exo/seed-0/step-2"], ["best-of-2", "sft"],
          ["exo/seed-0/step-4", "sft"],
        ])
      // The best of n was drawn for six prompts.
      #expect(found.comparisons.map(\.judged) == [10, 6, 10])
      let work = RunDirectory(place.run).evaluationWork(of: "sft").deletingLastPathComponent()
      let pools = try String(
        contentsOf: work.appending(path: "best-of-texts.jsonl"), encoding: .utf8)
      for line in pools.split(separator: "\n") {
        let chunk = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
        let judged = try answers(place, "judgments/best-of-2/against-sft.jsonl")
        for pool in try #require(chunk?["pools"] as? [[String: Any]]) {
          let best = try #require((pool["best"] as? [String: String])?["2"])
          let prompt = try #require(pool["prompt"] as? String)
          #expect(judged[prompt]?.first == SHA256.hex(of: best))
        }
      }
      let steps = try answers(
        place, "judgments/exo/seed-0/step-4/against-exo-seed-0-step-2.jsonl")
      let last = try answers(place, "judgments/exo/seed-0/step-4/against-sft.jsonl")
      #expect(steps.count == 10 && steps.allSatisfy { last[$0.key]?[0] == $0.value[0] })
      let earlier = try String(
        contentsOf: RunDirectory(place.run).evaluationWork(of: "exo/seed-0/step-2"),
        encoding: .utf8)
      let chunk =
        try JSONSerialization.jsonObject(
          with: Data(try #require(earlier.split(separator: "\n").first).utf8)) as? [String: Any]
      for row in try #require(chunk?["prompts"] as? [[String: Any]]) {
        let text = (row["samples"] as? [[String: Any]])?.first?["text"] as? String
        guard let prompt = row["prompt"] as? String, let hashes = steps[prompt] else { continue }
        #expect(try hashes[1] == SHA256.hex(of: #require(text)))
      }
      // Both were judged against the reference, on the six prompts that both have.
      let record = try RecordFile.read(
        JudgingReport.self, from: place.run.appending(path: "judging.json"))
      let difference = try #require(record.differences?.first)
      #expect(record.differences?.count == 1)
      #expect(
        [difference.first, difference.second, difference.opponent] == ["best-of-2", "exo", "sft"])
      #expect(difference.difference.prompts == 6)
      let page = try String(contentsOf: place.run.appending(path: "report.html"), encoding: .utf8)
      #expect(page.contains("Win rates against one opponent, held against each other"))
      // From half of the evaluation's work the same bytes come.
      let records = try place.records()
      for file in ["evaluation.json", "judging.json", "judgments/ledger.jsonl"] {
        try FileManager.default.removeItem(at: place.run.appending(path: file))
      }
      try FileManager.default.removeItem(at: work.appending(path: "best-of-texts.jsonl"))
      #expect(try place.complete().status == 0)
      #expect(Workplace.differences(try place.records(), records).isEmpty)
      // Gates on what was measured: met, and missed.
      func gate(_ requirement: String) throws -> Engine.Outcome {
        try Engine.run(["evaluate", "run", "--require", requirement], in: place.url)
      }
      #expect(try gate("exo: length > 0").status == 0)
      let missed = try gate("length < 0")
      #expect(missed.status == 1)
      #expect(missed.errors.contains("--require 'length < 0.0': missed: exo "))
      #expect(try gate("ppo: length > 0").status == 2)
    }

    @Test func aServerIsAskedOnceAndKilledItGoesOnToTheSameBytes() throws {
      let place = try Workplace(recipe: Self.recipe("judges: PLACE\ncanaries: 0"))
      try HostileServer.run(place.url) { server in
        try place.write(
          "tiny.yaml",
          Self.recipe("judges: \"\(server.judge("late"))\"\ncanaries: 0\ntemplate: summary"))
        let process = try place.start()
        guard process.wait(for: "run/judgments/ledger.jsonl") else {
          Issue.record("the run ended before it judged: \(try process.finish().errors)")
          return
        }
        usleep(300_000)
        process.send(SIGKILL)
        _ = try process.finish()
        let outcome = try place.complete()
        #expect(outcome.status == 0, "\(outcome.errors)")
        let found = try report(place)
        #expect(found.comparisons.allSatisfy { $0.judged == $0.asked })
        let answers = found.comparisons.reduce(0) { $0 + ($1.summary.answers["verdict"] ?? 0) }
        #expect(answers == 2 * found.comparisons.reduce(0) { $0 + $1.judged })
        // What was under way at the kill is asked again, nothing else; equal questions are one.
        let ledger = place.run.appending(path: "judgments/ledger.jsonl")
        let questions = try Set(
          String(contentsOf: ledger, encoding: .utf8).split(separator: "\n").map { line in
            try #require(
              JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])["key"]
              as? String
          })
        let requests = try server.requests
        #expect(requests >= questions.count && requests <= questions.count + 16)
        let records = try place.records()
        #expect(try place.complete().status == 0)
        #expect(try server.requests == requests)
        #expect(Workplace.differences(try place.records(), records).isEmpty)
      }
    }

    @Test func aJudgeThatCannotBeAskedLosesNothing() throws {
      let place = try Workplace(
        recipe: Self.recipe("judges: chat:gpt-x\ncanaries: 0\napi_key_env: NO_SUCH_KEY_HERE"))
      // Known before anything runs.
      for command in ["check", "run"] {
        let early = try Engine.run([command, "tiny.yaml"], in: place.url)
        #expect(early.status == 2)
        #expect(
          early.errors == "plumb: the environment variable NO_SUCH_KEY_HERE is not set; set it to "
            + "the key of api.openai.com\n")
        #expect(!FileManager.default.fileExists(atPath: place.url.appending(path: "runs").path))
      }
      // Nobody listens on port 1.
      try place.write(
        "tiny.yaml", Self.recipe("judges: chat:m@http://127.0.0.1:1/v1\ncanaries: 0"))
      let outcome = try place.complete()
      #expect(outcome.status == 4)
      #expect(outcome.errors.contains("judge http://127.0.0.1:1/v1: "))
      let page = try String(contentsOf: place.run.appending(path: "report.html"), encoding: .utf8)
      #expect(page.contains("Judging stopped before its end: 0 of "))
      // With a judge that can be asked, the run goes on: only the judging is left.
      try place.write("tiny.yaml", Self.recipe("judges: longer\ncanaries: 0"))
      #expect(try place.complete().status == 0)
      #expect(try report(place).comparisons.allSatisfy { $0.judged == $0.asked })
    }

    @Test func theRecipeIsCheckedBeforeAnythingRuns() throws {
      let place = try Workplace(
        recipe: Self.recipe(
          "judges: [chat:m@http://127.0.0.1:1/v1, reward:oracle]\ntemplate: summary\ncanaries: 4"))
      let outcome = try Engine.run(["check", "tiny.yaml"], in: place.url)
      #expect(outcome.status == 0, "\(outcome.errors)")
      // Two opponents, each 10 prompts of one policy and 6 kinds of canary on 4; two orders.
      #expect(
        outcome.output.contains(
          "judging: at most 136 requests to servers and 136 questions for models in this "
            + "process.\n"))
      let wrong = try Workplace(
        recipe: Self.recipe(
          "judges: [gpt-x, reward:sft, model:none, rouge-l]\ntemplate: nice\nagainst: [chosen, nobody]\n"
            + "max_cost: 1"))
      try place.write("tiny.yaml", Self.recipe("judges: chat:m@http://example.org/v1"))
      let plain = try Engine.run(["check", "tiny.yaml"], in: place.url)
      #expect(plain.status == 3)
      let refusal = /^plumb: tiny\.yaml:\d+:\d+: judging\.judges: example\.org would be asked/
      #expect(plain.errors.contains(refusal), "\(plain.errors)")
      #expect(plain.errors.hasSuffix("or allow_http: true in a network that you trust\n"))
      let mistakes = try Engine.run(["check", "tiny.yaml"], in: wrong.url)
      #expect(mistakes.status == 3)
      for message in [
        "judging.judges: there is no judge of the kind 'gpt-x'; there are chat, completions, "
          + "anthropic, model, reward, longer, shorter, rouge-l, first",
        "judging.judges: stage sft makes no reward model",
        "judging.judges: rouge-l compares with a reference answer, and a run's prompts have none",
        "judging.judges: there is no stage none above this one (there is exo, sft); a folder is written "
          + "with a slash",
        "judging.template: no template is called 'nice'; there are summary,",
        "judging.against: nobody is none of reference, chosen, exo, best-of-N",
        "judging.max_cost: needs prices, a file with the price of every model",
      ] {
        #expect(mistakes.errors.contains(message), "\(mistakes.errors)")
      }
    }
  }
}
