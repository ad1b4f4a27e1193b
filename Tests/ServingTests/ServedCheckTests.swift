import EngineDouble
import Foundation
import Policy
import Runs
import Testing

@testable import Serving

extension ServingSuites {
  @Suite struct ServedCheckTests {
    private func perform(
      _ bench: ServedBench, _ kind: ServingSettings.Kind, against name: String,
      others: [String] = [], bound: Double = 0.05
    ) throws -> ServedRecordOrError {
      do {
        let record = try ServedCheck(bench.policy(kind), bound: bound).perform(
          on: ServedBench.prompts, maxTokens: 8, seed: 3,
          against: (name, try bench.models.load(name)),
          others: others.map { name in ServedCheck.Other(name: name) { try bench.models.load(name) }
          })
        return .record(record)
      } catch let error as ServingError {
        return .error(error)
      }
    }

    enum ServedRecordOrError {
      case record(ServedRecord)
      case error(ServingError)

      var record: ServedRecord? { if case .record(let found) = self { found } else { nil } }
      var error: ServingError? { if case .error(let found) = self { found } else { nil } }
    }

    @Test(arguments: ServingSettings.Kind.allCases)
    func `a server with the checkpoint's weights is as far as rounding from it`(
      kind: ServingSettings.Kind
    ) throws {
      let bench = try ServedBench()
      let found = try #require(perform(bench, kind, against: "served").record)
      #expect(found.samples == 32)
      #expect(found.tokens > 32)
      #expect(found.meanDifference < 1e-6)
      #expect(found.largestDifference >= found.meanDifference)
      #expect(found.bound == 0.05)
      #expect(found.checkpoint == "served")
    }

    @Test func `other weights are above the bound`() throws {
      let bench = try ServedBench()
      try bench.models.write("trained", seed: 2)
      let error = try #require(perform(bench, .openai, against: "trained").error)
      #expect(error.exitCode == 3)
      #expect("\(error)".contains("serves other weights than trained"))
      #expect("\(error)".contains("which is above the bound of 0.05"))
      #expect("\(error)".split(separator: "\n").count == 1)
    }

    /// The first rounds of a training move a policy by less than a bound for bfloat16.
    @Test func `weights from before a small change are found though they are below the bound`()
      throws
    {
      let bench = try ServedBench()
      try bench.models.write("trained", seed: 1, nudge: 0.002)
      let alone = try #require(perform(bench, .vllm, against: "trained").record)
      #expect(alone.meanDifference > 1e-4 && alone.meanDifference < 0.05)
      let error = try #require(
        perform(bench, .vllm, against: "trained", others: ["served"]).error)
      #expect("\(error)".contains("from served, which it seems to serve"))
      // Whoever loaded the change is believed beside the same others.
      bench.double.load(bench.models.folder.appending(path: "trained"))
      let found = try perform(bench, .vllm, against: "trained", others: ["served"])
      #expect(found.record?.meanDifference ?? 1 < 1e-6)
    }

    @Test func `every check asks anew: a server may have been started again`() throws {
      let bench = try ServedBench()
      #expect(try perform(bench, .sglang, against: "served").record != nil)
      try bench.models.write("stale", seed: 5)
      bench.double.load(bench.models.folder.appending(path: "stale"))
      #expect(try perform(bench, .sglang, against: "served").error != nil)
    }

    @Test func `without log-probabilities nothing can be held`() throws {
      var manner = EngineDouble.Manner()
      manner.tellsLogprobs = false
      manner.scores = false
      let error = try #require(perform(ServedBench(manner), .openai, against: "served").error)
      #expect("\(error)".contains("leave checkpoint out, and its numbers stand unchecked"))
    }
  }
}
