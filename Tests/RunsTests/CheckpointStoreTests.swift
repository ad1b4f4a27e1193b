import Foundation
import Glibc
import TestSupport
import Testing

@testable import Runs

@Suite struct CheckpointStoreTests {
  struct Interruption: Error {}

  private let directory: TemporaryFolder
  private let store: CheckpointStore

  init() throws {
    directory = try TemporaryFolder()
    store = CheckpointStore(directory.url.appending(path: "checkpoints"))
  }

  private func save(_ step: Int, _ text: String = "weights") throws {
    try store.save(step: step, facts: ["threads": "2"]) { folder in
      try Data(text.utf8).write(to: folder.appending(path: "model.safetensors"))
      let nested = folder.appending(path: "state")
      try FileManager.default.createDirectory(at: nested, withIntermediateDirectories: false)
      try Data("moments".utf8).write(to: nested.appending(path: "adam"))
    }
  }

  private var names: [String] { (try? FileSystem.entries(of: store.directory.filePath)) ?? [] }

  @Test func aSaveIsCompleteAndListed() throws {
    try save(500)
    #expect(names == ["latest", "step-000500"])
    #expect(
      try String(contentsOf: store.directory.appending(path: "latest"), encoding: .utf8)
        == "step-000500\n")
    let found = try store.newest()
    let checkpoint = try #require(found.checkpoint)
    #expect(found.skipped == [])
    #expect(checkpoint.step == 500)
    #expect(checkpoint.url == store.url(of: 500))
    #expect(checkpoint.manifest.facts == ["threads": "2"])
    #expect(checkpoint.manifest.files.map(\.name) == ["model.safetensors", "state/adam"])
    #expect(checkpoint.manifest.files.map(\.bytes) == [7, 7])
    #expect(checkpoint.manifest.files[0].sha256 == SHA256.hex(of: "weights"))
  }

  /// A model that is only used: its folder may have been copied without the optimiser's state, and its
  /// card rewritten.
  @Test(arguments: [CheckpointManifest.earlierTraining, "\(CheckpointManifest.training)/state"])
  func aFolderIsHeldAgainstItsManifest(_ state: String) throws {
    try store.save(step: 1, facts: [:]) { folder in
      try Folder.make(folder.appending(path: CheckpointManifest.training))
      for name in ["model.safetensors", state, CheckpointManifest.card] {
        try Data("numbers".utf8).write(to: folder.appending(path: name))
      }
    }
    let folder = store.url(of: 1)
    try CheckpointManifest.hold(folder)
    try FileManager.default.removeItem(at: folder.appending(path: state))
    try Data("words".utf8).write(to: folder.appending(path: CheckpointManifest.card))
    try CheckpointManifest.hold(folder)
    let weights = folder.appending(path: "model.safetensors")
    try Data("numberS".utf8).write(to: weights)
    let error = #expect(throws: RunError.self) { try CheckpointManifest.hold(folder) }
    #expect(error?.path == weights.filePath)
    #expect(error?.problem.hasSuffix("where it was edited on purpose") == true)
    // Another program's file of that name says nothing about the others.
    try Data(#"{"name": "site", "icons": []}"#.utf8)
      .write(to: folder.appending(path: "manifest.json"))
    try CheckpointManifest.hold(folder)
    try FileManager.default.removeItem(at: folder.appending(path: "manifest.json"))
    try CheckpointManifest.hold(folder)
  }

  @Test func stepsSortByNumber() throws {
    for step in [2_000_000, 0, 999_999] { try save(step) }
    #expect(try store.steps() == [0, 999_999, 2_000_000])
    #expect(try store.newest().checkpoint?.step == 2_000_000)
  }

  @Test func noDirectoryMeansNoCheckpoints() throws {
    #expect(try store.steps() == [])
    #expect(try store.newest() == CheckpointStore.Search(checkpoint: nil, skipped: []))
    #expect(try store.sweep() == [])
  }

  @Test func aFailedSaveLeavesTheOlderOne() throws {
    try save(1)
    #expect(throws: Interruption.self) {
      try store.save(step: 2) { folder in
        try Data("half".utf8).write(to: folder.appending(path: "model.safetensors"))
        throw Interruption()
      }
    }
    #expect(names == ["latest", "step-000001"])
  }

  @Test func missingSpaceIsNoticedBeforehand() throws {
    let text = message {
      try store.save(step: 1, expectedBytes: .max) { _ in Issue.record("nothing must be written") }
    }
    #expect(text.contains("needs 9223372036855 MB (9223372036854775807 bytes)"))
    #expect(names == [])
  }

  @Test func savingAStepAgainReplacesIt() throws {
    try save(1, "old")
    try save(1, "new")
    #expect(names == ["latest", "step-000001"])
    #expect(
      try store.newest().checkpoint?.manifest.files[0].sha256 == SHA256.hex(of: "new"))
  }

  @Test func linksAreNotSaved() throws {
    let text = message {
      try store.save(step: 1) { folder in
        try FileManager.default.createSymbolicLink(
          at: folder.appending(path: "model"), withDestinationURL: URL(filePath: "/etc/passwd"))
      }
    }
    #expect(text.hasSuffix("/model: a checkpoint holds only plain files"))
    #expect(names == [])
  }

  @Test func everyDamageIsNoticedAndTheOlderOneTaken() throws {
    try save(1)
    try save(2)
    let newest = store.url(of: 2)
    for name in ["model.safetensors", "state/adam", "manifest.json"] {
      let file = newest.appending(path: name)
      let whole = try Data(contentsOf: file)
      var damages = (0..<whole.count).map { whole.prefix($0) }
      damages.append(whole + Data([0]))
      for bit in 0..<whole.count * 8 {
        var flipped = whole
        flipped[bit / 8] ^= 1 << UInt8(bit % 8)
        damages.append(flipped)
      }
      // Every one for the small files; each 13th keeps the manifest's share short.
      for damage in damages.enumerated().filter({ name != "manifest.json" || $0.offset % 13 == 0 })
      {
        try damage.element.write(to: file)
        let found = try store.newest()
        #expect(found.checkpoint?.step == 1)
        #expect(found.skipped.map(\.step) == [2])
      }
      try whole.write(to: file)
    }
    #expect(try store.newest().checkpoint?.step == 2)
  }

  @Test func reasonsForSkippingNameTheFile() throws {
    try save(1)
    try save(2)
    let newest = store.url(of: 2)
    func reason() throws -> String? {
      try store.newest().skipped.first?.reason.replacingOccurrences(
        of: newest.filePath, with: "DIR")
    }
    let model = newest.appending(path: "model.safetensors")
    try Data("WEIGHTS".utf8).write(to: model)
    #expect(
      try reason()
        == "DIR/model.safetensors: is damaged: its SHA-256 differs from the manifest")
    try Data("WEIGHT".utf8).write(to: model)
    #expect(try reason() == "DIR/model.safetensors: has 6 bytes where 7 were written")
    try FileManager.default.removeItem(at: model)
    #expect(try reason() == "DIR/model.safetensors: is missing")
    try FileManager.default.removeItem(at: newest.appending(path: "manifest.json"))
    #expect(
      try reason() == "DIR/manifest.json: is missing; the checkpoint was not completed")
    try FileManager.default.removeItem(at: newest)
    try FileManager.default.copyItem(at: store.url(of: 1), to: newest)
    #expect(try reason() == "DIR: holds the files of step 1")
  }

  @Test func pruningKeepsTheNewestWholeOnes() throws {
    for step in 1...5 { try save(step) }
    try Data("x".utf8).write(to: store.url(of: 5).appending(path: "model.safetensors"))
    #expect(try store.prune(keeping: 2, protecting: [1]) == [2])
    #expect(try store.steps() == [1, 3, 4, 5])
    #expect(try store.newest().checkpoint?.step == 4)
    #expect(try store.prune(keeping: 9) == [])
  }

  @Test func whatTheDeadLeftIsSwept() throws {
    try save(1)
    let dead = try deadProcess()
    let parent = store.directory
    for name in [
      ".step-000002.tmp-\(dead)", ".step-000002.old-\(dead)", ".step-000003.tmp-1",
      ".step-000004.tmp-\(getpid())", "other.tmp-\(dead)",
    ] {
      let folder = parent.appending(path: name)
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
      try Data().write(to: folder.appending(path: "half"))
    }
    try Data().write(to: parent.appending(path: ".plumb-\(dead)-0.tmp"))
    #expect(
      Set(try store.sweep()) == [
        ".step-000002.tmp-\(dead)", ".step-000002.old-\(dead)", ".step-000004.tmp-\(getpid())",
        ".plumb-\(dead)-0.tmp",
      ])
    #expect(
      Set(names) == ["latest", "step-000001", ".step-000003.tmp-1", "other.tmp-\(dead)"])
  }

  @Test func aCheckpointThatNobodyNamedBeforeDyingIsNamed() throws {
    try save(1)
    try save(2)
    let file = store.directory.appending(path: "latest")
    try Data("step-000001\n".utf8).write(to: file)
    try store.sweep()
    #expect(try String(contentsOf: file, encoding: .utf8) == "step-000002\n")
    try FileManager.default.removeItem(at: file)
    try store.sweep()
    #expect(try String(contentsOf: file, encoding: .utf8) == "step-000002\n")
  }
}
