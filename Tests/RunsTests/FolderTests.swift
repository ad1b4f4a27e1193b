import Foundation
import TestSupport
import Testing

@testable import Runs

@Suite struct FolderTests {
  @Test func `what a dead process had begun to fill goes, and nothing else`() throws {
    let folder = try TemporaryFolder()
    let dead = try deadProcess()
    for name in [".sft.tmp-\(dead)", ".sft.tmp-1", "sft.tmp-\(dead)", ".sft.tmp-x"] {
      try folder.write("\(name)/checkpoints/weights")
    }
    try Folder.sweep(folder.url)
    #expect(folder.names == [".sft.tmp-1", ".sft.tmp-x", "sft.tmp-\(dead)"])
  }

  @Test func `what is set aside is none of a run's files`() throws {
    let folder = try TemporaryFolder()
    let run = RunDirectory(folder.url)
    let aside = ".aside/exo/seed-0/steps.jsonl"
    for path in ["exo/seed-0/steps.jsonl", "costs.jsonl", ".lock", aside] {
      try folder.write(path)
    }
    #expect(try run.files == ["costs.jsonl", "exo/seed-0/steps.jsonl"])
    #expect(try Folder.files(below: run.url).count == 4)
  }
}
