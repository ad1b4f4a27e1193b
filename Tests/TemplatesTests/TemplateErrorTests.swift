import Foundation
import Templates
import Testing

@Suite struct TemplateErrorTests {
  private func error(
    _ source: String, _ variables: [String: TemplateValue] = [:]
  ) -> TemplateError? {
    do throws(TemplateError) {
      _ = try Template(parsing: source, name: "chat_template.jinja")
        .render(variables: variables, now: Date(timeIntervalSince1970: 0))
      return nil
    } catch {
      return error
    }
  }

  private func message(
    _ source: String, _ variables: [String: TemplateValue] = [:]
  ) -> String? {
    error(source, variables).map(\.description)
  }

  @Test func `raise_exception has its own case, which keeps the whole message`() {
    let source =
      "{% for m in messages %}\n  {{ raise_exception('roles:\\n' ~ m.role) }}{% endfor %}"
    let variables: [String: TemplateValue] = ["messages": [["role": "tool"]]]
    let place = TemplatePlace(template: "chat_template.jinja", line: 2, column: 21)
    #expect(error(source, variables) == .raised(place, message: "roles:\ntool"))
    #expect(
      message(source, variables)
        == "chat_template.jinja:2:21: the template refuses this: roles:\\ntool")
  }

  @Test func `an unknown name tells itself and its place`() {
    #expect(
      error("a\né {{ x.y }}")
        == .rendering(
          TemplatePlace(template: "chat_template.jinja", line: 2, column: 7),
          problem: "\"x\" is undefined"))
  }

  @Test(arguments: [
    ("{{ a", ":1:1: a tag without its }}"),
    ("{% if a", ":1:1: a tag without its %}"),
    ("{# a", ":1:1: a comment without its #}"),
    ("{% raw %} a", ":1:1: a raw block without its {% endraw %}"),
    ("{{ 'a }}", ":1:4: a text without its closing quote"),
    ("{{ ) }}", ":1:4: unexpected \")\""),
    ("{{ (] }}", ":1:5: unexpected \"]\" that does not close the last bracket"),
    ("{{ ? }}", ":1:4: unexpected character \"?\""),
    ("{{ '\\ud800' }}", ":1:5: an escape that is no character"),
    ("{{ '\\x1' }}", ":1:5: an escape that lacks digits"),
    ("{{ }}", ":1:4: expected an expression, found }}"),
    ("{{ 1 2 }}", ":1:6: expected \"}}\", found a number"),
    ("{{ a. }}", ":1:7: expected a name or a number, found }}"),
    ("{{ f(a=1, 2) }}", ":1:5: arguments in an order that no call has"),
    ("{{ f(a=1, a=2) }}", ":1:13: the argument \"a\" is given twice"),
    ("{{ x|nope }}", ":1:6: unknown filter \"nope\""),
    ("{{ x|pprint }}", ":1:6: the filter \"pprint\" is not supported"),
    ("{{ x is nope }}", ":1:9: unknown test \"nope\""),
    ("{{ x is none is none }}", ":1:14: tests cannot be chained"),
    ("{% nope %}", ":1:4: unknown tag \"nope\""),
    ("{% import 'a' as b %}", ":1:4: the tag \"import\" reads another file and is not supported"),
    (
      "{% block a %}",
      ":1:4: the tag \"block\" is for templates that extend others and is not supported"
    ),
    ("{% if a %}\n b", ":2:3: the template ends before {% elif %} or {% else %} or {% endif %}"),
    ("{% endif %}", ":1:4: unknown tag \"endif\""),
    ("{% for a in b %}{% if c %}{% endfor %}", ":1:30: unknown tag \"endfor\""),
    ("{% break %}", ":1:4: break outside of a loop"),
    (
      "{% for a in b %}{% generation %}{% break %}{% endgeneration %}{% endfor %}",
      ":1:36: break outside of a loop"
    ),
    ("{% set none = 1 %}", ":1:8: none cannot be assigned"),
    ("{% set a.b.c = 1 %}", ":1:11: expected \"%}\", found \".\""),
    ("{% for loop in a %}{% endfor %}", ":1:8: \"loop\" cannot be assigned within a loop"),
    ("{% macro m(a=1, b) %}", ":1:18: a parameter without a default behind one that has it"),
    (
      "{% macro m(caller) %}{{ caller() }}{% endmacro %}",
      ":1:4: the parameter \"caller\" must have a default"
    ),
    ("{% call m %}{% endcall %}", ":1:9: expected a call"),
  ]) func `what cannot be parsed`(source: String, problem: String) {
    #expect(message(source) == "chat_template.jinja\(problem)")
  }

  @Test(arguments: [
    ("{{ 1 + 'a' }}", ":1:6: + is not for a int and a str"),
    ("{{ none < 1 }}", ":1:9: < is not for a NoneType and a int"),
    ("{{ 1 // 0 }}", ":1:6: division by zero"),
    ("{{ 1 in 'a' }}", ":1:6: only a text can be in a text, not a int"),
    ("{{ {[]: 1} }}", ":1:4: a list cannot be a key of a mapping"),
    ("{{ 1[:] }}", ":1:5: a int has no slices"),
    ("{{ [][::0] }}", ":1:6: the step of a slice must not be 0"),
    ("{{ 1() }}", ":1:5: a int cannot be called"),
    ("{{ 1|length }}", ":1:6: a int has no length"),
    ("{{ x|tojson }}", ":1:6: \"x\" is undefined"),
    ("{{ {}.a.b }}", ":1:8: dict has no attribute \"a\""),
    ("{{ [][0].b }}", ":1:9: list has no such element"),
    ("{{ ''.encode() }}", ":1:13: the method \"encode\" is not supported"),
    ("{% for a, b in [[1]] %}{% endfor %}", ":1:8: 1 values for 2 to assign to"),
    ("{% for a, b in [[1, 2, 3]] %}{% endfor %}", ":1:8: more values than the 2 to assign to"),
    ("{% for a in 1 %}{% endfor %}", ":1:13: a int cannot be gone through"),
    ("{% set a.b = 1 %}", ":1:8: \"a\" is no namespace, whose attributes can be assigned"),
    (
      "{% set n = namespace() %}{% set n._a = 1 %}",
      ":1:33: an attribute of a namespace may not begin with an underscore"
    ),
    (
      "{% macro m(a) %}{% endmacro %}{{ m(1, 2) }}",
      ":1:35: the macro \"m\" takes no more than 1 arguments"
    ),
    ("{% macro m(a) %}{% endmacro %}{{ m(b=2) }}", ":1:35: the macro \"m\" has no parameter \"b\""),
    ("{{ [1]|map('nope')|list }}", ":1:8: map with an unknown filter"),
    ("{{ '%d' % 'a' }}", ":1:9: %d is for whole numbers, not for a str"),
    ("{{ '%s' % (1, 2) }}", ":1:9: a format with fewer places than values"),
    ("{{ '{} {}'.format(1) }}", ":1:18: a format with more fields than values"),
    ("{{ 'a'|replace('a') }}", ":1:8: the filter \"replace\" needs \"new\""),
    (
      "{% filter length %}a{% endfilter %}",
      ":1:11: the filter makes a int of the block, not a text"
    ),
  ]) func `what cannot be rendered`(source: String, problem: String) {
    #expect(message(source) == "chat_template.jinja\(problem)")
  }

  @Test func `a message stays on one line whatever the template holds`() {
    #expect(
      message("{{ x['\\n\\u202e'].b }}", ["x": [:]])
        == "chat_template.jinja:1:17: dict has no attribute \"\\n\\u{202e}\"")
  }
}
