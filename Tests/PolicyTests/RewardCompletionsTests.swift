import Foundation
import Policy
import TestSupport
import Testing
import Torch

@Suite struct RewardCompletionsTests {
  /// Gives every text it is asked about another number, and remembers all of them.
  private final class Numbering: Reward {
    let name = "numbering"
    var seen: [String] = []
    func rewards(of texts: [String]) -> [Double] {
      defer { seen += texts }
      return texts.indices.map { Double(seen.count + $0) }
    }
  }

  @Test func `a text is scored once, and equal ones tie`() throws {
    let reward = Numbering()
    let found = try reward.rewards(
      of: [["a", "b", "a"], [], ["b", "b"], ["a"]], after: ["x", "x", "y", "x"])
    #expect(found == [[0, 1, 0], [], [2, 2], [0]])
    #expect(reward.seen == ["xa", "xb", "yb"])
    #expect(try reward.rewards(of: [[], []], after: ["x", "y"]) == [[], []])
  }

  @Test func `two spellings of a word are two texts`() throws {
    #expect("\u{e9}" == "e\u{301}", "the same to Swift")
    let found = try Numbering().rewards(of: [["\u{e9}", "e\u{301}", "\u{e9}"]], after: ["caf"])
    #expect(found == [[0, 1, 0]])
  }

  /// A model's scores of one text beside others of many lengths.
  @Test func `equal completions of a model's reward tie to the last bit`() throws {
    let model = try LanguageModel.load(Fixture.gpt2Classifier.folder)
    let reward = try ModelReward(name: "tiny", model: model)
    let words = ["the cat", "a film that I enjoyed", "sat", "on the rain and the cat sat"]
    let texts = (0..<40).map { words[$0 % 4] + ($0 % 3 == 0 ? "" : " \($0)") }
    let found = try reward.rewards(of: [texts + texts.reversed()], after: ["so "])
    #expect(found[0] == found[0].reversed())
  }

  @Test func `a reward that gives another number of values is named`() {
    struct Short: Reward {
      let name = "short"
      func rewards(of texts: [String]) -> [Double] { [] }
    }
    #expect(
      message { _ = try Short().rewards(of: [["a", "b", "a"]], after: [""]) }
        == "reward 'short' gave 0 values for 2 texts")
  }
}
