import Foundation
import Testing

@testable import Judging

@Suite struct PromptTemplateTests {
  private static let header = """
    ---
    asks: comparison
    slots: prompt, first, second
    verdict: Preferred: A => first
    verdict: Preferred: B => second
    ---
    System {{code}}.
    ---
    {{prompt}}|{{first}}|{{second}}

    """

  @Test func `every embedded template is the file of the folder prompts`() throws {
    let folder = URL(filePath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().appending(path: "prompts")
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      .filter { $0.hasSuffix(".md") }
    #expect(Set(files) == Set(PromptLibrary.names.map { "\($0).md" }))
    for name in PromptLibrary.names {
      let file = try String(contentsOf: folder.appending(path: "\(name).md"), encoding: .utf8)
      let template = try PromptTemplate.load(name)
      #expect(template.source == file)
      #expect(template.name == name)
      #expect(template.digest.count == 64)
    }
  }

  @Test func `slots are filled once, between delimiters, and never scanned again`() throws {
    let template = try PromptTemplate(Self.header, name: "own")
    let question = JudgeQuestion(
      id: "1", prompt: "{{second}} {{code}}", candidates: ["{{prompt}}", "b"])
    let prompt = try template.render(question, code: "77")
    #expect(prompt.system == "System 77.")
    #expect(
      prompt.user == """
        <begin:prompt:77>
        {{second}} {{code}}
        <end:prompt:77>|<begin:A:77>
        {{prompt}}
        <end:A:77>|<begin:B:77>
        b
        <end:B:77>
        """)
    #expect(prompt.neutralized == 0)
  }

  @Test func `every prompt has a code of its own`() throws {
    let template = try PromptTemplate.load("dialogue")
    let question = JudgeQuestion(id: "1", prompt: "p", candidates: ["a", "b"])
    var others = [question, question.swapped]
    for number in 0..<98 {
      var other = question
      other.candidates[1] = "\(number)"
      others.append(other)
    }
    let codes = try others.map { try template.render($0).code }
    #expect(Set(codes).count == 100)
    // The same question is asked in the same words, by every judge.
    #expect(try template.render(question).code == codes[0])
    #expect(codes.allSatisfy { $0.count == 32 && $0.allSatisfy(\.isHexDigit) })
  }

  private static let mistakes: [(String, String, Int, String)] = [
    ("asks: comparison", "asks: both", 2, "asks is 'comparison' or 'single', not 'both'"),
    ("asks: comparison\n", "", 5, "the header lacks 'asks'"),
    (
      "first, second\n", "first, third\n", 3,
      "there is no slot 'third', only prompt, first, second, candidate, reference, checklist, code"
    ),
    (
      "A => first", "A => better", 4,
      "wants 'TEXT => first', 'second', 'tie', 'first-much' or 'second-much', or 'TEXT# => 1..10' "
        + "with text around #"
    ),
    ("{{prompt}}", "{{ref}}", 9, "the slot {{ref}} is not declared in the header's slots"),
    ("{{second}}", "{{second", 9, "a slot does not end; write {{prompt}}"),
    ("|{{second}}", "", 8, "the text lacks the slot {{second}}"),
    ("asks: comparison", "asks: comparison\nasks: single", 3, "'asks' is given twice; keep one"),
    (
      "asks: comparison", "asks: comparison\nmax-tokens: 0", 3,
      "max-tokens is a whole number from 1 to 65536, not '0'"
    ),
    (
      "asks: comparison", "tone: stern\nasks: comparison", 2,
      "unknown key 'tone'; there are asks, slots, verdict, label, max-tokens"
    ),
    (
      "verdict: Preferred: A => first", "verdict: Rating: [[#]] => 1..5", 6,
      "a comparison prefers: 'verdict: Preferred: A => first'"
    ),
    (
      "verdict: Preferred: A => first", "label: A => first", 6,
      "a template has verdicts or labels, not both"
    ),
  ]

  @Test(arguments: mistakes) func `a mistake is named with its line`(
    old: String, new: String, line: Int, problem: String
  ) throws {
    #expect(throws: JudgingError.template(path: "own", line: line, problem: problem)) {
      _ = try PromptTemplate(Self.header.replacing(old, with: new), name: "own")
    }
  }

  @Test func `a template that nobody has is refused with the names there are`() {
    #expect(
      throws: JudgingError.setting(
        "no template is called 'sumary'; there are summary, dialogue, instruction, five-level, "
          + "score, rubric, label, checklist, conversation, and files, written with a slash: "
          + "./sumary.md")
    ) { _ = try PromptTemplate.load("sumary") }
    #expect(
      throws: JudgingError.template(
        path: "./no.md", line: 1, problem: "no such file; check the path")
    ) { _ = try PromptTemplate.load("./no.md") }
  }

  @Test func `a question without what the template wants is refused`() throws {
    let template = try PromptTemplate.load("instruction")
    let question = JudgeQuestion(id: "7", prompt: "p", candidates: ["a", "b"])
    #expect(
      throws: JudgingError.setting(
        "template instruction wants a reference, and prompt 7 has none; give them with --reference "
          + "FILE")
    ) { _ = try template.render(question) }
    #expect(
      throws: JudgingError.setting("template score asks about 1 candidate, not 2")
    ) { _ = try PromptTemplate.load("score").render(question) }
  }
}
