import Corpus
import Foundation
import Policy
import Published
import Runs
import TestSupport
import Testing
import Torch

@testable import Evaluation

/// Examinations as a whole, sat by tiny models.
@Suite struct ExaminationTests {
  private let world: ExamWorld

  init() throws { world = try ExamWorld() }

  private func examination(
    _ papers: [ExamPaper], _ models: [LanguageModel], in name: String = "out",
    loads: @escaping () -> Void = {}, stop: @escaping () -> Bool = { false }
  ) -> Examination {
    Examination(
      papers,
      subjects: models.enumerated().map { place, model in
        world.world.subject("m\(place)", model, loads: loads)
      }, directory: world.folder.url.appending(path: name), shouldStop: stop)
  }

  private func record(_ outcome: Examination.Outcome) throws -> ExamRecord {
    guard case .finished(let record, _) = outcome else {
      Issue.record("was interrupted")
      throw CancellationError()
    }
    return record
  }

  @Test func `log-likelihoods are those of prompt and choice as one text`() throws {
    let paper = try world.paper("own", ExamWorld.rows)
    let model = try world.world.model(seed: 5)
    let found = try record(try examination([paper], [model]).run())
    #expect(found.exams[0].items == 5)
    #expect(found.sittings[0].answered == 5)
    let lines = try String(
      contentsOf: world.folder.url.appending(path: "out/m0/samples_own.jsonl"), encoding: .utf8
    ).split(separator: "\n")
    let line = try JSONValue(parsing: Array(lines[0].utf8))
    let first = try #require(line.object)
    let scores = first["log_likelihoods"]?.array?.compactMap(\.number) ?? []
    let ids = { (text: String) in world.world.tokenizer.encode(text) }
    // The world's tokenizer has no token for a blank.
    let expected = try ["d", "ee", "fgh"].map {
      try world.logProbability(model, ids("abc"), ids($0))
    }
    expectClose(scores, expected, within: 1e-5)
    #expect(first["target"]?.string == "1")
    let right = expected.indices.max { expected[$0] < expected[$1] } == 1
    #expect(first["acc"]?.number == (right ? 1 : 0))
  }

  @Test func `equal models differ in nothing, and their difference says so`() throws {
    let paper = try world.paper("own", ExamWorld.rows)
    let model = try world.world.model(seed: 5)
    let found = try record(try examination([paper], [model, model]).run())
    let contrast = try #require(found.contrasts.first)
    #expect(contrast.difference.value == 0)
    #expect(contrast.pValue == 1)
    #expect((contrast.gained, contrast.lost) == (0, 0))
    #expect(contrast.test == "McNemar's exact test")
    #expect(contrast.cost.value == 0)
  }

  @Test func `what was stopped goes on with the next chunk and ends with the same bytes`() throws {
    let rows = Array(repeating: ExamWorld.rows, count: 20).joined(separator: "\n")
    let papers = [
      try world.paper("own", rows),
      try world.paper("perplexity", #"{"text": "abc"}"# + "\n" + #"{"text": "hgfedcba"}"#),
    ]
    let models = [try world.world.model(seed: 5), try world.world.model(seed: 6)]
    let whole = try record(try examination(papers, models, in: "whole").run())
    var asked = 0
    let stopped = try examination(
      papers, models, in: "parts",
      stop: {
        asked += 1
        return asked > 2
      }
    ).run()
    #expect(stopped == .interrupted)
    #expect(try record(try examination(papers, models, in: "parts").run()) == whole)
    for name in ["m0/samples_own.jsonl", "m1/samples_perplexity.jsonl", "m0/answers_own.jsonl"] {
      #expect(try world.folder.data("whole/\(name)") == world.folder.data("parts/\(name)"))
    }
    // Nothing is loaded where every answer is there.
    var loads = 0
    _ = try examination(papers, models, in: "whole", loads: { loads += 1 }).run()
    #expect(loads == 0)
  }

  @Test func `written answers end where they are told to`() throws {
    let paper = try world.paper("answers", #"{"prompt": "a", "answer": "b"}"#) {
      $0.maxTokens = 12
      $0.until = ["c"]
      $0.samples = 8
    }
    let found = try record(try examination([paper], [try world.world.model(seed: 9)]).run())
    let line = try String(
      decoding: world.folder.data("out/m0/samples_answers.jsonl"), as: UTF8.self)
    let answers = try JSONValue(parsing: Array(line.utf8)).object?["filtered_resps"]?.array
    let texts = answers?.compactMap(\.string) ?? []
    #expect(texts.count == 8)
    #expect(!texts.contains { $0.contains("c") })
    #expect(found.metrics(of: "answers").contains("pass_at_8"))
  }

  // MARK: Mistakes

  private func message(_ paper: () throws -> ExamPaper, _ model: LanguageModel) -> String {
    do {
      _ = try examination([try paper()], [model]).run()
      return "nothing"
    } catch {
      return "\(error)"
    }
  }

  @Test func `what is too long is refused, left out or cut, as it was asked for`() throws {
    let model = try world.world.model(seed: 5, positions: 4)
    #expect(
      message({ try world.paper("own", ExamWorld.rows) }, model)
        == "exam own: 2 items are too long for m0, whose context holds 4 tokens (the longest has 5); "
        + "take fewer shots, or say too_long: skip or cut")
    let skipped = try world.paper("own", ExamWorld.rows) { $0.tooLong = .skip }
    let found = try record(try examination([skipped], [model], in: "skip").run())
    #expect(found.sittings[0].tooLong == 2)
    #expect(found.sittings[0].answered == 3)
    let cut = try world.paper("own", ExamWorld.rows) { $0.tooLong = .cut }
    let whole = try record(try examination([cut], [model], in: "cut").run())
    #expect(whole.sittings[0].cut == 2)
    #expect(whole.sittings[0].answered == 5)
    // No choice of any item fits alone: nothing can be cut to size.
    for way in [ExamSettings.Length.skip, .cut] {
      #expect(
        message(
          {
            try world.paper(
              "own", #"{"prompt": "a", "choices": ["abcdef", "bcdefa"], "answer": 0}"#
            ) { $0.tooLong = way }
          }, model)
          == "\(ExamError.nothingLeft(exam: "own", policy: "m0"))")
    }
  }

  @Test func `a reward model has no choices`() throws {
    let model = try world.world.model(seed: 5)
    let head = try model.copied(with: RewardHead(), from: Generator(seed: 1, stream: "head"))
    #expect(
      message({ try world.paper("own", ExamWorld.rows) }, head)
        == "exam own: m0 has a reward head and writes nothing; a language model is needed")
    let pairs = try world.paper(
      "reward-bench", #"{"prompt": "a", "chosen": "b", "rejected": "c", "subset": "x"}"#)
    let found = try record(try examination([pairs], [head, head]).run())
    // Rewards are compared as they are: there are no ratios of them.
    #expect(found.metrics(of: "reward-bench") == ["accuracy"])
  }

  @Test func `turns need a chat template`() throws {
    #expect(
      message(
        { try world.paper("own", ExamWorld.rows) { $0.isChat = true } },
        try world.world.model(seed: 5))
        == "exam own: m0 has no chat template; leave chat out, or name a template as chat_template")
  }

  @Test func `a choice without tokens is named`() throws {
    #expect(
      message(
        {
          try world.paper(
            "own", #"{"id": "q9", "prompt": "a", "choices": ["b", "?"], "answer": 0}"#)
        }, try world.world.model(seed: 5))
        == "exam own, item 0 (q9): a choice has no tokens")
  }

  @Test func `too few examples are counted`() throws {
    try world.folder.write("shots.jsonl", ExamWorld.rows)
    #expect(throws: ExamError.tooFewExamples(exam: "own", category: nil, wanted: 5, found: 4)) {
      // An item is no example of itself.
      _ = try world.paper("own", ExamWorld.rows) {
        $0.shots = 5
        $0.shotFiles = ["shots.jsonl"]
      }
    }
  }

  @Test func `examples stand in front with their answers`() throws {
    try world.folder.write("shots.jsonl", ExamWorld.rows)
    let paper = try world.paper("own", #"{"prompt": "b", "choices": ["c", "d"], "answer": 0}"#) {
      $0.shots = 2
      $0.shotFiles = ["shots.jsonl"]
    }
    #expect(paper.dialogue(of: paper.items[0]) == "abc ee\n\nabcd a\n\nb")
    let turns = try world.paper("own", #"{"prompt": "b", "choices": ["c", "d"], "answer": 0}"#) {
      $0.shots = 1
      $0.shotFiles = ["shots.jsonl"]
      $0.isChat = true
    }
    #expect(
      turns.dialogue(of: turns.items[0])
        == .turns([Turn(.user, "abc"), Turn(.assistant, "ee"), Turn(.user, "b")]))
    #expect(turns.delimiter == "")
  }

  @Test func `settings that do not go together are named by their key`() {
    var settings = ExamSettings("mmlu", files: ["x"])
    settings.shots = 2
    #expect(
      settings.problems.map(\.problem) == ["needs examples; name their file as shots_from"])
    settings = ExamSettings("truthfulqa-mc1", files: ["x"])
    settings.shots = 2
    settings.shotFiles = ["y"]
    #expect(
      settings.problems.map(\.problem)
        == ["are part of TruthfulQA's prompt already; leave them out"])
    settings = ExamSettings("gsm8k", files: ["x"])
    settings.samples = 3
    settings.temperature = 0
    #expect(
      settings.problems.map(\.problem)
        == ["are all the same at temperature 0; take 1, or raise temperature"])
  }

  // MARK: Windows

  @Test func `a long text is predicted once, each token from as much as fits`() throws {
    let paper = try world.paper("perplexity", #"{"text": "abcdefgh"}"#)
    let reader = ExamReader(
      paper, world.world.tokenizer, positions: 3, endTokens: [world.world.end])
    let item = try reader.whole(0)
    let end = world.world.end
    // Eight tokens in windows of three; the last predicts two, and sees two in front of them.
    #expect(
      item.sequences == [
        ScoredSequence(ids: [end, 0, 1, 2], start: 1),
        ScoredSequence(ids: [2, 3, 4, 5], start: 1),
        ScoredSequence(ids: [4, 5, 6, 7], start: 2),
      ])
    #expect(item.longest == 3)
  }
}
