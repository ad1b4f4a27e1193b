import Corpus
import Foundation
import Runs
import TestSupport
import Testing

/// Rows as published sets lay them out.
@Suite struct PublishedRowTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func source(_ rows: String) throws -> DataSource {
    DataSource(files: [try folder.write("rows.jsonl", rows).path])
  }

  private func lines(_ body: () throws -> Void) -> [String] {
    message(body).replacingOccurrences(of: folder.url.path + "/", with: "")
      .split(separator: "\n").map(String.init)
  }

  @Test func `comparisons with scores become pairs, and ties are counted`() throws {
    let data = try source(
      #"""
      {"question": {"id": 1, "full_text": "q"}, "answer_0": "a", "answer_1": "b", "score_0": -0.5, "score_1": 0.5}
      {"question": {"id": 2, "full_text": "q"}, "answer_0": "a", "answer_1": "b", "score_0": 0, "score_1": 0.0}
      {"text": ["## Human:\nq\n\n## Assistant:\n a", "## Human:\nq\n\n## Assistant:\n b"], "score": [1.5, 0.5]}
      {"text": ["\n\nHuman: q\n\nAssistant: a", "\n\nHuman: q\n\nAssistant: b"], "score": [1, 1]}

      """#)
    let notes = RowNotes()
    let pairs = try data.preferencePairs(notes)
    #expect(pairs.map(\.prompt) == ["q", "## Human:\nq\n\n## Assistant:\n"])
    #expect(pairs.map(\.chosen) == ["b", " a"])
    #expect(pairs.map(\.rejected) == ["a", " b"])
    #expect(pairs.map(\.margin) == [1, 1])
    #expect(notes.ties == 2)
    #expect(notes.remarks == ["2 pairs have equal scores and are left out"])
    #expect(try data.layout() == .pairs)
  }

  /// The codes are of the pairs (1, 2) (1, 3) (1, 4) (2, 3) (2, 4) (3, 4).
  @Test func `predictions that people compared become a pair each`() throws {
    let data = try source(
      #"""
      {"question": "q", "passages": [["T", "one.", "two."]], "prediction 1": "a", "prediction 2": "b", "prediction 3": "c", "prediction 4": "d", "preference": [0, 1, 2, 0, 0, 1]}

      """#)
    let notes = RowNotes()
    let pairs = try data.preferencePairs(notes)
    #expect(pairs.map(\.id) == ["rows.jsonl:1", "rows.jsonl:1#2", "rows.jsonl:1#3"])
    #expect(pairs.map(\.chosen) == ["a", "d", "c"])
    #expect(pairs.map(\.rejected) == ["c", "a", "d"])
    #expect(pairs.map(\.prompt) == Array(repeating: "q\n\nT\none. two.", count: 3))
    #expect(notes.ties == 3)
  }

  @Test func `lists of completions are compared each with each`() throws {
    let pairs = try source(
      #"""
      {"id": 8, "prompt": "p", "chosen": ["a", "b"], "rejected": ["x", "y"]}

      """#
    ).preferencePairs()
    #expect(pairs.map(\.id) == ["8", "8#2", "8#3", "8#4"])
    #expect(pairs.map { $0.chosen + $0.rejected } == ["ax", "ay", "bx", "by"])
  }

  @Test func `groups and labels of published sets are read`() throws {
    let groups = try source(
      #"""
      {"instruction": "p", "completions": [{"response": "a", "overall_score": 7.5, "fine-grained_score": 4.5}, {"response": "b", "overall_score": null, "fine-grained_score": 4.25}]}
      {"prompt": "\n\nHuman: q\n\nAssistant: ", "answers": [{"answer": "a", "model": "m", "rank": 1.0}, {"answer": "b", "rank": 2.0}]}
      {"prompt": [{"role": "user", "content": "q"}], "completions": [[{"role": "assistant", "content": "a"}], [{"role": "assistant", "content": "b"}]], "scores": [1, 2]}

      """#
    ).scoredGroups()
    #expect(groups.map(\.scores) == [[7.5, 4.25], [-1, -2], [1, 2]])
    #expect(groups.map(\.prompt) == ["p", "\n\nHuman: q\n\nAssistant: ", .asked("q")])
    #expect(groups[2].completions == ["a", "b"])
    let labelled = try source(
      #"""
      {"messages": [{"role": "user", "content": "q"}, {"role": "assistant", "content": "a"}], "kto_tag": false}

      """#)
    #expect(try labelled.labelledCompletions().map(\.isDesirable) == [false])
    #expect(try labelled.layout() == .labelledCompletions)
  }

  @Test func `wrong comparisons are refused by place`() throws {
    let data = try source(
      #"""
      {"question": "q", "answer_0": "a", "answer_1": "b", "score_0": "high", "score_1": 0}
      {"question": "q", "answer_0": "a", "answer_1": "a", "score_0": 1, "score_1": 0}
      {"text": ["a", "b"], "score": [1, 2]}
      {"text": ["a"], "score": [1, 2]}
      {"question": "q", "prediction 1": "a", "prediction 2": "b", "prediction 3": "c", "prediction 4": "d", "preference": [3, 0, 0, 0, 0, 0]}
      {"i_chosen": "p", "r_chosen": "a", "i_reject": "q", "r_reject": "b"}
      {"prompt": "p", "chosen": "a", "rejected": "b", "margin": "wide"}

      """#)
    #expect(
      lines { _ = try data.preferencePairs() } == [
        "rows.jsonl:1:64 score_0 — is a text — a score is a finite number, at most 1e30",
        "rows.jsonl:2:48 answer_1 — is the same text as answer_0 — remove the row",
        "rows.jsonl:3:10 text — holds transcripts that share no turn that ends in \"Assistant:\" — "
          + "compare answers to one prompt",
        "rows.jsonl:4:10 text — is no list of two texts — compare two transcripts",
        "rows.jsonl:5:117 preference — is no list of six numbers from 0 to 2 — "
          + "each pair of predictions is equal (0), or its first (1) or second (2) is better",
        "rows.jsonl:6:48 i_reject — is another prompt than i_chosen — pairs are of one prompt",
        "rows.jsonl:7:59 margin — is a text — a margin is a finite number, at most 1e30",
      ])
  }

  /// What the published files hold, and how many rows of each are bad.
  @Test(
    .enabled(if: SharedData.isPresent),
    arguments: [
      ("hh-rlhf/helpful-base.test.jsonl", RowLayout.pairs, 1882, 3, 0),
      ("hh-rlhf/harmless-base.test.jsonl.gz", .pairs, 1850, 4, 0),
      ("ultrafeedback-sample/train.jsonl.gz", .pairs, 800, 6, 0),
      ("ultrafeedback-sample/eval.jsonl", .pairs, 200, 1, 0),
      ("webgpt-comparisons/webgpt.test.json.gz", .pairs, 901, 0, 245),
      ("qa-feedback/dev_feedback.json.gz", .pairs, 500, 0, 384),
      ("rm-bench/chat_filtered.json.gz", .pairs, 129, 0, 0),
      ("rm-bench/safety-response_filtered.json.gz", .pairs, 157, 0, 0),
      ("llamafactory-demo/dpo_en_demo.json.gz", .pairs, 300, 0, 0),
      ("rasbt-instruction/instruction-data-with-preference.json", .pairs, 1100, 6, 0),
      ("llamafactory-demo/kto_en_demo.json.gz", .labelledCompletions, 300, 0, 0),
      ("llamafactory-demo/alpaca_en_demo.json.gz", .demonstrations, 999, 0, 0),
      ("rasbt-instruction/instruction-data.json", .demonstrations, 1100, 0, 0),
      ("lima/lima.json.gz", .demonstrations, 1029, 0, 0),
      ("alpaca-2k/alpaca_data.json.gz", .demonstrations, 2000, 0, 0),
      ("tldr-dove/tldr.test.jsonl.gz", .demonstrations, 500, 0, 0),
      ("tldr-dove/tldr.model_outputs.jsonl.gz", .demonstrations, 500, 0, 0),
      ("tldr-dove/helpful.test.jsonl", .demonstrations, 500, 0, 0),
      ("tldr-dove/helpful.model_outputs.jsonl.gz", .demonstrations, 500, 0, 0),
      ("tldr-dove/helpful.val_sft.jsonl", .demonstrations, 500, 0, 0),
      ("tldr-dove/helpful.val_conditional_pref.jsonl", .pairs, 363, 0, 0),
    ])
  func `published files are read as they are`(
    _ name: String, _ layout: RowLayout, _ rows: Int, _ bad: Int, _ ties: Int
  ) throws {
    let data = DataSource(
      files: [try SharedData.url(name).path], badRows: BadRows(.skip))
    let notes = RowNotes()
    #expect(try data.layout() == layout)
    let count: Int
    switch layout {
    case .pairs: count = try data.preferencePairs(notes).count
    case .labelledCompletions: count = try data.labelledCompletions(notes).count
    default: count = try data.demonstrations(notes).count
    }
    #expect(notes.read == rows)
    #expect(notes.bad.count == bad, "\(notes.remarks)")
    #expect(notes.ties == ties)
    print("\(name): \(count) examples of \(rows) rows")
  }
}
