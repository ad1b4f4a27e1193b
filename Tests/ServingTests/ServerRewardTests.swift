import Corpus
import EngineDouble
import Foundation
import HTTP
import Judging
import Policy
import Runs
import Testing
import Torch

@testable import Serving

extension ServingSuites {
  @Suite struct ServerRewardTests {
    static let kinds = [ServingSettings.Kind.vllm, .sglang]
    private static let texts = [
      "ab", "cad", "b", "fee", "deaf", "abcdefabcdef", "face", "ded", "bad", "cafe",
    ]

    /// A server with a tiny reward model, and rewards that ask it.
    private struct Bench {
      let models: LetterModels
      let double: EngineDouble

      init(_ manner: EngineDouble.Manner = .init()) throws {
        models = try LetterModels()
        double = try EngineDouble(try models.write("rm", isReward: true), manner)
        try models.write("other", seed: 5, isReward: true)
      }

      func local(_ name: String = "rm") throws -> ModelReward {
        try ModelReward(name: name, model: models.load(name))
      }

      func reward(
        _ kind: ServingSettings.Kind, in folder: String = "scores", checkpoint: String? = nil,
        attempts: Int = 6, requests: Int? = nil
      ) throws -> ServerReward {
        var settings = ServingSettings(
          try ServerName("server:\(EngineDouble.name)@\(double.root)/v1"))
        settings.kind = kind
        settings.bound = 1e-3
        settings.transport.deadline = 1
        settings.transport.maximumRequests = requests
        var retries = RetryPolicy()
        retries.base = .milliseconds(2)
        retries.attempts = attempts
        retries.silentDeadlines = 1000
        return try ServerReward(
          settings, RewardReader.load(models.folder.appending(path: "rm")), identity: "",
          checkpoint: checkpoint.map { name in
            ServerReward.Checkpoint(name: name) { try models.load(name) }
          }, in: models.folder.appending(path: folder), environment: [:], policy: retries)
      }

      func record(_ folder: String = "scores") throws -> ServedRecord {
        try RecordFile.read(
          ServedRecord.self,
          from: models.folder.appending(path: "\(folder)/\(ServerReward.record)"))
      }
    }

    private func near(_ one: [Double], _ other: [Double]) -> Bool {
      one.count == other.count && zip(one, other).allSatisfy { abs($0 - $1) < 1e-5 }
    }

    @Test(arguments: kinds)
    func `scores are those of the model behind the server`(kind: ServingSettings.Kind) throws {
      let bench = try Bench()
      defer { bench.double.close() }
      let own = try bench.local().rewards(of: Self.texts)
      #expect(Set(own).count == own.count)
      let reward = try bench.reward(kind, checkpoint: "rm")
      #expect(near(try reward.rewards(of: Self.texts), own))
      #expect(reward.name == "server:double")
      let record = try bench.record()
      #expect(record.samples == 10 && record.largestDifference < 1e-5)
      #expect(record.areScores == true && record.words.hasPrefix("scores of 10 texts are "))
      // Longer texts keep their end, as here.
      let long = String(repeating: "abcdef", count: 30)
      let ends = try bench.local().rewards(of: [long])
      #expect(near(try reward.rewards(of: [long]), ends))
    }

    @Test func `what was answered is not asked again, by another process either`() throws {
      let bench = try Bench()
      defer { bench.double.close() }
      let reward = try bench.reward(.vllm)
      let first = try reward.rewards(of: Array(Self.texts.prefix(4)))
      #expect(bench.double.scored == 4)
      #expect(try reward.rewards(of: Array(Self.texts.prefix(4))) == first)
      let next = try bench.reward(.vllm)
      #expect(try next.rewards(of: Self.texts).prefix(4) == first[...])
      #expect(bench.double.scored == 10)
    }

    @Test(arguments: EngineDouble.Fault.allCases, kinds)
    func `what fails once is asked again`(
      fault: EngineDouble.Fault, kind: ServingSettings.Kind
    ) throws {
      let bench = try Bench()
      defer { bench.double.close() }
      let path = kind == .vllm ? "/pooling" : "/classify"
      bench.double.change { $0.faults[path] = [fault, fault] }
      let own = try bench.local().rewards(of: Self.texts)
      #expect(near(try bench.reward(kind).rewards(of: Self.texts), own))
    }

    @Test func `a server that dies halfway keeps what it answered`() throws {
      let bench = try Bench()
      defer { bench.double.close() }
      bench.double.change { $0.life = 5 }
      #expect(throws: ServingError.self) {
        try bench.reward(.sglang, attempts: 2).rewards(of: Self.texts)
      }
      let before = bench.double.scored
      #expect(before == 5)
      bench.double.change { $0.life = .max }
      let own = try bench.local().rewards(of: Self.texts)
      #expect(near(try bench.reward(.sglang).rewards(of: Self.texts), own))
      #expect(bench.double.scored == 10)
    }

    @Test func `a limit on requests ends it`() throws {
      let bench = try Bench()
      defer { bench.double.close() }
      #expect(throws: ServingError.self) {
        try bench.reward(.vllm, requests: 4).rewards(of: Self.texts)
      }
      #expect(bench.double.requests == 4)
    }

    @Test(arguments: kinds)
    func `other weights are caught before anything is scored`(kind: ServingSettings.Kind) throws {
      let bench = try Bench()
      defer { bench.double.close() }
      bench.double.load(bench.models.folder.appending(path: "other"))
      let error = #expect(throws: ServingError.self) {
        try bench.reward(kind, checkpoint: "rm").rewards(of: Self.texts)
      }
      #expect("\(error as Any)".contains("gives other scores than rm: those of 10 texts are "))
      #expect("\(error as Any)".contains("load the checkpoint, or name the one that it serves"))
      #expect(bench.double.scored == 10)
    }

    @Test func `a probability in the place of a score is caught`() throws {
      let bench = try Bench()
      defer { bench.double.close() }
      bench.double.change { $0.activation = { 1 / (1 + exp(-$0)) } }
      let error = #expect(throws: ServingError.self) {
        try bench.reward(.vllm, checkpoint: "rm").rewards(of: Self.texts)
      }
      #expect("\(error as Any)".contains("they are its scores behind a sigmoid"))
      bench.double.change { $0.activation = { _ in 1 } }
      let flat = #expect(throws: ServingError.self) {
        try bench.reward(.vllm, in: "flat").rewards(of: Self.texts)
      }
      #expect("\(flat as Any)".contains("gives each of 10 different texts the score 1.0"))
    }

    @Test func `a server whose weights change between scores is caught`() throws {
      let bench = try Bench()
      defer { bench.double.close() }
      let reward = try bench.reward(.sglang)
      _ = try reward.rewards(of: Array(Self.texts.prefix(4)))
      bench.double.load(bench.models.folder.appending(path: "other"))
      let error = #expect(throws: ServingError.self) { try reward.rewards(of: Self.texts) }
      #expect("\(error as Any)".contains("answers by the weights 'other', and before that by 'rm'"))
    }

    @Test func `OpenAI's form has no request for rewards`() throws {
      let bench = try Bench()
      defer { bench.double.close() }
      #expect(throws: ServingError.self) { try bench.reward(.openai) }
    }
  }
}
