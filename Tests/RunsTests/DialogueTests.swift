import Foundation
import Testing

@testable import Runs

@Suite struct DialogueTests {
  @Test func `records keep a text as a text and turns as messages`() throws {
    let all: [Dialogue] = [
      "a", .markup("<x>"), .turns([Turn(.system, "s"), Turn(.user, "u")]), .turns([]),
    ]
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    let text = String(decoding: try encoder.encode(all), as: UTF8.self)
    #expect(
      text == #"["a",{"markup":"<x>"},[{"content":"s","role":"system"},"#
        + #"{"content":"u","role":"user"}],[]]"#)
    #expect(try JSONDecoder().decode([Dialogue].self, from: Data(text.utf8)) == all)
  }

  @Test func `dialogues are told apart by bytes and by kind`() {
    #expect(Dialogue.text("\u{e9}") != .text("e\u{301}"))
    #expect(Dialogue.text("a") != .markup("a") && Dialogue.text("a") != .turns([Turn(.user, "a")]))
    #expect(Exchange("a", "b") == Exchange("a", "b") && Exchange("a", "b") != Exchange("a", "c"))
  }

  @Test func `words are what people read`() {
    #expect(Dialogue.turns([Turn(.user, "Hi")]).words == "Hi")
    #expect(Dialogue.turns([Turn(.system, "s"), Turn(.user, "u")]).words == "system: s\n\nuser: u")
    #expect(Exchange("a ", "b").words == "a b")
    #expect(Exchange(.turns([Turn(.user, "Hi")]), "Ho").words == "Hi\n\nHo")
  }
}
