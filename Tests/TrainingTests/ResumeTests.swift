import Foundation
import Policy
import Runs
import Testing
import Torch

@testable import Training

/// A training that was stopped leaves the same bytes as one that was not.
@Suite struct ResumeTests {
  static let settings =
    "steps: 9, batch: 5, checkpoints: 3, held_out: 0.2, learning_rate: 0.05, warmup: 0.3"

  /// Trains, stopping where it is told to, each time with a new model as a new process would.
  func train(
    _ task: () throws -> any LearningTask, in directory: StageDirectory, stops: [Int]
  ) throws {
    for stop in stops {
      var loop = try Workbench.loop(Self.settings)
      let done = try CheckpointStore(directory.checkpoints).newest().checkpoint?.step ?? 0
      var step = done
      loop.shouldStop = {
        step += 1
        return step >= stop
      }
      let (outcome, _) = try loop.run(task(), in: directory)
      #expect(outcome == .interrupted(step: max(stop, done + 1)))
    }
    let (outcome, _) = try Workbench.loop(Self.settings).run(task(), in: directory)
    #expect(outcome == .finished)
  }

  static let kinds: [@Sendable () throws -> any LearningTask] = [
    { Workbench.languageTask(try Workbench.model(), heldOut: 0.2) },
    { try Workbench.alignmentTask(Workbench.model(), heldOut: 0.2) },
    { Workbench.classifierTask(try Workbench.model(labels: 1), heldOut: 0.2) },
    { Workbench.rewardTask(try Workbench.model(labels: 1), heldOut: 0.2) },
  ]

  @Test func stoppedAnywhereItEndsWithTheSameBytes() throws {
    let bench = try Workbench()
    for (index, task) in Self.kinds.enumerated() {
      let whole = try bench.directory("whole-\(index)")
      try train(task, in: whole, stops: [])
      let expected = try Workbench.files(below: whole.url)
      #expect(expected.keys.contains("checkpoints/step-000009/training/state.tensors"))
      #expect(expected.keys.contains("steps.jsonl"))
      for stops in (1...8).map({ [$0] }) + [Array(1...8), [2, 3, 7]] {
        let parts = try bench.directory("parts-\(index)-\(stops)")
        try train(task, in: parts, stops: stops)
        let found = try Workbench.files(below: parts.url)
        #expect(found.keys.sorted() == expected.keys.sorted(), "stopped at \(stops)")
        for (name, data) in expected {
          #expect(found[name] == data, "\(name) differs after stopping at \(stops)")
        }
      }
    }
  }

  /// A checkpoint in half precision rounds; what goes on from it must not.
  @Test func aTrainingWhoseCheckpointsRoundEndsWithTheSameBytes() throws {
    let bench = try Workbench()
    let task: @Sendable () throws -> any LearningTask = {
      let model = try Workbench.model()
      model.stored = StoredTypes(.bfloat16)
      return Workbench.languageTask(model, heldOut: 0.2)
    }
    let whole = try bench.directory("whole")
    try train(task, in: whole, stops: [])
    let expected = try Workbench.files(below: whole.url)
    let folder = whole.checkpoints.appending(path: "step-000009")
    let stored = try SafetensorsFile(folder.appending(path: "model.safetensors"))
    #expect(stored.tensors.values.allSatisfy { $0.dtype == .bfloat16 })
    for stops in [[1], [4], [2, 3, 7]] {
      let parts = try bench.directory("parts-\(stops)")
      try train(task, in: parts, stops: stops)
      #expect(try Workbench.files(below: parts.url) == expected, "stopped at \(stops)")
    }
  }

  /// Earlier versions kept the optimiser's state beside the weights.
  @Test func aTrainingThatAnEarlierVersionBeganEndsWithTheSameBytes() throws {
    let bench = try Workbench()
    let whole = try bench.directory("whole")
    try train(Self.kinds[1], in: whole, stops: [])
    let parts = try bench.directory("parts")
    var loop = try Workbench.loop(Self.settings)
    loop.shouldStop = { true }
    _ = try loop.run(Self.kinds[1](), in: parts)
    let store = CheckpointStore(parts.checkpoints)
    let newest = try #require(try store.newest().checkpoint)
    let copy = bench.url.appending(path: "copy")
    try FileManager.default.copyItem(at: newest.url, to: copy)
    try store.save(step: newest.step, facts: newest.manifest.facts) { folder in
      for file in newest.manifest.files {
        let name = file.name == TrainingState.file ? CheckpointManifest.earlierTraining : file.name
        try FileManager.default.copyItem(
          at: copy.appending(path: file.name), to: folder.appending(path: name))
      }
    }
    try train(Self.kinds[1], in: parts, stops: [])
    #expect(try Workbench.files(below: parts.url) == Workbench.files(below: whole.url))
  }

  @Test func aRecipeSaysWhatCheckpointsAreStoredAs() throws {
    let bench = try Workbench()
    for (word, type) in [("float32", TensorType.float32), ("bfloat16", .bfloat16)] {
      let directory = try bench.directory(word)
      let model = try Workbench.model()
      model.stored = StoredTypes(.float16)
      _ = try Workbench.loop("steps: 1, batch: 2, store_as: \(word)")
        .run(Workbench.languageTask(model), in: directory)
      let newest = try #require(try CheckpointStore(directory.checkpoints).newest().checkpoint)
      let file = try SafetensorsFile(newest.url.appending(path: "model.safetensors"))
      #expect(file.tensors.values.allSatisfy { $0.dtype == type })
    }
  }

  @Test func anotherSeedGivesOtherBytes() throws {
    let bench = try Workbench()
    let files = try [UInt64(7), 8].map { seed in
      let directory = try bench.directory("seed-\(seed)")
      let loop = try Workbench.loop(Self.settings, seed: seed)
      _ = try loop.run(Workbench.languageTask(Workbench.model()), in: directory)
      return try Workbench.files(below: directory.url)
    }
    #expect(files[0]["steps.jsonl"] != files[1]["steps.jsonl"])
  }

  @Test func aDamagedNewestCheckpointIsPassedOverAndMadeAgain() throws {
    let bench = try Workbench()
    let task = Self.kinds[0]
    let whole = try bench.directory("whole")
    try train(task, in: whole, stops: [])
    let expected = try Workbench.files(below: whole.url)
    let step = "checkpoints/step-000009/"
    let sizes = expected.filter { $0.key.hasPrefix(step) }.mapValues(\.count)
    for (name, size) in sizes.sorted(by: { $0.key < $1.key }) {
      for place in [0, size / 2, size - 1] {
        for cuts in [true, false] {
          let directory = try bench.directory("\(name)-\(place)-\(cuts)")
          try FileManager.default.removeItem(at: directory.url)
          try FileManager.default.copyItem(at: whole.url, to: directory.url)
          let file = directory.url.appending(path: name)
          var data = try Data(contentsOf: file)
          if cuts { data = data.prefix(place) } else { data[data.startIndex + place] ^= 0x10 }
          try data.write(to: file)
          _ = try Workbench.loop(Self.settings).run(task(), in: directory)
          let found = try Workbench.files(below: directory.url)
          #expect(found == expected, "\(name) \(cuts ? "cut" : "changed") at \(place)")
        }
      }
    }
  }

  @Test func aFinishedTrainingIsLeftAsItIs() throws {
    let bench = try Workbench()
    let directory = try bench.directory("stage")
    try train(Self.kinds[1], in: directory, stops: [])
    let before = try Workbench.files(below: directory.url)
    let counted = Counted(try Self.kinds[1]())
    let (outcome, tokens) = try Workbench.loop(Self.settings).run(counted, in: directory)
    #expect(outcome == .finished)
    #expect(tokens == 0)
    #expect(counted.seen.calls == 0)
    #expect(try Workbench.files(below: directory.url) == before)
    // The caller's model is the finished one all the same.
    let saved = try Decoder.load(CheckpointStore(directory.checkpoints).url(of: 9))
    for (mine, theirs) in zip(counted.model.parameters, saved.parameters) {
      #expect(try numbers(mine) == numbers(theirs))
    }
  }

  @Test func whatAKilledSaveLeftIsSweptAway() throws {
    let bench = try Workbench()
    let directory = try bench.directory("stage")
    try train(Self.kinds[0], in: directory, stops: [4])
    let before = try Workbench.files(below: directory.url)
    // A process id that no process has.
    let torn = directory.checkpoints.appending(path: ".step-000009.tmp-4194305")
    try FileManager.default.createDirectory(at: torn, withIntermediateDirectories: false)
    try Data("half".utf8).write(to: torn.appending(path: "model.safetensors"))
    _ = try Workbench.loop(Self.settings).run(Self.kinds[0](), in: directory)
    #expect(try Workbench.files(below: directory.url) == before)
  }
}
