import Foundation
import TestSupport
import Testing

/// `plumb leaderboard --style` of what `plumb judge` judged.
@Suite(.serialized) struct StyledBoardTests {
  /// Three systems of different lengths and markup, judged pair by pair by who always says A: in both orders
  /// that is a tie, and style explains nothing.
  private func withJudgings(_ options: [String] = [], _ body: (URL) throws -> Void) throws {
    try Program.withFolder { folder in
      let names = ["one", "two", "three"]
      for (place, name) in names.enumerated() {
        let rows = (0..<30).map { prompt -> [String: String] in
          let words = Array(repeating: "w", count: 3 + (7 * prompt + 5 * place) % 11)
          let list = String(repeating: "\n- item", count: (prompt + place) % 3)
          return [
            "instruction": "p\(prompt)", "output": words.joined(separator: " ") + list,
            "generator": name,
          ]
        }
        try JSONEncoder().encode(rows).write(to: folder.appending(path: "\(name).json"))
      }
      for (first, second) in [("one", "two"), ("two", "three"), ("one", "three")] {
        let judged = try Program.start(
          arguments: [
            "judge", "\(first).json", "\(second).json", "--judge", "first", "-o",
            "\(first)-\(second)",
          ] + options, in: folder)
        #expect(judged.code == 0, "\(judged.complaint)")
      }
      try body(folder)
    }
  }

  private let folders = ["one-two", "two-three", "one-three"]

  @Test func `strengths at equal style come from the texts beside the judgments`() throws {
    try withJudgings { folder in
      let words = ["leaderboard", "--bradley-terry", "--style"] + folders
      let text = try Program.start(arguments: words, in: folder)
      #expect(text.code == 0, "\(text.complaint)")
      #expect(text.output.contains("at equal style"))
      #expect(
        text.output.contains("A standard deviation more of each is worth, in points: length 0"))
      let json = try Program.start(arguments: words + ["--json"], in: folder).output
      #expect(json.contains(#""style_controlled_rating":{"#))
      #expect(json.contains(#""feature":"lists","judge":"first","kind":"style"}"#))
      // Without --style nothing of it is there.
      let plain = try Program.start(
        arguments: ["leaderboard", "--bradley-terry", "--json"] + folders, in: folder)
      #expect(!plain.output.contains("style"))
      let rates = try Program.start(
        arguments: ["leaderboard", "--style", "--json", "one-two"], in: folder)
      #expect(rates.output.contains(#""style_controlled_win_rate":{"#), "\(rates.output)")
    }
  }

  @Test func `texts that were left out are one clear line`() throws {
    try withJudgings(["--omit-texts"]) { folder in
      for words in [["--bradley-terry", "--style"], ["--style"]] {
        let refused = try Program.start(
          arguments: ["leaderboard"] + words + folders, in: folder)
        #expect(refused.code == 3)
        #expect(
          refused.complaint.hasSuffix(
            "plumb: one-two: was judged without its texts, whose style would be controlled — judge it "
              + "without --omit-texts, which asks nobody again, or leave --style out\n"),
          "\(refused.complaint)")
      }
    }
  }
}
