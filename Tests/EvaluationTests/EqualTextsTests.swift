import Testing

@testable import Evaluation

@Suite struct EqualTextsTests {
  private func rows(_ samples: [(text: String, reward: Double)]) -> [PromptRows] {
    [
      PromptRows(
        prompt: "p",
        samples: samples.map {
          SampleRow(
            tokens: [1], text: $0.text, finished: true, logProbability: -1,
            referenceLogProbability: -1, divergence: 0, entropy: 0, reward: $0.reward,
            heldOutReward: 2 * $0.reward, scorerLogProbability: -1, scorerTokens: 1)
        }, pairs: [])
    ]
  }

  /// The last bit of a score depends on the batch it was made in; a text has one score all the same.
  @Test func `equal texts of a prompt have one reward whoever wrote them`() {
    var texts = EqualTexts(rows([("a", 1), ("b", 2)]))
    let (one, three) = (1.0, 3.0)
    let first = texts.tied(rows([("a", one.nextUp), ("c", three)]))
    #expect(first[0].samples.map(\.reward) == [1, 3])
    #expect(first[0].samples.map(\.heldOutReward) == [2, 6])
    let second = texts.tied(rows([("c", three.nextDown), ("b", 2)]))
    #expect(second[0].samples.map(\.reward) == [3, 2])
    #expect(texts.tied([[three.nextUp, 7]], of: [["c", "d"]]) == [[3, 7]])
  }

  @Test func `two spellings of a word are two texts`() {
    var texts = EqualTexts(rows([("caf\u{e9}", 1)]))
    let found = texts.tied(rows([("cafe\u{301}", 2), ("caf\u{e9}", 3)]))
    #expect(found[0].samples.map(\.reward) == [2, 1])
  }
}
