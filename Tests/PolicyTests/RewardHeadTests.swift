import Foundation
import Policy
import TestSupport
import Testing
import Torch

/// A reward is read at the last token of a text, whatever lies beside it in the batch.
@Suite struct RewardHeadTests {
  static let sequences = [[1, 2, 3], [5], [9, 9, 9, 9, 9, 9, 9, 9], [4, 4], [1, 2, 3, 0]]

  @Test func theScoreIsTheHeadTimesTheLastHiddenState() throws {
    for base in try TinyModels.all() {
      let model = try base.copied(labels: 1, headFrom: Generator(seed: 2, stream: "head"))
      let found: [Double] = try withoutGradient {
        try model.scores(Self.sequences).reshaped(-1).values()
      }
      var expected: [Double] = []
      for sequence in Self.sequences {
        let layout = try Layout(prompts: [sequence], positions: 48)
        let hidden: [Double] = try withoutGradient {
          try model.hidden(layout).slice(0, sequence.count - 1..<sequence.count).reshaped(-1)
            .values()
        }
        let head: [Double] = try model.head.values()
        expected.append(zip(hidden, head).reduce(0) { $0 + $1.0 * $1.1 })
      }
      expectClose(found, expected, within: 1e-5)
      #expect(Set(found.map { ($0 * 1e6).rounded() }).count == 5)
    }
  }

  @Test func neighboursDoNotChangeAScore() throws {
    let model = try TinyModels.llama().copied(
      labels: 1, headFrom: Generator(seed: 2, stream: "head"))
    let together: [Double] = try model.scores(Self.sequences).reshaped(-1).values()
    let alone = try Self.sequences.map { try model.scores([$0]).reshaped(-1).item() }
    expectClose(together, alone, within: 1e-5)
    let reversed: [Double] = try model.scores(Self.sequences.reversed()).reshaped(-1).values()
    expectClose(reversed.reversed(), together, within: 1e-5)
  }

  @Test func aLanguageModelHasNoScores() throws {
    #expect(
      message { _ = try TinyModels.llama().scores([[1]]) }
        == "this model has no reward head; train one with kind: classifier")
  }

  @Test func textsLongerThanTheContextKeepTheirEnd() throws {
    let model = try LanguageModel.load(Fixture.gpt2Classifier.folder)
    let reward = try ModelReward(name: "tiny", model: model)
    let long = String(repeating: "the cat sat ", count: 20)
    let tokens = try reward.tokens(of: long)
    #expect(tokens.count == 32)
    #expect(tokens == Array(try model.prompt(long).suffix(32)))
    let texts = ["A film that I enjoyed.", long, "the cat sat on the rain"]
    let rewards = try reward.rewards(of: texts)
    expectClose(rewards, try texts.flatMap { try reward.rewards(of: [$0]) }, within: 1e-5)
    // A folder of others says nothing about an end token, and is read as transformers reads it.
    let plain: [Double] = try withoutGradient {
      try model.decoder.scores(texts.map { try model.prompt($0).suffix(32) })
        .reshaped(-1).values()
    }
    expectClose(rewards, plain, within: 1e-5)
  }

  @Test func aRewardModelThatGoesOnKeepsToWhatItHasRead() throws {
    let silent = try LanguageModel.load(Fixture.gpt2Classifier.folder)
    let generator = try Generator(seed: 2, stream: "head")
    func endsTexts(_ model: LanguageModel, _ head: RewardHead) throws -> Bool {
      try model.copied(with: head, from: generator).decoder.configuration.endsTexts
    }
    #expect(try !endsTexts(silent, RewardHead()))
    #expect(try endsTexts(silent, RewardHead(endsTexts: true)))
    let language = try LanguageModel.load(Fixture.gpt2.folder)
    #expect(try endsTexts(language, RewardHead()))
    let ended = try language.copied(with: RewardHead(), from: generator)
    #expect(try endsTexts(ended, RewardHead()))
    #expect(try !endsTexts(ended, RewardHead(endsTexts: false)))
  }

  @Test(arguments: [true, false])
  func theFolderSaysWhetherAnEndTokenIsRead(_ endsTexts: Bool) throws {
    let base = try LanguageModel.load(Fixture.gpt2.folder)
    let model = try base.copied(
      with: RewardHead(endsTexts: endsTexts), from: Generator(seed: 2, stream: "head"))
    let folder = try TemporaryFolder()
    try model.decoder.save(to: folder.url)
    try model.tokenizer.save(to: folder.url)
    let loaded = try LanguageModel.load(folder.url)
    #expect(loaded.decoder.configuration.endsTexts == endsTexts)
    let reward = try ModelReward(name: "r", model: loaded)
    let ids = try loaded.prompt("the cat")
    let end = try #require(loaded.endTokens.first)
    #expect(try reward.tokens(of: "the cat") == (endsTexts ? ids + [end] : ids))
    let scores: [Double] = try withoutGradient {
      try loaded.decoder.scores([ids, ids + [end]]).reshaped(-1).values()
    }
    #expect(abs(scores[0] - scores[1]) > 1e-3)
    expectClose(try reward.rewards(of: ["the cat"]), [scores[endsTexts ? 1 : 0]], within: 1e-5)
    // Other programs take the last id that is not this one.
    let pad = try #require(loaded.decoder.configuration.padToken)
    #expect(!endsTexts || pad != end)
    #expect((0..<loaded.decoder.configuration.vocab).contains(pad))
  }

  @Test func twoOutputsAreNoReward() throws {
    let model = try LanguageModel.load(Fixture.llamaClassifier.folder)
    #expect(
      message { _ = try ModelReward(name: "tiny", model: model) }
        == "tiny has no reward head with one output, but 2")
  }
}
