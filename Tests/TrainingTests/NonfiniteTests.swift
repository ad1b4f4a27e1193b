import Foundation
import Policy
import Runs
import TestSupport
import Testing
import Torch

@testable import Training

/// What is not a number stops the training before the weights are touched.
@Suite struct NonfiniteTests {
  enum Poison: String, CaseIterable {
    case loss, infinity, gradient

    func spoil(_ loss: Tensor, _ model: Decoder) throws -> Tensor {
      switch self {
      case .loss: return try loss * Double.nan
      case .infinity: return try loss * Double.infinity
      // √0 has the value 0 and the slope ∞; ∞ · 0 is not a number.
      case .gradient:
        let zero = try (model.parameters[0] * 0.0).squareRoot().sum()
        return try loss + zero
      }
    }
  }

  @Test(arguments: Poison.allCases)
  func theStepIsNamedAndTheLastGoodCheckpointStays(_ poison: Poison) throws {
    let bench = try Workbench()
    let directory = try bench.directory("stage")
    let model = try Workbench.model()
    var task = Counted(Workbench.languageTask(model))
    // 2 calls a step: step 6 is calls 11 and 12.
    task.spoil = { call, loss in call == 12 ? try poison.spoil(loss, model) : loss }
    let loop = try Workbench.loop("steps: 8, batch: 6, accumulation: 2, checkpoints: 4")
    let text = message { _ = try loop.run(task, in: directory) }
    let step = task.seen.examples.suffix(6).map { "text-\($0)" }
    let part = Array(step.suffix(3))
    switch poison {
    case .loss, .infinity:
      #expect(
        text == "step 6: the loss is not finite (examples \(part.joined(separator: ", "))); "
          + "nothing was updated; the last good checkpoint is step-000004; lower learning_rate, "
          + "or look at these examples")
    case .gradient:
      #expect(
        text == "step 6: the gradient is not finite (examples "
          + "\(step.prefix(4).joined(separator: ", ")) and 2 more); nothing was updated; the last "
          + "good checkpoint is step-000004; lower learning_rate, or look at these examples")
    }
    #expect(try Workbench.records(directory).map(\.step) == [1, 2, 3, 4, 5])
    let store = CheckpointStore(directory.checkpoints)
    #expect(try store.steps() == [2, 4])
    #expect(try store.newest().checkpoint?.step == 4)
    #expect(try store.newest().skipped.isEmpty)

    // The weights in memory are those of step 5 of a training that was never poisoned.
    let healthy = try Workbench.model()
    var clean = try Workbench.loop("steps: 8, batch: 6, accumulation: 2, checkpoints: 8")
    var done = 0
    clean.report = { done = $0.step }
    clean.shouldStop = { done == 4 }
    _ = try clean.run(Workbench.languageTask(healthy), in: bench.directory("clean"))
    for (mine, theirs) in zip(model.parameters, healthy.parameters) {
      #expect(try numbers(mine) == numbers(theirs))
    }
  }

  @Test func withoutACheckpointNoneIsPromised() throws {
    let bench = try Workbench()
    var task = Counted(Workbench.languageTask(try Workbench.model()))
    task.spoil = { _, loss in try loss * Double.nan }
    let directory = try bench.directory("stage")
    let text = message { _ = try Workbench.loop("steps: 8, batch: 2").run(task, in: directory) }
    let names = task.seen.examples.map { "text-\($0)" }.joined(separator: ", ")
    #expect(
      text == "step 1: the loss is not finite (examples \(names)); nothing was updated; "
        + "lower learning_rate, or look at these examples")
    #expect(try Workbench.records(directory).isEmpty)
    #expect(try CheckpointStore(directory.checkpoints).steps().isEmpty)
  }
}
