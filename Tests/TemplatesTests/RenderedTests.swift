import Foundation
import Templates
import Testing

@Suite struct RenderedTests {
  private func rendered(_ source: String) throws -> Rendered {
    try Template(parsing: source, name: "t").render(variables: [:], now: Date())
  }

  /// The parts of the text that the spans mark.
  private func generated(_ source: String) throws -> [String] {
    let rendered = try rendered(source)
    let bytes = Array(rendered.text.utf8)
    return rendered.generated.map { String(decoding: bytes[$0], as: UTF8.self) }
  }

  @Test func `spans are offsets into UTF-8`() throws {
    let rendered = try rendered("é{% generation %}😀{% endgeneration %}!")
    #expect(rendered.text == "é😀!")
    #expect(rendered.generated == [2..<6])
    #expect(!rendered.hasUnplacedGeneration)
  }

  @Test func `spans may be empty and within one another`() throws {
    #expect(try generated("{% generation %}{% endgeneration %}a") == [""])
    #expect(
      try generated(
        "a{% generation %}b{% generation %}c{% endgeneration %}{% endgeneration %}") == ["c", "bc"])
  }

  @Test func `generated text that is gathered first has no place`() throws {
    let macro = "{% macro m() %}{% generation %}a{% endgeneration %}{% endmacro %}{{ m() }}"
    let rendered = try rendered(macro + "{% generation %}b{% endgeneration %}")
    #expect(rendered.text == "ab")
    #expect(rendered.generated == [1..<2])
    #expect(rendered.hasUnplacedGeneration)
  }
}
