import Foundation
import Runs
import Testing

/// A file system of a given size, where this process may mount one.
final class SmallDisk {
  let url: URL

  init(kilobytes: Int) throws {
    url = FileManager.default.temporaryDirectory.appending(
      path: "plumb-disk-\(UUID().uuidString)", directoryHint: .isDirectory)
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    guard try SmallDisk.mount(["-t", "tmpfs", "-o", "size=\(kilobytes)k", "tmpfs", url.path])
    else { throw Refused() }
  }

  struct Refused: Error {}

  func grow(toKilobytes size: Int) throws {
    guard try SmallDisk.mount(["-o", "remount,size=\(size)k", url.path]) else { throw Refused() }
  }

  deinit {
    do {
      _ = try SmallDisk.tool("/usr/bin/umount", [url.path])
      try FileManager.default.removeItem(at: url)
    } catch {
      print("left behind: \(url.path): \(error)")
    }
  }

  private static func mount(_ arguments: [String]) throws -> Bool {
    try tool("/usr/bin/mount", arguments)
  }

  private static func tool(_ path: String, _ arguments: [String]) throws -> Bool {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = arguments
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    return process.terminationStatus == 0
  }

  static let isPossible: Bool = {
    do {
      _ = try SmallDisk(kilobytes: 64)
      return true
    } catch {
      print("SKIPPED: tests of a full disk, since this process may not mount a small one")
      return false
    }
  }()
}

extension EndToEnd {
  @Suite(.enabled(if: SmallDisk.isPossible)) struct DiskFullTests {
    /// From nothing fits to the report does not fit; 20 sizes under `PLUMB_TORTURE`.
    static let sizes: [Int] =
      ProcessInfo.processInfo.environment["PLUMB_TORTURE"] == nil
      ? [24, 6_000, 27_000] : (0..<20).map { 24 + $0 * 1_550 }

    @Test(arguments: sizes) func aFullDiskStopsTheRunAndSpaceLetsItGoOn(_ kilobytes: Int) throws {
      let undisturbed = try Undisturbed.shared.get()
      let place = try Workplace()
      let disk = try SmallDisk(kilobytes: kilobytes)
      let run = disk.url.appending(path: "run", directoryHint: .isDirectory)
      try FileManager.default.createSymbolicLink(
        at: place.url.appending(path: "run"), withDestinationURL: run)
      try FileManager.default.createDirectory(at: run, withIntermediateDirectories: true)
      let outcome = try place.complete()
      #expect(outcome.status == 6, "\(outcome.errors)")
      let complaints = outcome.errors.split(separator: "\n").filter { $0.hasPrefix("plumb: ") }
      #expect(complaints.count == 1, "\(outcome.errors)")
      #expect(
        complaints.first?.hasSuffix("; free space on that file system and start again") == true,
        "\(outcome.errors)")
      #expect(complaints.first?.contains("/run/") == true, "\(outcome.errors)")
      // What was finished before is whole.
      for stage in [run.appending(path: "sft"), run.appending(path: "exo/seed-0")] {
        let store = CheckpointStore(StageDirectory(stage).checkpoints)
        for step in try store.steps() { _ = try store.checkpoint(at: step) }
      }
      try disk.grow(toKilobytes: 200_000)
      let again = try place.complete()
      #expect(again.status == 0, "\(again.errors)")
      let found = try Workplace.records(of: run)
      // The way from the run back to its recipe is another one here.
      #expect(Workplace.differences(found, undisturbed.records) == ["origin.json"])
    }
  }
}
