import Foundation
import Runs
import Testing
import Torch

@testable import Policy
@testable import Training

/// Trainings that move an adapter and leave the weights below it alone.
@Suite struct AdapterTrainingTests {
  private static let adapter = AdapterSettings(rank: 2, alpha: 4, dropout: 0.1)

  /// A folder with a whole model, whose adapters name it.
  private func base(_ bench: Workbench, labels: Int? = nil) throws -> Decoder {
    let folder = try bench.directory("base").url
    try Workbench.model(labels: labels).save(to: folder)
    return try Decoder.load(folder)
  }

  private func language(_ decoder: Decoder, _ settings: AdapterSettings) throws -> Decoder {
    try decoder.adapted(settings, seed: 9)
  }

  private func train(
    _ task: () throws -> any LearningTask, _ settings: String, in directory: StageDirectory,
    stops: [Int] = []
  ) throws {
    for stop in stops {
      var loop = try Workbench.loop(settings)
      var step = try CheckpointStore(directory.checkpoints).newest().checkpoint?.step ?? 0
      loop.shouldStop = {
        step += 1
        return step >= stop
      }
      _ = try loop.run(task(), in: directory)
    }
    let (outcome, _) = try Workbench.loop(settings).run(task(), in: directory)
    #expect(outcome == .finished)
  }

  private static let nine = "steps: 9, batch: 5, checkpoints: 3, held_out: 0.2, learning_rate: 0.05"

  @Test(arguments: ["normal", "low"])
  func `stopped anywhere it ends with the same bytes, and the base stays as it is`(
    memory: String
  ) throws {
    let bench = try Workbench()
    let base = try base(bench)
    let before = try base.weights.tensors.map { try $0.values(as: Float.self) }
    let settings = "\(Self.nine), memory: \(memory)"
    let task: () throws -> any LearningTask = {
      try Workbench.alignmentTask(self.language(base, Self.adapter), heldOut: 0.2)
    }
    let whole = try bench.directory("whole")
    try train(task, settings, in: whole)
    let expected = try Workbench.files(below: whole.url)
    for stops in [[1], [4], [8], [2, 3, 7], Array(1...8)] {
      let parts = try bench.directory("parts-\(stops)")
      try train(task, settings, in: parts, stops: stops)
      let found = try Workbench.files(below: parts.url)
      #expect(found.keys.sorted() == expected.keys.sorted())
      for (name, data) in expected {
        #expect(found[name] == data, "\(name) differs after stopping at \(stops)")
      }
    }
    #expect(try base.weights.tensors.map { try $0.values(as: Float.self) } == before)
    let names = expected.keys.filter { $0.hasPrefix("checkpoints/step-000009/") }
      .map { $0.dropFirst("checkpoints/step-000009/".count) }.sorted()
    #expect(
      names == [
        "adapter_config.json", "adapter_model.safetensors", "manifest.json",
        "training/state.tensors", "words.txt",
      ])
    // Frozen weights have no moments.
    let folder = whole.checkpoints.appending(path: "step-000009")
    let own = try language(base, Self.adapter).trainable.names
    let state = try SafetensorsFile(folder.appending(path: TrainingState.file))
    #expect(Set(state.names) == Set(own.flatMap { ["first.\($0)", "second.\($0)"] }))
    // Its folder is a model like others.
    let again = try Decoder.load(folder)
    #expect(again.adapterSettings?.scale == Self.adapter.scale)
    #expect(again.adapterSettings?.dropout == Self.adapter.dropout)
    #expect(try again.trainable.tensors[1].values(as: Float.self).contains { $0 != 0 })
  }

  /// What a step moves does not depend on the parts that it is run in.
  @Test(arguments: ["normal", "low"])
  func `one part of eight or eight parts of one are the same step`(memory: String) throws {
    let bench = try Workbench()
    let base = try base(bench)
    let settings = AdapterSettings(rank: 2, alpha: 4)
    func moved(_ parts: Int) throws -> [Double] {
      let model = try language(base, settings)
      let directory = try bench.directory("\(memory)-\(parts)")
      _ = try Workbench.loop(
        "steps: 3, batch: 8, accumulation: \(parts), learning_rate: 0.01, memory: \(memory)"
      ).run(Workbench.languageTask(model), in: directory)
      return try model.trainable.tensors.flatMap { try $0.values(as: Double.self) }
    }
    let whole = try moved(1)
    for parts in [2, 8] {
      let found = try moved(parts)
      #expect(zip(found, whole).allSatisfy { abs($0 - $1) < 1e-5 })
    }
  }

  /// The same steps, whole models and adapters alike.
  @Test func `low memory changes no number`() throws {
    let bench = try Workbench()
    func losses(_ memory: String, _ model: Decoder) throws -> [Double] {
      let directory = try bench.directory("\(memory)-\(UUID().uuidString)")
      _ = try Workbench.loop("steps: 4, batch: 6, learning_rate: 0.05, memory: \(memory)")
        .run(Workbench.languageTask(model), in: directory)
      return try Workbench.records(directory).compactMap { $0.metrics["loss"] }
    }
    let base = try base(bench)
    for makes in [{ try Workbench.model() }, { try self.language(base, Self.adapter) }] {
      let (kept, again) = (try losses("normal", makes()), try losses("low", makes()))
      #expect(kept.count == 4)
      #expect(zip(kept, again).allSatisfy { abs($0 - $1) < 1e-6 })
    }
  }
}
