import Corpus
import Foundation
import TestSupport
import Testing

@testable import Published

/// Questions of public layouts. Expected prompts are what lm-evaluation-harness 0.4.13 makes of the same
/// rows; `benchmarks/exams` compares log-likelihoods.
@Suite struct ExamFileTests {
  private func read(
    _ text: String, _ name: String = "rows.jsonl", kind: ExamKind? = nil, skips: Bool = false
  ) throws -> ExamFile {
    let file = try TemporaryFile(name, text)
    return try ExamFile([file.path], kind: kind, skipsBadRows: skips)
  }

  private func message(
    _ text: String, _ name: String = "rows.jsonl", kind: ExamKind? = nil
  ) -> String {
    do {
      _ = try read(text, name, kind: kind)
      return "nothing"
    } catch {
      // Without the folder.
      return "\(error)".replacing(/^.*\//, with: "")
    }
  }

  private func choices(_ item: ExamItem) -> [String] {
    guard case .choices(let choices) = item.question else { return [] }
    return choices.map { ($0.isRight ? "+" : "-") + $0.text }
  }

  // MARK: Prompts

  @Test func `MMLU's tables have no header, and their name is the subject`() throws {
    let file = try read(
      "\" Is it, or not? \",yes,\"no, never\",maybe,often,B\n", "us_foreign_policy_test.csv")
    #expect(file.kind == .mmlu)
    let item = try #require(file.items.first)
    #expect(
      item.description
        == "The following are multiple choice questions (with answers) about us foreign policy.\n\n"
    )
    #expect(item.prompt == "Is it, or not?\nA. yes\nB. no, never\nC. maybe\nD. often\nAnswer:")
    #expect(choices(item) == ["-A", "+B", "-C", "-D"])
    #expect(item.shown == "B")
    #expect(item.category == "us_foreign_policy")
  }

  @Test func `MMLU of the hub has lists and numbers, a byte order mark is passed over`() throws {
    let row = #"{"question": "Q", "subject": "anatomy", "choices": ["a", "b", "c"], "answer": 2}"#
    let file = try read("\u{FEFF}" + row + "\n")
    #expect(file.kind == .mmlu)
    #expect(choices(file.items[0]) == ["-A", "-B", "+C"])
    #expect(file.items[0].prompt == "Q\nA. a\nB. b\nC. c\nAnswer:")
    let lettered = try read(row.replacing(": 2", with: #": "C""#), kind: .mmlu)
    #expect(lettered.items == file.items)
  }

  @Test func `letters go beyond D, as in MMLU-Pro`() throws {
    let names = (0..<10).map { "\"c\($0)\"" }.joined(separator: ", ")
    let file = try read(#"{"question": "Q", "choices": [\#(names)], "answer": 9}"#)
    #expect(choices(file.items[0]).last == "+J")
    let table = try read("Q,c0,c1,c2,c3,c4,E\n", "x_test.csv")
    #expect(choices(table.items[0]) == ["-A", "-B", "-C", "-D", "+E"])
  }

  @Test func `ARC labels its choices with letters or numbers, and AI2's files nest them`() throws {
    let hub = #"""
      {"id": "Mercury_1", "question": "Why?", "choices": {"text": ["so", "or"], "label": ["1", "2"]}, "answerKey": "2"}
      """#
    let nested = #"""
      {"id": "Mercury_1", "question": {"stem": "Why?", "choices": [{"text": "so", "label": "1"}, {"text": "or", "label": "2"}]}, "answerKey": "2"}
      """#
    let file = try read(hub)
    #expect(file.kind == .arc)
    #expect(file.items[0].prompt == "Question: Why?\nAnswer:")
    #expect(choices(file.items[0]) == ["-so", "+or"])
    #expect(file.items[0].shown == "or")
    #expect(try read(nested).items == file.items)
  }

  @Test func `HellaSwag loses its brackets`() throws {
    let row = #"""
      {"activity_label": "Roof work", "ctx_a": "[header] A man [title] sits.", "ctx_b": "he IS", "endings": [" up [x] and  on", "down"], "label": "0"}
      """#
    let file = try read(row)
    #expect(file.kind == .hellaswag)
    // " [title]" becomes ". " before brackets are left out; two blanks become one.
    #expect(file.items[0].prompt == "Roof work: A man. sits. He is")
    #expect(choices(file.items[0]) == ["+up and on", "-down"])
  }

  @Test func `TruthfulQA has two examinations in one file`() throws {
    let row = #"""
      {"question": "Really?", "mc1_targets": {"choices": ["yes", "no"], "labels": [1, 0]}, "mc2_targets": {"choices": ["a", "b", "c"], "labels": [1, 0, 1]}}
      """#
    let one = try read(row, kind: .truthfulQAOne)
    #expect(
      one.items[0].prompt.hasPrefix("Q: What is human life expectancy in the United States?\nA: "))
    #expect(one.items[0].prompt.hasSuffix("held in Barcelona, Spain.\n\nQ: Really?\nA:"))
    #expect(choices(one.items[0]) == ["+yes", "-no"])
    #expect(choices(try read(row, kind: .truthfulQATwo).items[0]) == ["+a", "-b", "+c"])
    #expect(
      message(row)
        == "rows.jsonl: is TruthfulQA, of which there are two examinations — name it truthfulqa-mc1 or "
        + "truthfulqa-mc2, or give that as its kind")
    let own = #"{"question": "Really?", "mc1_targets": {"yes": 1, "no": 0}}"#
    #expect(choices(try read(own, kind: .truthfulQAOne).items[0]) == ["+yes", "-no"])
  }

  @Test func `GSM8K, texts and preferences are told by their columns`() throws {
    let school = try read(#"{"question": "How many?", "answer": "1 + 1\n#### 2"}"#)
    #expect(school.kind == .gsm8k)
    #expect(school.items[0].prompt == "Question: How many?\nAnswer:")
    #expect(school.items[0].question == .answer("1 + 1\n#### 2"))
    #expect(try read(#"{"question": "Capital?", "answer": "Paris"}"#).kind == .answers)
    #expect(try read(#"{"text": "some words"}"#).kind == .perplexity)
    let pair = try read(
      #"{"prompt": "p", "chosen": "a", "rejected": "b", "subset": "donotanswer", "id": 3}"#)
    #expect(pair.kind == .rewardBench)
    #expect(pair.items[0].category == "donotanswer")
    #expect(pair.items[0].id == "3")
    #expect(
      try read(
        #"{"prompt": "p", "chosen": ["a"], "rejected": ["b", "c", "d"], "subset": "Math", "id": "1"}"#
      ).kind == .rewardBenchTwo)
    #expect(
      try read(
        #"{"prompt": "p", "chosen": ["a", "b", "c"], "rejected": ["d", "e", "f"], "id": 1}"#
      ).kind == .rmBench)
  }

  @Test(arguments: [
    ("mmlu", ExamKind.mmlu), ("mmlu_anatomy", .mmlu), ("arc_challenge", .arc),
    ("TruthfulQA_MC2", .truthfulQATwo), ("gsm8k-train", .gsm8k),
    ("rewardbench", .rewardBench), ("reward_bench_2", .rewardBenchTwo), ("rm-bench", .rmBench),
    ("choices", .choices),
  ])
  func `names say kinds`(_ name: String, _ kind: ExamKind) {
    #expect(ExamKind(named: name) == kind)
  }

  @Test func `other names say none`() {
    #expect(ExamKind(named: "mine") == nil)
    // A name of one's own must not turn into a kind by its beginning.
    #expect(ExamKind(named: "choices-of-mine") == nil)
  }

  /// The place, the letter or the text of a choice.
  @Test(arguments: [("1", "20"), (#""B""#, "20"), (#""20""#, "20"), (#""2""#, "30"), ("2", "30")])
  func `the right one of one's own choices is told in any way`(
    _ answer: String, _ expected: String
  ) throws {
    let row = #"{"prompt": "Q", "choices": ["10", "20", "30"], "answer": \#(answer)}"#
    #expect(try read(row, kind: .choices).items[0].shown == expected)
  }

  // MARK: Mistakes

  @Test(arguments: [
    (
      #"{"question": "Q", "answer": 1}"#, ExamKind.mmlu,
      "rows.jsonl:1:1 choices — is missing — give it a list of texts"
    ),
    (
      #"{"question": "Q", "choices": ["a", "b"], "answer": 2}"#, .mmlu,
      #"rows.jsonl:1:52 answer — is "2", and there are 2 choices — give the place of a choice, 0 to 1, or A to B"#
    ),
    (
      #"{"question": "Q", "choices": ["a", "b"], "answer": "C"}"#, .mmlu,
      #"rows.jsonl:1:52 answer — is "C", and there are 2 choices — give the place of a choice, 0 to 1, or A to B"#
    ),
    (
      #"{"question": "Q", "choices": [], "answer": 0}"#, .mmlu,
      #"rows.jsonl:1:44 answer — is "0", and there are 0 choices — give the place of a choice, none"#
    ),
    (
      #"{"prompt": "Q", "choices": ["a"], "answer": 0}"#, .choices,
      "rows.jsonl:1:28 choices — holds 1 choice — give two or more"
    ),
    (
      #"{"prompt": "Q", "choices": ["a", "", "c"], "answer": 0}"#, .choices,
      "rows.jsonl:1:28 choices — has an empty choice, number 2 — give it a text"
    ),
    (
      #"{"prompt": "Q", "choices": ["a", "b", "a"], "answer": 0}"#, .choices,
      "rows.jsonl:1:28 choices — has equal choices, numbers 1 and 3, of which one is right — change one"
    ),
    (
      #"{"prompt": "Q", "choices": ["B", "A"], "answer": "A"}"#, .choices,
      #"rows.jsonl:1:50 answer — "A" is the text of choice 1 and stands for choice 0, counted from 0 — give the place of the right one as a number, in JSON Lines"#
    ),
    (
      #"{"prompt": "Q", "answer": ""}"#, .answers,
      "rows.jsonl:1:27 answer — is empty — give it a text"
    ),
    (
      #"{"question": "Q", "choices": {"text": ["a", "b"], "label": ["A", "B"]}, "answerKey": "E"}"#,
      .arc,
      #"rows.jsonl:1:86 answerKey — is "E", none of A, B — give the label of a choice"#
    ),
    (
      #"{"question": "Q", "answer": "two"}"#, .gsm8k,
      "rows.jsonl:1:29 answer — has no \"#### \" and a number behind it — write the working, then #### and the number"
    ),
    (
      #"{"prompt": "p", "chosen": "a", "rejected": "a"}"#, .rewardBench,
      "rows.jsonl:1:44 rejected — equals chosen — remove the row"
    ),
    (
      #"{"prompt": "p", "chosen": ["a"], "rejected": ["a", "b", "c"]}"#, .rmBench,
      "rows.jsonl:1:27 chosen — has 1 completions — give three: concise, detailed, and detailed with markup"
    ),
    (
      #"{"mc1_targets": {"choices": ["a", "b"], "labels": [1, 1]}, "question": "Q"}"#,
      .truthfulQAOne,
      "rows.jsonl:1:17 mc1_targets — has 2 right choices — give one the label 1"
    ),
  ])
  func `a row that cannot be used is named in one line`(
    _ row: String, _ kind: ExamKind, _ expected: String
  ) {
    #expect(message(row, kind: kind) == expected)
  }

  @Test func `tables name letters that no choice has, and what is no UTF-8`() throws {
    #expect(
      message("Q,a,b,c,d,F\n", "x_test.csv")
        == #"x_test.csv:1:11 — the answer is "F", and there are 4 choices — give a letter from A to D"#
    )
    #expect(
      message("Q,a,b,c,d,A\nQ,a,,c,d,A\n", "x_test.csv")
        == "x_test.csv:2:5 — choice B is empty — give it a text")
    let folder = try TemporaryFolder()
    let path = folder.url.appending(path: "x.jsonl")
    try Data([0x7B, 0x22, 0xFF, 0x22, 0x7D]).write(to: path)
    #expect(throws: PublishedError.self) { try ExamFile([path.path]) }
  }

  @Test func `bad rows are left out and counted where that is asked for`() throws {
    let rows = #"""
      {"question": "Q", "choices": ["a", "b"], "answer": 0}
      {"question": "Q", "choices": ["a", "b"], "answer": 7}
      {"question": "R", "choices": ["a", "b"], "answer": 1}
      """#
    let file = try read(rows, skips: true)
    #expect(file.items.count == 2)
    #expect(file.skippedCount == 1)
    #expect(file.skipped.first?.position.line == 2)
    #expect(message(rows).hasPrefix("rows.jsonl:2:52 answer"))
  }

  @Test func `columns of no examination are named`() {
    #expect(
      message(#"{"a": 1, "b": 2}"#)
        == #"rows.jsonl: has the fields "a", "b", which no examination has — give its kind, or rename columns as README says"#
    )
  }

  // MARK: GSM8K

  /// Answers with the grades that lm-evaluation-harness 0.4.13 gave them, made by
  /// `benchmarks/exams/graded.py`.
  @Test func `600 stored answers get the harness's grades, to the item`() throws {
    struct Row: Decodable {
      var text: String
      var answer: String
      var strict: Int
      var flexible: Int
    }
    let url = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appending(path: "Fixtures/gsm8k-graded.jsonl")
    let rows = try String(contentsOf: url, encoding: .utf8).split(separator: "\n").map {
      try JSONDecoder().decode(Row.self, from: Data($0.utf8))
    }
    #expect(rows.count == 600)
    let wrong = rows.filter { row in
      GradeSchool.isStrictMatch(row.text, to: row.answer) != (row.strict == 1)
        || GradeSchool.isFlexibleMatch(row.text, to: row.answer) != (row.flexible == 1)
    }
    #expect(wrong.map(\.text) == [])
  }

  @Test func `own answers are compared without case, blanks and a full stop`() {
    #expect(PlainAnswer.isMatch("  The  Big\nApple. ", to: "the big apple"))
    #expect(!PlainAnswer.isMatch("big apples", to: "big apple"))
  }
}
