import Statistics
import Testing

@testable import Published

@Suite struct AnswerStyleTests {
  @Test func `markup is counted as Arena-Hard counts it, outside code`() {
    let text = """
      # Title
      Some **bold** and __strong__ words.

      1. one
      2. two
       - three
      ```
      # no header
      - no item
      ```
      ####### seven signs
      """
    let style = AnswerStyle(text: text)
    #expect(style.headers == 1 && style.lists == 3 && style.bolds == 2)
    // Words of all lines, code and signs among them.
    #expect(style.tokens == 2 + 5 + 2 + 2 + 2 + 1 + 3 + 3 + 1 + 3)
    #expect(AnswerStyle(text: "") == AnswerStyle(tokens: 0, headers: 0, lists: 0, bolds: 0))
    // A fence that nothing closes opens no code.
    #expect(AnswerStyle(text: "```\n- item").lists == 1)
  }
}
