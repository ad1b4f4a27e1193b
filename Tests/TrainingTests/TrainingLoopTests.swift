import Foundation
import Policy
import Runs
import TestSupport
import Testing
import Torch

@testable import Training

@Suite struct TrainingLoopTests {
  /// Gradients of a step's examples, run in parts of a size.
  func gradients(_ task: any LearningTask, parts size: Int) throws -> [[Double]] {
    let examples = [3, 0, 17, 8, 11, 21, 5, 2]
    try task.model.requireGradients()
    for start in stride(from: 0, to: 8, by: size) {
      try task.loss(
        of: Array(examples[start..<start + size]), weight: task.weight(of: examples)
      ).loss.backward()
    }
    let gradients = try task.model.parameters.map { try numbers($0.gradient) }
    for parameter in task.model.parameters { try parameter.clearGradient() }
    return gradients
  }

  @Test func oneTimesEightAndEightTimesOneHaveTheSameGradient() throws {
    for task in try Workbench.tasks() {
      let whole = try gradients(task, parts: 8)
      #expect(whole.joined().contains { abs($0) > 1e-3 })
      for size in [1, 2, 4] {
        let parts = try gradients(task, parts: size)
        for (mine, theirs) in zip(parts, whole) { expectClose(mine, theirs, within: 1e-6) }
      }
    }
  }

  @Test func accumulationChangesNeitherWeightsNorRecords() throws {
    let bench = try Workbench()
    var runs: [(weights: [[Double]], records: [StepRecord])] = []
    for accumulation in [1, 8, 3] {
      // A large epsilon, because Adam divides by gradients: noise of 1e-9 would become a step.
      let loop = try Workbench.loop(
        "steps: 6, batch: 8, learning_rate: 0.01, epsilon: 1e-2, accumulation: \(accumulation)")
      for (index, task) in try Workbench.tasks().enumerated() {
        let directory = try bench.directory("\(accumulation)-\(index)")
        _ = try loop.run(task, in: directory)
        runs.append(
          (
            try task.model.parameters.map { try numbers($0) },
            try Workbench.records(directory)
          ))
      }
    }
    for index in 0..<4 {
      let start = try Workbench.tasks()[index].model.parameters.map { try numbers($0) }
      #expect(
        zip(start.joined(), runs[index].weights.joined()).contains { abs($0 - $1) > 1e-3 },
        "the weights must have moved")
      for other in [runs[index + 4], runs[index + 8]] {
        for (mine, theirs) in zip(other.weights, runs[index].weights) {
          expectClose(mine, theirs, within: 1e-6)
        }
        for (mine, theirs) in zip(other.records, runs[index].records) {
          #expect(mine.metrics.keys == theirs.metrics.keys)
          for (name, value) in mine.metrics {
            let expected = theirs.metrics[name] ?? .nan
            #expect(abs(value - expected) < 1e-5, "\(name): \(value), \(expected)")
          }
        }
      }
    }
  }

  @Test(arguments: [
    (1, 10, [10]), (3, 10, [3, 7, 10]), (4, 10, [3, 5, 8, 10]), (10, 10, Array(1...10)),
    (50, 3, [1, 2, 3]), (2, 1, [1]),
  ])
  func checkpointsAreSpacedEvenlyAndTheLastStepHasOne(
    _ checkpoints: Int, _ steps: Int, _ expected: [Int]
  ) throws {
    let loop = try Workbench.loop("checkpoints: \(checkpoints)")
    #expect(loop.checkpointSteps(of: steps).sorted() == expected)
  }

  @Test func theFolderHoldsTheCheckpointsThatWereAskedFor() throws {
    let bench = try Workbench()
    let directory = try bench.directory("stage")
    let loop = try Workbench.loop("steps: 7, batch: 4, checkpoints: 3")
    let (outcome, _) = try loop.run(Workbench.languageTask(Workbench.model()), in: directory)
    #expect(outcome == .finished)
    let store = CheckpointStore(directory.checkpoints)
    #expect(try store.steps() == [2, 5, 7])
    let names = try store.checkpoint(at: 5).manifest.files.map(\.name)
    #expect(names == ["config.json", "model.safetensors", "training/state.tensors", "words.txt"])
  }

  @Test func eachStepRecordsItsRateItsTokensAndItsPlace() throws {
    let bench = try Workbench()
    let directory = try bench.directory("stage")
    let loop = try Workbench.loop(
      "steps: 10, batch: 6, learning_rate: 0.02, warmup: 0.2, schedule: linear")
    let task = Workbench.languageTask(try Workbench.model())
    let (_, tokens) = try loop.run(task, in: directory)
    let records = try Workbench.records(directory)
    #expect(records.map(\.step) == Array(1...10))
    // Two steps up to 0.02, then 8 steps down towards 0: 0.02 · (1 − i/8).
    let rates = [0.01, 0.02, 0.02, 0.0175, 0.015, 0.0125, 0.01, 0.0075, 0.005, 0.0025]
    expectClose(records.compactMap { $0.metrics["learning_rate"] }, rates, within: 1e-12)
    // 24 texts, 6 a step.
    expectClose(
      records.compactMap { $0.metrics["epoch"] }, (1...10).map { Double($0) / 4 }, within: 1e-12)
    let counted = records.compactMap { $0.metrics["num_tokens"] }
    #expect(counted.reduce(0, +) == Double(tokens))
    // Every pass of four steps reads every text once.
    let whole = Double(Workbench.sequences(24).joined().count)
    #expect(counted[0..<4].reduce(0, +) == whole)
    #expect(counted[4..<8].reduce(0, +) == whole)
    #expect(records.allSatisfy { ($0.metrics["grad_norm"] ?? 0) > 0 })
    let losses = records.compactMap { $0.metrics["loss"] }
    #expect(abs(losses[0] - log(13)) < 0.05, "a new model predicts nothing: \(losses[0])")
  }

  @Test func aConstantRateStaysAndClippingBoundsTheStep() throws {
    let bench = try Workbench()
    let directory = try bench.directory("stage")
    let loop = try Workbench.loop("steps: 4, batch: 6, schedule: constant, warmup: 0, clip: 0")
    _ = try loop.run(Workbench.languageTask(Workbench.model()), in: directory)
    let records = try Workbench.records(directory)
    #expect(records.allSatisfy { $0.metrics["learning_rate"] == 1e-2 })
  }

  @Test func whatIsHeldOutIsMeasuredAtCheckpointsAndNeverTrainedOn() throws {
    let bench = try Workbench()
    for (index, task) in try Workbench.tasks(heldOut: 0.25).enumerated() {
      #expect(task.exampleCount == 18)
      let directory = try bench.directory("stage-\(index)")
      let loop = try Workbench.loop("steps: 6, batch: 4, checkpoints: 2")
      let counted = Counted(task)
      _ = try loop.run(counted, in: directory)
      #expect(Set(counted.seen.examples).isSubset(of: Set(0..<18)))
      let records = try Workbench.records(directory)
      let measured = records.filter { $0.metrics["eval_loss"] != nil }.map(\.step)
      #expect(measured == [3, 6])
      // The last record is the loss of the last checkpoint's weights.
      let again = try withoutGradient { try task.heldOut() }
      #expect(records[5].metrics["eval_loss"] == again["loss"])
      let before = records[2].metrics["eval_loss"]
      #expect(before != again["loss"])
    }
  }

  @Test func theHeldOutLossOfTextsIsTheirMeanPerToken() throws {
    let model = try Workbench.model()
    let task = Workbench.languageTask(model, heldOut: 0.25)
    let held = Workbench.sequences(24).suffix(6)
    var sum = 0.0
    for sequence in held {
      let targets = try Targets.sequences([sequence], positions: 24, on: .cpu)
      sum -= try withoutGradient { try model.logProbabilities(of: targets).sum().item() }
    }
    let count = held.reduce(0) { $0 + $1.count - 1 }
    let found = try withoutGradient { try task.heldOut() }
    expectClose(try #require(found["loss"]), sum / Double(count), within: 1e-6)
  }

  @Test func nothingToTrainOnIsAMistake() throws {
    let bench = try Workbench()
    let task = LanguageModelTask(try Workbench.model(), [], heldOut: 0)
    let directory = try bench.directory("sft")
    #expect(
      message { _ = try Workbench.loop("steps: 3").run(task, in: directory) }
        == "sft: no examples to train on: all are longer than max_length; raise max_length")
  }

  @Test func progressIsReportedAfterEveryStep() throws {
    let bench = try Workbench()
    var loop = try Workbench.loop("steps: 3, batch: 4")
    var seen: [(Int, Int)] = []
    loop.report = { seen.append(($0.step, $0.steps)) }
    _ = try loop.run(
      Workbench.languageTask(Workbench.model()), in: bench.directory("stage"))
    #expect(seen.map(\.0) == [1, 2, 3])
    #expect(seen.allSatisfy { $0.1 == 3 })
  }
}

/// A task that remembers which examples it was asked for, and may be spoiled.
struct Counted: LearningTask {
  final class Seen {
    var examples: [Int] = []
    var calls = 0
  }

  let task: any LearningTask
  let seen = Seen()
  /// Changes the loss of a call, counted from 1.
  var spoil: (Int, Tensor) throws -> Tensor = { $1 }

  init(_ task: any LearningTask) { self.task = task }

  var model: Decoder { task.model }
  var exampleCount: Int { task.exampleCount }
  func name(of example: Int) -> String { task.name(of: example) }
  func tokens(of example: Int) -> Int { task.tokens(of: example) }
  func weight(of examples: [Int]) -> Double { task.weight(of: examples) }
  func heldOut() throws -> [String: Double] { try task.heldOut() }

  func loss(of examples: [Int], weight: Double) throws -> (loss: Tensor, metrics: Metrics) {
    seen.examples += examples
    seen.calls += 1
    let (loss, metrics) = try task.loss(of: examples, weight: weight)
    return (try spoil(seen.calls, loss), metrics)
  }
}
