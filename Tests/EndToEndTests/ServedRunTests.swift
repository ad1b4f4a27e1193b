import EngineDouble
import Foundation
import Runs
import Testing

extension EndToEnd {
  /// Policies that live in servers, as a user names them.
  @Suite struct ServedRunTests {
    private static let recipe = """
      name: tiny
      threads: 1
      data:
        reviews: {generate: {reviews: 300, seed: 1}}
      stages:
        words: {kind: tokenizer, data: reviews, vocabulary: 600}
        sft:
          kind: language-model
          data: reviews
          tokenizer: words
          model: {layers: 1, hidden: 64, heads: 2, positions: 128}
          max_length: 64
          training: {steps: 150, batch: 24, learning_rate: 1e-2}
        more:
          kind: language-model
          data: reviews
          from: sft
          max_length: 64
          training: {steps: 60, batch: 24, learning_rate: 1e-2}
      """

    private func withRun(_ body: (Workplace) throws -> Void) throws {
      let place = try Workplace(recipe: Self.recipe)
      let trained = try Engine.run(["train", "tiny.yaml", "-o", "run"], in: place.url)
      #expect(trained.status == 0, "\(trained.errors)")
      try place.write(
        "prompts.jsonl",
        (0..<48).map { #"{"prompt": "Film \#($0) was"}"# + "\n" }.joined())
      try body(place)
    }

    private func checkpoint(_ place: Workplace, _ stage: String) throws -> URL {
      let all = place.run.appending(path: "\(stage)/checkpoints")
      let names = try FileManager.default.contentsOfDirectory(atPath: all.path)
        .filter { $0.hasPrefix("step-") }.sorted()
      return all.appending(path: try #require(names.last))
    }

    private func evaluate(
      _ double: EngineDouble, _ run: String, _ words: String...
    ) -> [String] {
      [
        "evaluate", "run/sft", "run/more", double.policy, "--prompts", "prompts.jsonl", "--reward",
        "synthetic", "--samples", "2", "--max-tokens", "20", "-o", run, "--set", "threads=1",
      ] + words
    }

    private func numbers(_ place: Workplace, _ run: String, of subject: String) throws
      -> [String: Runs.Measurement]
    {
      let record = try RecordFile.read(
        EvaluationRecord.self, from: place.url.appending(path: "\(run)/evaluation.json"))
      return Dictionary(
        record.measurements.filter {
          $0.subject == subject || $0.subject.hasPrefix("\(subject)/")
        }.map { ($0.name, $0) },
        uniquingKeysWith: { first, _ in first })
    }

    @Test(arguments: ["openai", "vllm", "sglang"])
    func `what is measured through a server is what is measured here`(kind: String) throws {
      try withRun { place in
        let double = try EngineDouble(try checkpoint(place, "more"))
        defer { double.close() }
        let outcome = try Engine.run(
          evaluate(double, "served", "--checkpoint", "run/more", "--server-kind", kind),
          in: place.url)
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(
          outcome.errors.contains(
            "server:double: divergence by k1 and k3 of its samples, never exact; "))
        let here = try numbers(place, "served", of: "run/more")
        let there = try numbers(place, "served", of: "server:double")
        for name in ["reward", "kl_k1", "length"] {
          let (own, other) = (try #require(here[name]), try #require(there[name]))
          let (low, high) = (try #require(other.low), try #require(other.high))
          #expect(low <= (own.high ?? .nan) && high >= (own.low ?? .nan), "\(name)")
        }
        #expect(here["kl"] != nil && there["kl"] == nil && there["entropy"] == nil)
        let record = try RecordFile.read(
          EvaluationRecord.self, from: place.url.appending(path: "served/evaluation.json"))
        let served = try #require(record.served?.first)
        #expect(served.meanDifference < 1e-5 && served.samples == 32)
        let page = try String(
          contentsOf: place.url.appending(path: "served/report.html"), encoding: .utf8)
        #expect(page.contains("<span>k1 estimate</span>"))
        #expect(page.contains("nats a token from those of run/more on average"))
        // Finished work is not asked for again, and is not checked again.
        let requests = double.requests
        #expect(try Engine.run(["evaluate", "served"], in: place.url).status == 0)
        #expect(double.requests == requests)
      }
    }

    @Test func `a server with stale weights is caught before anything is measured`() throws {
      try withRun { place in
        let double = try EngineDouble(try checkpoint(place, "sft"))
        defer { double.close() }
        let outcome = try Engine.run(
          evaluate(double, "stale", "--checkpoint", "run/more", "--quiet"), in: place.url)
        #expect(outcome.status == 3)
        #expect(outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)")
        #expect(outcome.errors.contains("serves other weights than run/more"))
        #expect(double.drawn == 32)
        // The same command goes on where the server has the weights.
        double.load(try checkpoint(place, "more"))
        let again = try Engine.run(
          evaluate(double, "stale", "--checkpoint", "run/more", "--quiet"), in: place.url)
        #expect(again.status == 0, "\(again.errors)")
      }
    }

    @Test func `a killed evaluation asks for what was not answered`() throws {
      try withRun { place in
        let double = try EngineDouble(try checkpoint(place, "more"))
        defer { double.close() }
        let words = evaluate(double, "killed", "--tokenizer", "run/more", "--quiet")
        let running = try Engine.Running(words, in: place.url)
        while double.drawn < 30, running.isRunning { usleep(2000) }
        running.send(SIGKILL)
        _ = try running.finish()
        let before = double.drawn
        #expect(before < 96)
        let outcome = try Engine.run(words, in: place.url)
        #expect(outcome.status == 0, "\(outcome.errors)")
        // 48 prompts twice, and what was under way at the kill.
        #expect(double.drawn <= 96 + 16)
        let whole = try Engine.run(
          evaluate(double, "whole", "--tokenizer", "run/more", "--quiet"), in: place.url)
        #expect(whole.status == 0)
        #expect(
          try Data(contentsOf: place.url.appending(path: "killed/samples.jsonl"))
            == Data(contentsOf: place.url.appending(path: "whole/samples.jsonl")))
      }
    }

    @Test func `a sample stage draws through a server, and a training learns from it`() throws {
      try withRun { place in
        let double = try EngineDouble(try checkpoint(place, "sft"))
        defer { double.close() }
        let address = double.policy
        let lines = """

            drawn: {kind: sample, policy: POLICY, prompts: reviews, prefix_tokens: 6, limit: 48, per_prompt: 4, max_tokens: 20, reward: synthetic, per_seed: false}
            best: {kind: align, objective: best-of-m, policy: sft, data: drawn, training: {epochs: 2, batch: 8, learning_rate: 5e-3}}
          evaluation:
            reference: sft
            reward: synthetic
            policies: [best]
            prompts_from: {prompts: reviews, prefix_tokens: 6}
            prompts: 48
            samples: 2
            max_tokens: 20
            best_of: []
          """
        try place.write(
          "here.yaml", Self.recipe + lines.replacing("POLICY", with: "sft"))
        try place.write(
          "there.yaml",
          Self.recipe + lines.replacing("POLICY", with: "\"\(address)\"")
            + "\nservers:\n  \"\(address)\": {kind: sglang, checkpoint: sft}\n")
        for name in ["here", "there"] {
          let outcome = try Engine.run(["run", "\(name).yaml", "-o", name], in: place.url)
          #expect(outcome.status == 0, "\(outcome.errors)")
        }
        let here = try #require(numbers(place, "here", of: "best")["reward"])
        let there = try #require(numbers(place, "there", of: "best")["reward"])
        #expect(here.low ?? .nan <= there.high ?? .nan && here.high ?? .nan >= there.low ?? .nan)
        // Both have learnt something.
        let start = try #require(numbers(place, "here", of: "sft")["reward"])
        #expect(there.low ?? .nan > start.value ?? .nan)
        // 32 of the check, and 48 prompts four times.
        #expect(double.drawn == 32 + 192)
        let held = try RecordFile.read(
          ServedRecord.self, from: place.url.appending(path: "there/drawn/served.json"))
        #expect(held.checkpoint == "sft" && held.meanDifference < 1e-5)
      }
    }

    /// Methods that draw while they train, and an evaluation of what they came to.
    private static func training(engine: String) -> String {
      """

        online: {kind: rounds, method: online-dpo, policy: sft, prompts: reviews, prefix_tokens: 6, rounds: 4, max_tokens: 20, oracle: {kind: bradley-terry, reward: synthetic}, beta: 0.1, training: {steps: 2, batch: 16, learning_rate: 2e-3}\(engine)}
        rloo: {kind: on-policy, method: rloo, policy: sft, reward: synthetic, prompts: reviews, prefix_tokens: 6, steps: 8, batch: 8, samples: 4, max_tokens: 20, kl: 0.02, training: {epochs: 1, learning_rate: 3e-3}\(engine)}
      evaluation:
        reference: sft
        reward: synthetic
        policies: [online, rloo]
        prompts_from: {prompts: reviews, prefix_tokens: 6}
        prompts: 48
        samples: 2
        max_tokens: 20
        best_of: []
      """
    }

    private func write(_ name: String, _ double: EngineDouble, kind: String, _ place: Workplace)
      throws
    {
      try place.write(
        name,
        Self.recipe + Self.training(engine: ", engine: \"\(double.policy)\"")
          + "\nservers:\n  \"\(double.policy)\": {kind: \(kind)}\n")
    }

    @Test func `what learns from a server's completions comes to what learns from its own`() throws
    {
      try withRun { place in
        let double = try EngineDouble(try checkpoint(place, "more"))
        defer { double.close() }
        try place.write("here.yaml", Self.recipe + Self.training(engine: ""))
        try write("there.yaml", double, kind: "sglang", place)
        func reward(_ run: String, _ method: String) throws -> Runs.Measurement {
          let record = try RecordFile.read(
            EvaluationRecord.self, from: place.url.appending(path: "\(run)/evaluation.json"))
          return try #require(
            record.measurements.first { $0.name == "reward" && $0.subject == method })
        }
        for name in ["here", "there"] {
          let outcome = try Engine.run(
            ["run", "\(name).yaml", "-o", name, "--set", "seeds=[0, 1, 2]"], in: place.url)
          #expect(outcome.status == 0, "\(outcome.errors)")
        }
        for method in ["online", "rloo"] {
          let (here, there) = (try reward("here", method), try reward("there", method))
          #expect(
            here.low ?? .nan <= there.high ?? .nan && here.high ?? .nan >= there.low ?? .nan,
            "\(method): \(here) \(there)")
        }
        let start = try reward("there", "sft").value ?? .nan
        for seed in 0...2 {
          #expect(try reward("there", "rloo/seed-\(seed)/step-8").value ?? .nan > start)
        }
      }
    }

    @Test(arguments: ["vllm", "sglang"])
    func `a server is handed the weights before each drawing, and a broken run goes on`(
      kind: String
    ) throws {
      try withRun { place in
        let double = try EngineDouble(try checkpoint(place, "more"))
        defer { double.close() }
        try write("whole.yaml", double, kind: kind, place)
        let less = ["--set", "stages.online.rounds=2", "--set", "stages.rloo.steps=3", "--quiet"]
        let whole = try Engine.run(["run", "whole.yaml", "-o", "whole"] + less, in: place.url)
        #expect(whole.status == 0, "\(whole.errors)")
        // A hand-over for each round and each step, and nothing but what was to be drawn.
        let handed = double.paths.filter { $0.hasPrefix("/update_weights") }
        #expect(handed.count == 2 + 3)
        let all = 2 * 32 * 2 + 3 * 8 * 4
        #expect(double.drawn == all)
        // Served weights, those before and the first ones are all that is kept of them.
        let kept = try FileManager.default.contentsOfDirectory(
          atPath: place.url.appending(path: "whole/rloo/seed-0/engine").path)
        #expect(kept.count == 3 && kept.allSatisfy { $0.hasPrefix("weights-") })

        let held = try RecordFile.read(
          ServedRecord.self, from: place.url.appending(path: "whole/rloo/seed-0/served.json"))
        #expect(held.samples == 32 && held.meanDifference < 1e-5)

        // Where connections break, the same command goes on to the same bytes.
        let before = double.requests
        double.change { $0.life = before + 90 }
        let words = ["run", "whole.yaml", "-o", "broken"] + less
        let broken = try Engine.run(words, in: place.url)
        #expect(broken.status == 4, "\(broken.errors)")
        #expect(broken.errors.split(separator: "\n").count == 1, "\(broken.errors)")
        double.change { $0.life = .max }
        let mended = try Engine.run(words, in: place.url)
        #expect(mended.status == 0, "\(mended.errors)")
        #expect(double.drawn < 2 * all + 32)
        for file in [
          "online/seed-0/round-0002/rows.jsonl", "online/seed-0/steps.jsonl",
          "rloo/seed-0/steps.jsonl", "samples.jsonl",
        ] {
          #expect(
            try Data(contentsOf: place.url.appending(path: "broken/\(file)"))
              == Data(contentsOf: place.url.appending(path: "whole/\(file)")), "\(file)")
        }
      }
    }

    @Test(arguments: ["vllm", "sglang"])
    func `a server that does not load what it is handed is caught`(kind: String) throws {
      try withRun { place in
        let double = try EngineDouble(try checkpoint(place, "more"))
        defer { double.close() }
        double.change { $0.loadsWeights = false }
        try write("stale.yaml", double, kind: kind, place)
        let words = ["train", "stale.yaml", "-o", "stale", "--quiet"]
        let outcome = try Engine.run(words, in: place.url)
        #expect(outcome.status == 3, "\(outcome.errors)")
        #expect(outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)")
        #expect(
          outcome.errors.contains(
            kind == "sglang"
              ? "it did not load them" : "serves other weights than what it was handed"
          ), "\(outcome.errors)")
        let rows = place.url.appending(path: "stale/online/seed-0/round-0001/rows.jsonl")
        #expect((try? Data(contentsOf: rows))?.isEmpty ?? true)
        double.change { $0.loadsWeights = true }
        let again = try Engine.run(words, in: place.url)
        #expect(again.status == 0, "\(again.errors)")
      }
    }

    @Test(arguments: ["vllm", "sglang"])
    func `a hand-over that fails ends the run in one line, and it goes on to the same bytes`(
      kind: String
    ) throws {
      try withRun { place in
        let double = try EngineDouble(try checkpoint(place, "sft"))
        defer { double.close() }
        try write("faulty.yaml", double, kind: kind, place)
        let less = ["--set", "stages.online.rounds=1", "--set", "stages.rloo.steps=3", "--quiet"]
        let whole = try Engine.run(["train", "faulty.yaml", "-o", "whole"] + less, in: place.url)
        #expect(whole.status == 0, "\(whole.errors)")
        let load = kind == "vllm" ? "/update_weights" : "/update_weights_from_disk"
        // What passes is asked again; what stays ends it.
        let passing: [EngineDouble.Fault] = [.half, .cut, .dropped, .failed]
        double.change { $0.faults[load] = passing + [.declined, .declined] }
        let words = ["train", "faulty.yaml", "-o", "broken"] + less
        let broken = try Engine.run(words, in: place.url)
        #expect(broken.status == 4, "\(broken.errors)")
        #expect(broken.errors.split(separator: "\n").count == 1, "\(broken.errors)")
        #expect(
          broken.errors.contains(
            "\(load) does not load the weights: Failed to get weights iterator; "),
          "\(broken.errors)")
        #expect(!double.isPaused)
        // A server that is started again in the middle of a drawing has the weights of the beginning.
        let drawn = double.drawn
        double.change { $0.isRestarted = drawn + 64 + 32 + 16 }
        let restarted = try Engine.run(words, in: place.url)
        #expect(restarted.status == 3, "\(restarted.errors)")
        #expect(restarted.errors.split(separator: "\n").count == 1, "\(restarted.errors)")
        let mended = try Engine.run(words, in: place.url)
        #expect(mended.status == 0, "\(mended.errors)")
        for file in ["online/seed-0/steps.jsonl", "rloo/seed-0/steps.jsonl"] {
          #expect(
            try Data(contentsOf: place.url.appending(path: "broken/\(file)"))
              == Data(contentsOf: place.url.appending(path: "whole/\(file)")), "\(file)")
        }
      }
    }

    /// A reward model, what learns from it, and what is measured by it: here, or through a server.
    private static func rewarded(by reward: String, or other: String) -> String {
      """

        rm: {kind: classifier, from: sft, data: reviews, max_length: 64, training: {steps: 30, batch: 24}}
        rloo: {kind: on-policy, method: rloo, policy: sft, reward: REWARD, prompts: reviews, prefix_tokens: 6, steps: 3, batch: 8, samples: 4, max_tokens: 20, training: {epochs: 1, learning_rate: 1e-3}}
        online: {kind: rounds, method: online-dpo, policy: sft, prompts: reviews, prefix_tokens: 6, rounds: 1, max_tokens: 20, oracle: {kind: bradley-terry, reward: REWARD}, training: {steps: 2, batch: 16}}
        drawn: {kind: sample, policy: sft, prompts: reviews, prefix_tokens: 6, limit: 16, per_prompt: 2, max_tokens: 20, reward: REWARD}
      evaluation:
        reference: sft
        reward: REWARD
        held_out_reward: OTHER
        policies: [rloo]
        prompts_from: {prompts: reviews, prefix_tokens: 6}
        prompts: 24
        samples: 2
        max_tokens: 20
        best_of: []
      """.replacing("REWARD", with: reward).replacing("OTHER", with: other)
    }

    @Test(arguments: ["vllm", "sglang"])
    func `rewards behind a server are those of the model here`(kind: String) throws {
      try withRun { place in
        let here = Self.recipe + Self.rewarded(by: "rm", or: "synthetic")
        try place.write("here.yaml", here)
        let local = try Engine.run(["run", "here.yaml", "-o", "here", "--quiet"], in: place.url)
        #expect(local.status == 0, "\(local.errors)")
        let all = place.url.appending(path: "here/rm/checkpoints")
        let step = try #require(
          FileManager.default.contentsOfDirectory(atPath: all.path)
            .filter { $0.hasPrefix("step-") }.max())
        let double = try EngineDouble(all.appending(path: step))
        defer { double.close() }
        let server = "\"\(double.policy)\""
        try place.write(
          "there.yaml",
          Self.recipe + Self.rewarded(by: server, or: "rm")
            + "\nservers:\n  \(server): {kind: \(kind), checkpoint: rm, bound: 1e-4}\n")
        let words = ["run", "there.yaml", "-o", "there", "--quiet"]
        // It dies, and the same command goes on.
        double.change { $0.life = 150 }
        let broken = try Engine.run(words, in: place.url)
        #expect(broken.status == 4, "\(broken.errors)")
        #expect(broken.errors.split(separator: "\n").count == 1, "\(broken.errors)")
        double.change { $0.life = .max }
        let mended = try Engine.run(words, in: place.url)
        #expect(mended.status == 0, "\(mended.errors)")

        func value(_ run: String, _ name: String, of subject: String) throws -> Double {
          try #require(try numbers(place, run, of: subject)[name]?.value)
        }
        // The same policies to the last bits of their rewards, and the reward beside itself.
        for subject in ["sft", "rloo"] {
          let there = try value("there", "reward", of: subject)
          #expect(abs(try value("here", "reward", of: subject) - there) < 1e-4, "\(subject)")
          #expect(abs(try value("there", "held_out_reward", of: subject) - there) < 1e-5)
        }
        let record = try RecordFile.read(
          EvaluationRecord.self, from: place.url.appending(path: "there/evaluation.json"))
        let note = try #require(record.protocolNotes.first { $0.name == "reward server" }?.value)
        #expect(note.hasPrefix("server:double: scores of 32 texts are "), "\(note)")
        #expect(try Engine.run(["verify", "there"], in: place.url).status == 0)
        let requests = double.requests
        #expect(try Engine.run(["evaluate", "there"], in: place.url).status == 0)
        #expect(double.requests == requests)
      }
    }

    @Test func `a server with other rewards is caught, and one without a tokenizer refused`() throws
    {
      try withRun { place in
        let double = try EngineDouble(try checkpoint(place, "more"))
        defer { double.close() }
        let server = "\"\(double.policy)\""
        let tail = Self.recipe + Self.rewarded(by: server, or: "synthetic")
        func refused(_ lines: String, _ expected: String) throws {
          try place.write("wrong.yaml", tail + lines)
          let outcome = try Engine.run(["check", "wrong.yaml"], in: place.url)
          #expect(outcome.status == 3)
          #expect(outcome.errors.contains(expected), "\(outcome.errors)")
        }
        try refused("\n", "is of kind openai, whose form has no request for rewards")
        try refused(
          "\nservers:\n  \(server): {kind: vllm}\n",
          "server:double has no tokenizer here that texts could be read with")
        try refused(
          "\nservers:\n  \(server): {kind: vllm, checkpoint: more}\n",
          "checkpoint: stage more makes no reward model")
      }
    }

    @Test func `where weights are needed a server is refused with file, line and column`() throws {
      let place = try Workplace(recipe: Self.recipe)
      let server = "server:m@http://127.0.0.1:9/v1"
      func refused(_ lines: String, _ expected: String) throws {
        try place.write("wrong.yaml", Self.recipe + lines)
        let outcome = try Engine.run(["check", "wrong.yaml"], in: place.url)
        #expect(outcome.status == 3)
        #expect(outcome.errors.contains(expected), "\(outcome.errors)")
      }
      let why = "lives in a server: it can be sampled and measured, not trained"
      try refused(
        "\n  dpo: {kind: align, objective: dpo-pref, policy: \"\(server)\", data: reviews}\n",
        "wrong.yaml:20:51: stages.dpo.policy: a policy \(why)")
      try refused(
        "\nevaluation:\n  reference: \"\(server)\"\n  prompts_from: {prompts: reviews}\n",
        "wrong.yaml:21:14: evaluation.reference: a policy \(why)")
      try refused(
        "\n  drawn: {kind: sample, policy: \"\(server)\", prompts: reviews}\n",
        "wrong.yaml:20:33: stages.drawn.policy: server:m has no tokenizer here")
      try refused(
        "\n  rloo: {kind: on-policy, engine: \"\(server)\", method: rloo, policy: sft, reward: synthetic, "
          + "prompts: reviews, steps: 2}\n",
        "wrong.yaml:20:35: stages.rloo.engine: server:m is of kind openai")
      try refused(
        "\n  rloo: {kind: on-policy, engine: sft, method: rloo, policy: sft, reward: synthetic, "
          + "prompts: reviews, steps: 2}\n",
        "wrong.yaml:20:35: stages.rloo.engine: is a server, as in server:MODEL@http://127.0.0.1:30000"
      )
      try refused(
        "\nservers:\n  \"\(server)\": {checkpoint: sft}\n",
        "wrong.yaml:21:3: servers.server:m@http://127.0.0.1:9/v1: no policy or reward of the recipe"
      )
    }
  }
}
