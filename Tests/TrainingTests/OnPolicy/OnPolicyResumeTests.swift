import Foundation
import Policy
import Runs
import Testing
import Torch

@testable import Training

/// A training on its own samples that was stopped leaves the same bytes as one that was not.
@Suite struct OnPolicyResumeTests {
  static let recipes = [
    // Everything that moves: critic, both optimisers, β, the reward's scale, early stops.
    """
    {method: ppo, steps: 6, batch: 4, samples: 2, max_tokens: 10, kl: 0.1, kl_target: 0.5,
     kl_horizon: 40, normalise_reward: standardise, missing_end_score: -1,
     ppo: {critic_warmup: 1, stop_above: 0.02},
     training: {epochs: 3, minibatches: 2, learning_rate: 1e-2, checkpoints: 3}}
    """,
    """
    {method: nash-md, steps: 6, batch: 4, max_tokens: 10,
     training: {learning_rate: 1e-2, checkpoints: 2}}
    """,
  ]

  static func train(_ text: String, in directory: StageDirectory, stops: [Int]) throws {
    var steps = 0
    for stop in stops + [Int.max] {
      // A new trainer each time, as in a new process.
      let trainer = try OnPolicyBench.trainer(text)
      var loop = OnPolicyLoop(
        decorate: {
          try AtomicFile.write(Data("words\n".utf8), to: $0.appending(path: "words.txt"))
        })
      loop.shouldStop = { trainer.step >= stop }
      let outcome = try loop.run(trainer, in: directory)
      steps = trainer.step
      #expect(outcome == (stop == Int.max ? .finished : .interrupted(step: max(stop, 1))))
    }
    #expect(steps == 6)
  }

  @Test(arguments: recipes.indices)
  func `stopped anywhere it ends with the same bytes`(_ index: Int) throws {
    let bench = try Workbench()
    let text = Self.recipes[index]
    let whole = try bench.directory("whole")
    try Self.train(text, in: whole, stops: [])
    let expected = try Workbench.files(below: whole.url)
    #expect(expected["checkpoints/step-000006/training/state.tensors"] != nil)
    #expect(expected["checkpoints/step-000006/words.txt"] != nil)
    let critic = "checkpoints/step-000006/training/critic/model.safetensors"
    #expect((expected[critic] != nil) == (index == 0))
    for stops in [[1], [3], [5], [2, 4], [1, 2, 3, 4, 5]] {
      let parts = try bench.directory("parts-\(stops)")
      try Self.train(text, in: parts, stops: stops)
      let found = try Workbench.files(below: parts.url)
      #expect(found.keys.sorted() == expected.keys.sorted(), "stopped at \(stops)")
      for (name, data) in expected {
        #expect(found[name] == data, "\(name) differs after stopping at \(stops)")
      }
    }
  }

  @Test func `β moves and early stops happen in the training above`() throws {
    let bench = try Workbench()
    let directory = try bench.directory("whole")
    try Self.train(Self.recipes[0], in: directory, stops: [])
    let records = try Workbench.records(directory)
    #expect(Set(records.compactMap { $0.metrics["objective/kl_coef"] }).count > 2)
    #expect(records.contains { ($0.metrics["updates"] ?? 6) < 6 })
  }

  @Test func `a damaged critic is passed over with its checkpoint and made again`() throws {
    let bench = try Workbench()
    let directory = try bench.directory("whole")
    try Self.train(Self.recipes[0], in: directory, stops: [])
    let expected = try Workbench.files(below: directory.url)
    let file = directory.checkpoints.appending(
      path: "step-000006/training/critic/model.safetensors")
    var data = try Data(contentsOf: file)
    data[data.startIndex + data.count / 2] ^= 0x10
    try data.write(to: file)
    try Self.train(Self.recipes[0], in: directory, stops: [])
    #expect(try Workbench.files(below: directory.url) == expected)
  }

  @Test func `the inner loop starts from a model that stays as it is, and takes other rewards`()
    throws
  {
    let model = try OnPolicyBench.model()
    let start = try OnPolicyBench.weights(model.decoder)
    let settings = try OnPolicyBench.settings(
      """
      {method: ppo, steps: 4, batch: 4, samples: 2, max_tokens: 10,
       training: {learning_rate: 1e-2, schedule: constant}}
      """)
    func trainer() throws -> OnPolicyTrainer {
      try OnPolicyTrainer(
        from: model, reward: OnPolicyBench.LetterReward(), prompts: OnPolicyBench.prompts(model),
        settings: settings, seed: 5)
    }
    let (one, other) = (try trainer(), try trainer())
    try one.run(steps: 2)
    try other.run(steps: 2)
    #expect(
      try OnPolicyBench.weights(one.policy.decoder)
        == OnPolicyBench.weights(other.policy.decoder))
    let before = try one.run(steps: 2)
    let after = try other.run(steps: 2, against: OnPolicyBench.LetterReward(letter: "t"))
    #expect(before["reward"] != after["reward"])
    #expect(
      try OnPolicyBench.weights(one.policy.decoder)
        != OnPolicyBench.weights(other.policy.decoder))
    #expect(try OnPolicyBench.weights(model.decoder) == start)
  }

  @Test func `the inner loop in memory moves the weights as the stage's loop does`() throws {
    let bench = try Workbench()
    let text = Self.recipes[0]
    let trainer = try OnPolicyBench.trainer(text)
    var reported: [Int] = []
    let last = try trainer.run(steps: 6) { step, _ in reported.append(step) }
    #expect(reported == Array(1...6))
    let directory = try bench.directory("stage")
    try Self.train(text, in: directory, stops: [])
    let saved = try Decoder.load(CheckpointStore(directory.checkpoints).url(of: 6))
    #expect(
      try OnPolicyBench.weights(trainer.policy.decoder) == OnPolicyBench.weights(saved))
    #expect(try Workbench.records(directory).last?.metrics == last)
  }
}
