import Foundation
import Runs
import TestSupport
import Testing

@testable import Pipeline

@Suite struct StageSealTests {
  @Test func `a seal that was edited is refused with what to do`() throws {
    let folder = try TemporaryFolder()
    let stage = StageDirectory(folder.url.appending(path: "sft"))
    try stage.make()
    var seal = StageSeal(inputs: ["batch": "8"])
    seal.isFinished = true
    try seal.write(to: stage)
    #expect(try StageSeal.read(stage) == seal)
    let text = String(decoding: try folder.data("sft/done.json"), as: UTF8.self)
    try folder.write("sft/done.json", text.replacing("true", with: "false"))
    #expect(
      message { _ = try StageSeal.read(stage) }
        == "\(stage.done.path): does not match its own digest; put back what was there, or remove "
        + "\(stage.url.path), so that the stage runs again")
  }

  @Test func `equal inputs give one key, and a difference is named`() {
    let before = StageSeal(inputs: ["batch": "8", "seed": "1"])
    #expect(before == StageSeal(inputs: ["seed": "1", "batch": "8"]))
    let after = StageSeal(inputs: ["batch": "16", "seed": "1", "device": "cpu"])
    #expect(after.key != before.key)
    #expect(
      after.difference(from: before) == "batch was 8 and is 16; device was absent and is cpu")
    #expect(
      after.difference(from: before, isEarlier: false)
        == "batch is 8 and here 16; device is absent and here cpu")
    let hash = String(repeating: "0123456789abcdef", count: 4)
    let (first, second) = (
      StageSeal(inputs: ["stage sft": "a", "data x": hash]),
      StageSeal(inputs: ["stage sft": "b", "data x": "none"])
    )
    #expect(
      second.reasons(besides: first)
        == ["data x was 0123456789ab… and is none", "stage sft is another one now"])
  }
}
