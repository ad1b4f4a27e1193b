import Corpus
import EngineDouble
import Foundation
import HTTP
import Judging
import Policy
import Runs
import Testing

@testable import Serving

extension ServingSuites {
  /// Weights on their way to a server that stumbles.
  @Suite struct HandoverFaultTests {
    /// A server that serves the first of two models, and what hands it the second.
    private final class Bench {
      let served: ServedBench
      let engine: HandedEngine
      let other: LanguageModel

      init(_ kind: ServingSettings.Kind, attempts: Int = 6) throws {
        served = try ServedBench()
        try served.models.write("other", seed: 5)
        other = try served.models.load("other")
        var settings = try served.settings(kind)
        settings.transport.deadline = 1
        settings.transport.concurrency = 1
        engine = HandedEngine(
          try served.policy(settings, attempts: attempts), bound: 0.05,
          in: served.models.folder.appending(path: "engine"))
      }

      var double: EngineDouble { served.double }

      /// Draws by the second model, which is held against what was drawn.
      func draw() throws -> [[ServedCompletion]] {
        try engine.completions(of: ServedBench.prompts, count: 8, served.draw())
      }
    }

    static let vllm = [
      "/init_weight_transfer_engine", "/pause", "/start_weight_update", "/update_weights",
      "/finish_weight_update", "/resume",
    ]

    @Test(arguments: vllm, EngineDouble.Fault.allCases)
    func `each request of vLLM may fail once`(path: String, fault: EngineDouble.Fault) throws {
      let bench = try Bench(.vllm)
      defer { bench.double.close() }
      bench.double.change { $0.faults[path] = [fault] }
      try bench.engine.load(bench.other)
      #expect(!bench.double.isPaused)
      #expect(try bench.draw().joined().count == 32)
      #expect(bench.double.paths.contains(path))
    }

    @Test(arguments: EngineDouble.Fault.allCases)
    func `the request of SGLang may fail once`(fault: EngineDouble.Fault) throws {
      let bench = try Bench(.sglang)
      defer { bench.double.close() }
      bench.double.change { $0.faults["/update_weights_from_disk"] = [fault] }
      try bench.engine.load(bench.other)
      #expect(try bench.draw().joined().count == 32)
    }

    @Test(arguments: vllm.dropFirst(2).dropLast())
    func `where vLLM stays without weights it is told to go on`(path: String) throws {
      let bench = try Bench(.vllm, attempts: 3)
      defer { bench.double.close() }
      bench.double.change { $0.faults[path] = Array(repeating: .failed, count: 20) }
      #expect(
        throws: ServingError.unavailable(
          server: "\(bench.engine.name)",
          reason: "\(path) answers 500: CUDA error: out of memory")
      ) { try bench.engine.load(bench.other) }
      #expect(bench.double.paths.contains("/pause") && bench.double.paths.last == "/resume")
      #expect(!bench.double.isPaused)
      // Whoever goes on hands them again.
      bench.double.change { $0.faults = [:] }
      try bench.engine.load(bench.other)
      #expect(try bench.draw().joined().count == 32)
    }

    @Test func `a server that cannot be told to go on is said to stand still`() throws {
      let bench = try Bench(.vllm, attempts: 2)
      defer { bench.double.close() }
      bench.double.change {
        $0.faults["/update_weights"] = Array(repeating: .declined, count: 20)
        $0.faults["/resume"] = Array(repeating: .failed, count: 20)
      }
      #expect(
        throws: ServingError.unavailable(
          server: "\(bench.engine.name)",
          reason:
            "/update_weights does not load the weights: Failed to get weights iterator, and it "
            + "does not go on: /resume answers 500: CUDA error: out of memory")
      ) { try bench.engine.load(bench.other) }
      #expect(bench.double.isPaused)
    }

    @Test(arguments: [ServingSettings.Kind.vllm, .sglang])
    func `a server that is started again while it draws is caught, and nothing of it is kept`(
      kind: ServingSettings.Kind
    ) throws {
      let bench = try Bench(kind)
      defer { bench.double.close() }
      try bench.engine.load(bench.other)
      bench.double.change { $0.isRestarted = 16 }
      #expect(throws: ServingError.self) { try bench.draw() }
      // Another process.
      let next = HandedEngine(
        try bench.served.policy(kind), bound: 0.05,
        in: bench.served.models.folder.appending(path: "engine"))
      try next.load(bench.other)
      let drawn = bench.double.drawn
      let again = try next.completions(
        of: ServedBench.prompts, count: 8, try bench.served.draw())
      #expect(again.joined().count == 32 && bench.double.drawn == drawn + 32)
    }

    @Test(arguments: [ServingSettings.Kind.vllm, .sglang])
    func `parts of requests that are left out keep no weights from a server`(
      kind: ServingSettings.Kind
    ) throws {
      let bench = try ServedBench()
      defer { bench.double.close() }
      try bench.models.write("other", seed: 5)
      var settings = try bench.settings(kind)
      settings.dialect = Dialect(omitting: [.seed])
      let engine = HandedEngine(
        try bench.policy(settings), bound: 0.05,
        in: bench.models.folder.appending(path: "engine"))
      try engine.load(bench.models.load("other"))
      #expect(bench.double.paths.contains { $0.hasPrefix("/update_weights") })
    }
  }
}
