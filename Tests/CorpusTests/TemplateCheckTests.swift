import Foundation
import Runs
import Testing

@testable import Corpus

/// Templates whose answers are not where a training looks for them.
@Suite struct TemplateCheckTests {
  private static let turn =
    "{{ '<|im_start|>' + m.role + '\\n' + m.content + '<|im_end|>\\n' }}"
  private static let loop = "{% for m in messages %}\(turn){% endfor %}"
  private static let asks = "{{ '<|im_start|>assistant\\n' if add_generation_prompt }}"

  /// Bytes, and two special tokens.
  private func tokenizer(_ template: String) throws -> Tokenizer {
    let alphabet = ByteAlphabet.scalars.map { String($0) }
    let words = (["<|im_start|>", "<|im_end|>"] + alphabet).enumerated()
    let vocabulary = Dictionary(uniqueKeysWithValues: words.map { ($1, $0) })
    let added = ["<|im_start|>", "<|im_end|>"].enumerated().map { id, text -> [String: Any] in
      [
        "id": id, "content": text, "single_word": false, "lstrip": false, "rstrip": false,
        "normalized": false, "special": true,
      ]
    }
    let json: [String: Any] = [
      "added_tokens": added, "pre_tokenizer": ["type": "ByteLevel", "add_prefix_space": false],
      "decoder": ["type": "ByteLevel"],
      "model": ["type": "BPE", "vocab": vocabulary, "merges": [String]()],
    ]
    return try Tokenizer.read(try JSONSerialization.data(withJSONObject: json), name: "t.json")
      .replacingChatTemplate(ChatTemplate(template, name: "t.jinja"))
  }

  private func read(_ template: String, _ answers: [String] = ["yo man", "no"]) throws -> [String] {
    let tokenizer = try tokenizer(template)
    let prompt = Dialogue.turns([Turn(.user, "say it"), Turn(.assistant, "it"), Turn(.user, "x")])
    let learnt = try answers.map { try tokenizer.read(prompt, answer: Turn(.assistant, $0)) }
    let reading = try tokenizer.read(prompt, answers)
    #expect(learnt.flatMap(\.completions) == reading.completions)
    return reading.completions.map { tokenizer.decode($0) }
  }

  @Test(arguments: [
    loop + asks,
    // What it writes behind the last turn it writes where nothing is asked for.
    loop + "{% if add_generation_prompt %}<|im_start|>assistant\n{% else %}<|im_end|>{% endif %}",
    // Asks for a thought that answers need not begin with.
    loop + "{{ '<|im_start|>assistant\\n<think>\\n' if add_generation_prompt }}",
    // Changes answers, and knows them.
    loop.replacing("m.content", with: "(m.content | upper)") + asks,
  ])
  func `an answer is what the template writes of it`(template: String) throws {
    let upper = template.contains("upper")
    #expect(try read(template) == (upper ? ["YO MAN", "NO"] : ["yo man", "no"]))
  }

  @Test(arguments: [
    (
      "{% for m in messages if m.role == 'user' %}\(turn){% endfor %}" + asks,
      "writes nothing of an answer behind what asks for it"
    ),
    ("hello", "writes nothing of an answer behind what asks for it"),
    // A number in front of all turns.
    (
      "{{ messages | length }}:" + loop + asks,
      "writes the turns before an answer differently once the answer stands there"
    ),
    // A text behind all turns.
    (
      loop + "Go on.<|im_end|>" + asks,
      "writes the turns before an answer differently once the answer stands there"
    ),
    // The last user's turn alone has the rules.
    (
      "{% for m in messages %}{{ 'Rules. ' if loop.last }}\(turn){% endfor %}" + asks,
      "writes the turns before an answer differently once the answer stands there"
    ),
  ])
  func `what could not be learnt is refused, and the template named`(
    template: String, problem: String
  ) throws {
    let found = #expect(throws: CorpusError.self) { try read(template) }
    #expect("\(try #require(found))".contains("t.jinja \(problem)"), "\(String(describing: found))")
  }

  @Test func `a template that is not UTF-8 is refused with its place`() {
    let template = ChatTemplate(Data([0x61, 0x0A, 0x62, 0xFF, 0x63]), name: "t.jinja")
    #expect(template.problem == "t.jinja:2:2: not UTF-8; save the file as UTF-8")
  }
}
