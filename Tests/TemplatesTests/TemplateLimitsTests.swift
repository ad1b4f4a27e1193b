import Foundation
import Templates
import Testing

@Suite struct TemplateLimitsTests {
  /// Templates that ask for more than anyone needs, each with the end of its message.
  static let hostile: [(template: String, problem: String)] = [
    ("{{ range(10**9) }}", ":1:9: a range of more than 100000 numbers"),
    (
      "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}",
      "takes more than 1000000 steps"
    ),
    ("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", "as a macro that calls itself has"),
    (
      "{% for x in [1] recursive %}{{ loop([1]) }}{% endfor %}", "as a macro that calls itself has"
    ),
    (
      "{% set ns = namespace(x='a') %}{% for i in range(99) %}{% set ns.x = ns.x ~ ns.x %}"
        + "{% endfor %}", "a value of the template is larger than 1048576 bytes"
    ),
    ("{{ 'a' * 10**9 }}", ":1:8: a value of the template is larger than 1048576 bytes"),
    ("{{ [0] * 10**9 }}", "a value of the template is larger than 1048576 bytes"),
    ("{{ (0, 1) * (2**62) }}", "a value of the template is larger than 1048576 bytes"),
    ("{{ '%1000000000d' % 1 }}", "a format that asks for too much"),
    ("{{ '%*d' % (10**9, 1) }}", "a format that asks for too much"),
    ("{{ '%.999999999f' % 1 }}", "a format that asks for too much"),
    ("{{ '{:>1000000000}'.format(1) }}", "a format that asks for too much: \">1000000000\""),
    ("{{ 'a'.center(10**9) }}", "a value of the template is larger than 1048576 bytes"),
    ("{{ 'a'.zfill(2**62) }}", "a value of the template is larger than 1048576 bytes"),
    ("{{ '\\t'.expandtabs(2**62) }}", "a value of the template is larger than 1048576 bytes"),
    (
      "{% set a = 'a' * 9999 %}{{ a|replace('a', a) }}",
      "a value of the template is larger than 1048576 bytes"
    ),
    (
      "{% set a = 'a' * 9999 %}{{ a.join(range(999)|map('string')) }}",
      "a value of the template is larger than 1048576 bytes"
    ),
    ("{{ [1]|tojson(indent=10**9) }}", "a value of the template is larger than 1048576 bytes"),
    ("{{ 'a\\nb'|indent(10**9) }}", "a value of the template is larger than 1048576 bytes"),
    ("{{ [1]|batch(10**9, 0)|list }}", "a value of the template is larger than 1048576 bytes"),
    (
      "{{ [1]|slice(10**9)|list|length }}",
      "the values of the template take more than 4194304 bytes"
    ),
    (
      "{% for i in range(9999) %}{{ 'x' * 999 }}{% endfor %}",
      "the template renders more than 1048576 bytes"
    ),
    (
      "{% set ns = namespace(x=1) %}{% for i in range(999) %}{% set ns.x = [ns.x] %}{% endfor %}",
      "a value nested more than 100 deep"
    ),
    (
      "{% set ns = namespace(x=[1]) %}{% for i in range(999) %}{% set ns.x = ns.x|map('int') %}"
        + "{% endfor %}", "a value nested more than 100 deep"
    ),
    (
      "{% set ns = namespace() %}{% set ns.x = ns %}{{ ns }}", "as a macro that calls itself has"
    ),
    (
      "{% set ns = namespace() %}{% for i in range(9999) %}"
        + "{% set _ = dict(a='x' * 99999) %}{% endfor %}",
      "the values of the template take more than 4194304 bytes"
    ),
    ("{{ strftime_now('%1000000d') }}", "a date above 65536 bytes"),
    ("{{ 9 ** 99 }}", ":1:6: a whole number beyond 64 bits"),
    ("{{ 10 ** 10 ** 10 }}", "a whole number beyond 64 bits"),
    ("{{ (-9223372036854775807 - 1) // -1 }}", "a whole number beyond 64 bits"),
    ("{{ -(-9223372036854775807 - 1) }}", "a whole number beyond 64 bits"),
    ("{{ (-9223372036854775807 - 1)|abs }}", "a whole number beyond 64 bits"),
    ("{{ 9223372036854775807 + 1 }}", "a whole number beyond 64 bits"),
    ("{{ 9223372036854775808 }}", ":1:4: a whole number beyond 64 bits"),
    ("{{ 1e300|int }}", "a whole number beyond 64 bits"),
    ("{{ ''.__class__.__mro__ }}", "the attribute \"__class__\" of a str is not for templates"),
    (
      "{{ ''|attr('__class__')|attr('__mro__') }}{{ ''.__class__() }}",
      "the attribute \"__class__\" of a str is not for templates"
    ),
    (
      "{{ '{0.__class__.__mro__}'.format('') }}",
      "the attribute \"__class__\" of a str is not for templates"
    ),
    ("{{ [].append(1) }}", "the attribute \"append\" of a list is not for templates"),
    ("{{ x.y.z }}", ":1:5: \"x\" is undefined"),
    ("{{ lipsum(10**9) }}", "\"lipsum\" is undefined"),
    ("{% include '/etc/passwd' %}", "the tag \"include\" reads another file and is not supported"),
    ("{{ raise_exception('no') }}", ":1:19: the template refuses this: no"),
    ("{{ " + repeated("(", 9_999) + repeated(")", 9_999) + " }}", deep),
    ("{{ " + repeated("[", 9_999) + repeated("]", 9_999) + " }}", deep),
    ("{{ " + repeated("{1:", 9_999) + repeated("}", 9_999) + " }}", deep),
    ("{{ " + repeated("-", 9_999) + "1 }}", deep),
    ("{{ " + repeated("not ", 9_999) + "1 }}", deep),
    ("{{ 1" + repeated("+1", 9_999) + " }}", deep),
    ("{{ 1" + repeated("**1", 9_999) + " }}", deep),
    ("{{ a" + repeated(".b", 9_999) + " }}", deep),
    ("{{ a" + repeated("|e", 9_999) + " }}", deep),
    ("{{ a" + repeated(" if b", 9_999) + " }}", deep),
    (repeated("{% if 1 %}", 9_999), deep),
    ("{% for " + repeated("(", 9_999) + repeated(")", 9_999) + " %}", deep),
  ]

  static let deep = "more than 100 expressions or statements in each other"

  static func repeated(_ text: String, _ count: Int) -> String {
    String(repeating: text, count: count)
  }

  static let limits = TemplateLimits(
    steps: 1_000_000, output: 1 << 20, value: 1 << 20, total: 4 << 20)

  @Test(arguments: hostile.indices) func `a hostile template is refused with its place`(
    index: Int
  ) throws {
    let (source, problem) = TemplateLimitsTests.hostile[index]
    let error = #expect(throws: TemplateError.self) {
      try Template(parsing: source, name: "t").render(
        variables: [:], limits: TemplateLimitsTests.limits, now: Date(timeIntervalSince1970: 0))
    }
    let message = error?.description ?? ""
    #expect(message.hasPrefix("t:1:") && message.hasSuffix(problem), "\(message.prefix(300))")
    #expect(!message.contains("\n"))
  }

  /// The release of a long chain must not recurse, or it would end the program.
  @Test(arguments: [
    "{% set n = namespace(x=0) %}{% for i in range(20000) %}"
      + "{% set n.x = namespace(x=n.x) %}{% endfor %}done",
    "{% set n = namespace(x=0) %}{% macro m(p) %}{% macro i() %}{{ p }}{% endmacro %}"
      + "{% set n.x = i %}{% endmacro %}{% for i in range(9000) %}{{ m(n.x) }}{% endfor %}done",
    "{% set n = namespace() %}{% set n.n = n %}{% macro m() %}{% endmacro %}{% set n.m = m %}done",
  ])
  func `long chains and circles go away quietly`(source: String) throws {
    let rendered = try Template(parsing: source, name: "t").render(variables: [:], now: Date())
    #expect(rendered.text == "done")
  }

  @Test func `the deepest allowed nesting renders on a small stack`() async throws {
    // As deep as the parser lets expressions and macros go, within one another.
    let inner = TemplateLimitsTests.repeated("[", 90) + TemplateLimitsTests.repeated("]", 90)
    let source = "{% macro m(n) %}{{ \(inner) }}{{ m(n + 1) }}{% endmacro %}{{ m(0) }}"
    let message = await withCheckedContinuation { continuation in
      let thread = Thread {
        let result = Result { try Template(parsing: source, name: "t") }
          .flatMap { template in
            Result { try template.render(variables: [:], now: Date()) }
          }
        continuation.resume(returning: "\(result)")
      }
      thread.stackSize = 4 << 20
      thread.start()
    }
    #expect(message.contains("more than 250 expressions and statements in each other"))
  }
}
