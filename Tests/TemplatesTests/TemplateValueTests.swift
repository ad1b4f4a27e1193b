import Foundation
import Templates
import Testing

@Suite struct TemplateValueTests {
  private func rendered(_ source: String, _ value: TemplateValue) throws -> String {
    try Template(parsing: source, name: "t").render(variables: ["x": value], now: Date()).text
  }

  @Test func `literals stand for values`() {
    let value: TemplateValue = ["a": 1, "b": [true, nil, 1.5, "c"]]
    #expect(
      value
        == .mapping([
          .init("a", .integer(1)),
          .init("b", .list([.boolean(true), .none, .float(1.5), .text("c")])),
        ]))
  }

  @Test func `texts are equal when their characters are`() {
    #expect(TemplateValue.text("e\u{301}") != .text("\u{E9}"))
  }

  @Test func `keys keep their order and the last of equal ones counts`() throws {
    let value = TemplateValue.mapping([
      .init("b", 1), .init("a", 2), .init("b", 3), .init("e\u{301}", 4), .init("\u{E9}", 5),
    ])
    #expect(try rendered("{{ x }}", value) == "{'b': 3, 'a': 2, 'e\u{301}': 4, '\u{E9}': 5}")
  }

  @Test func `values nested too deep are refused`() throws {
    var value: TemplateValue = 1
    for _ in 0..<100 { value = [value] }
    #expect(try rendered("{{ x|length }}", value) == "1")
    let error = #expect(throws: TemplateError.self) { try rendered("{{ x }}", [value]) }
    #expect(error?.description == "t:1:1: a value nested more than 100 deep")
  }

  @Test func `a variable hides the function of its name`() throws {
    #expect(try rendered("{{ range(2)|list }}", 1) == "[0, 1]")
    let template = try Template(parsing: "{{ range }}", name: "t")
    #expect(try template.render(variables: ["range": 5], now: Date()).text == "5")
  }
}
