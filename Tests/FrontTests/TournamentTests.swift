import Foundation
import Runs
import TestSupport
import Testing

/// `plumb judge` of three systems and more.
@Suite(.serialized) struct TournamentTests {
  /// Four systems on 300 prompts; each has a chance of its own to write something longer.
  private func withSystems(_ body: (URL, ([String]) throws -> Program.Outcome) throws -> Void)
    throws
  {
    try Program.withFolder { folder in
      for (place, name) in ["a", "b", "c", "d"].enumerated() {
        let rows = (0..<300).map { prompt -> [String: String] in
          // Lengths 0 … 9 that depend on prompt and system, shifted by what the system is worth.
          let noise = (prompt * 7919 + place * 104_729 + prompt * prompt * (place + 3)) % 10
          let length = 3 + noise + 4 * [1, 3, 0, 2][place]
          return [
            "instruction": "p\(prompt)", "output": String(repeating: "x", count: length),
            "generator": name,
          ]
        }
        try JSONEncoder().encode(rows).write(to: folder.appending(path: "\(name).json"))
      }
      try body(folder) { words in
        try Program.start(arguments: ["judge"] + words, in: folder)
      }
    }
  }

  private let files = ["a.json", "b.json", "c.json", "d.json", "--judge", "longer"]

  @Test func `the order of four is resolved with part of the comparisons, and again to the byte`()
    throws
  {
    try withSystems { folder, judge in
      let found = try judge(files + ["-o", "out", "--seed", "4"])
      #expect(found.code == 0, "\(found.complaint)\(found.output)")
      let record = try RecordFile.read(
        TournamentRecord.self, from: folder.appending(path: "out/tournament.json"))
      #expect(record.systems.map(\.name) == ["b", "d", "a", "c"])
      #expect(record.systems.map(\.ranks) == [[1, 1], [2, 2], [3, 3], [4, 4]])
      #expect(record.isResolved && record.comparisons < 900 && record.possible == 1800)
      #expect(
        found.output.contains("of 1800 comparisons judged by longer: their order is resolved"))
      let bytes = try Data(contentsOf: folder.appending(path: "out/tournament.json"))
      #expect(try judge(files + ["-o", "out", "--seed", "4"]).output == found.output)
      #expect(try Data(contentsOf: folder.appending(path: "out/tournament.json")) == bytes)
      // Each pair is a judging that stopped: others read it as one.
      let pair = try #require(record.pairs.first { $0.folder != nil })
      let board = try Program.start(
        arguments: ["leaderboard", "--bradley-terry", "out/\(pair.folder ?? "")"], in: folder)
      #expect(board.code != 0)
      #expect(board.complaint.contains("stops once it is decided"))
      // As with two systems: what was judged is not mixed with another order, judge or system.
      for other in [
        files + ["--seed", "5"], files.map { $0 == "longer" ? "shorter" : $0 } + ["--seed", "4"],
        ["a.json", "b.json", "c.json", "--judge", "longer", "--seed", "4"],
        ["a.json", "b.json", "--judge", "longer", "--seed", "4"],
      ] {
        let refused = try judge(other + ["-o", "out"])
        #expect(refused.code == 3, "\(refused.complaint)")
        #expect(refused.complaint.contains("was begun with other"))
        #expect(try Data(contentsOf: folder.appending(path: "out/tournament.json")) == bytes)
      }
      // Another goal asks other pairs; what is left is of it alone.
      #expect(
        try judge(files + ["-o", "out", "--seed", "4", "--stop-when", "top-1"]).code == 0)
      let again = try RecordFile.read(
        TournamentRecord.self, from: folder.appending(path: "out/tournament.json"))
      let folders = try FileManager.default.contentsOfDirectory(
        atPath: folder.appending(path: "out/pairs").path)
      #expect(Set(folders.map { "pairs/\($0)" }) == Set(again.pairs.compactMap(\.folder)))
    }
  }

  @Test func `a budget ends it undecided, and the best alone costs less`() throws {
    try withSystems { folder, judge in
      let short = try judge(files + ["-o", "short", "--budget", "30", "--json"])
      #expect(short.code == 7, "\(short.complaint)")
      #expect(short.output.contains(#""comparisons":30"#))
      #expect(short.output.contains(#""resolved":false"#))
      // The same folder goes on with more.
      let best = try judge(files + ["-o", "short", "--stop-when", "top-1", "--json"])
      #expect(best.code == 0, "\(best.complaint)")
      #expect(best.output.contains(#""goal":"top-1""#))
      let record = try RecordFile.read(
        TournamentRecord.self, from: folder.appending(path: "short/tournament.json"))
      #expect(record.systems[0].name == "b" && record.systems[0].ranks == [1, 1])
    }
  }

  @Test func `mistakes are one line before anything is asked`() throws {
    try withSystems { folder, judge in
      for (words, complaint) in [
        (
          ["--stop-when", "top-4"], "--stop-when wants ranking or top-K, K from 1 to 3, of 4 files"
        ),
        (["--stop-when", "decided"], "--stop-when wants ranking or top-K"),
        (["--export", "csv"], "--export"),
        (["--require", "win_rate > 0.5"], "--require"),
      ] {
        let refused = try judge(files + words)
        #expect(refused.code == 2 && refused.complaint.contains(complaint), "\(refused.complaint)")
      }
      let twice = try judge(["a.json", "b.json", "a.json", "--judge", "longer"])
      #expect(twice.code == 3 && twice.complaint.contains("stands there twice"))
      let two = try judge(["a.json", "b.json", "--judge", "longer", "--budget", "3"])
      #expect(two.code == 2)
      #expect(!FileManager.default.fileExists(atPath: folder.appending(path: "runs").path))
    }
  }
}
