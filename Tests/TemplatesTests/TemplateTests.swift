import Foundation
import Runs
import TestSupport
import Testing

@testable import Templates

/// Comparisons with Jinja 3.1.6 in the environment of transformers 5.23.
@Suite struct TemplateTests {
  @Test func `templates of our own render as with Jinja`() throws {
    let conversations = try Fixture.conversations()
    let cases = try #require(Fixture.json("own.json").array)
    #expect(cases.count > 80)
    for each in cases.compactMap(\.object) {
      let source = try #require(each["template"]?.string)
      let results = try #require(each["results"]?.array)
      let template = try? Template(parsing: source, name: "t")
      guard each["name"] != nil else {
        Fixture.expectSame(source, template, [:], results[0])
        continue
      }
      #expect(results.count == conversations.count)
      for (var variables, expected) in zip(conversations, results) {
        variables["add_generation_prompt"] = true
        Fixture.expectSame(source, template, variables, expected)
      }
    }
  }

  @Test func `random templates render as with Jinja`() throws {
    let file = try #require(Fixture.json("random.json").object)
    let variables = Fixture.variables(try #require(file["variables"]))
    let cases = try #require(file["cases"]?.array)
    #expect(cases.count > 1000)
    for each in cases {
      let source = try #require(each.object?["template"]?.string)
      let template = try? Template(parsing: source, name: "t")
      Fixture.expectSame(source, template, variables, each)
    }
  }

  @Test(.enabled(if: SharedData.isPresent))
  func `published templates render as with Jinja, for every conversation`() throws {
    let conversations = try Fixture.conversations()
    let cases = try #require(Fixture.json("published.json").array)
    #expect(cases.count == 32 && conversations.count == 64)
    for each in cases.compactMap(\.object) {
      let name = try #require(each["template"]?.string)
      let results = try #require(each["results"]?.array).compactMap(\.string)
      let data = try Data(contentsOf: SharedData.url("chat-templates/\(name)"))
      var source = String(decoding: data, as: UTF8.self)
      if name.hasSuffix(".json") {
        source = try #require(
          JSONValue(parsing: Array(data)).object?["chat_template"]?.string)
      }
      let template = try Template(parsing: source, name: name)
      for (index, expected) in results.enumerated() {
        var variables = conversations[index / 2]
        variables["add_generation_prompt"] = .boolean(index % 2 == 1)
        let text = Fixture.rendered(template, variables)?.text
        let hash = text.map { String(SHA256.hex(of: $0).prefix(16)) } ?? ""
        #expect(hash == expected, "\(name), conversation \(index / 2)")
      }
    }
  }

  /// Whatever is done to a template, it renders or fails with a place; it never ends the program.
  @Test func `mutated templates neither trap nor run away`() throws {
    var random = SplitMix(state: 20_260_307)
    let conversations = try Fixture.conversations()
    let whole = try #require(Fixture.json("own.json").array).compactMap(\.object)
    let sources = whole.compactMap { $0["template"]?.string }.map { Array($0.utf8) }
    let pieces = [
      "{%", "%}", "{{", "}}", "-", "+", "|", "(", ")", "[", "]", "'", "\\", "loop", "caller()",
      "for x in messages", "if", "endif", "endfor", "recursive", "namespace", ".__class__", "**99",
      "*99999", "|tojson(indent=9)", "|length", "[::-1]", "\u{0}", "é", "😀", "9223372036854775807",
    ].map { Array($0.utf8) }
    let limits = TemplateLimits(steps: 5000, output: 1 << 16, value: 1 << 16, total: 1 << 18)
    var outcomes: [String: Int] = [:]
    for _ in 0..<4000 {
      var bytes = sources[random.below(sources.count)]
      for _ in 0...random.below(3) {
        let place = random.below(bytes.count + 1)
        switch random.below(4) {
        case 0: bytes.removeSubrange(place..<min(bytes.count, place + random.below(6)))
        case 1: bytes.insert(contentsOf: pieces[random.below(pieces.count)], at: place)
        case 2:
          let other = sources[random.below(sources.count)]
          let start = random.below(other.count)
          bytes.insert(
            contentsOf: other[start..<min(other.count, start + random.below(40))], at: place)
        default: if place < bytes.count { bytes[place] = UInt8(random.below(256)) }
        }
      }
      do throws(TemplateError) {
        let template = try Template(
          parsing: String(decoding: bytes, as: UTF8.self), name: "mutant")
        let rendered = try template.render(
          variables: conversations[random.below(conversations.count)], limits: limits,
          now: Fixture.now)
        #expect(rendered.text.utf8.count <= limits.output)
        outcomes["rendered", default: 0] += 1
      } catch {
        #expect(error.place.line > 0 && error.place.column > 0)
        #expect(!error.description.contains("\n"))
        switch error {
        case .syntax: outcomes["syntax", default: 0] += 1
        case .rendering: outcomes["rendering", default: 0] += 1
        case .limit: outcomes["limit", default: 0] += 1
        case .raised: outcomes["raised", default: 0] += 1
        }
      }
    }
    // Each way of ending occurs, or the mutations reach too little.
    #expect(outcomes.count == 5, "\(outcomes)")
  }
}

/// Steele, Lea & Flood 2014, "Fast splittable pseudorandom number generators".
private struct SplitMix {
  var state: UInt64

  mutating func below(_ bound: Int) -> Int {
    state &+= 0x9E37_79B9_7F4A_7C15
    var bits = state
    bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
    bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
    return Int((bits ^ (bits >> 31)) % UInt64(max(1, bound)))
  }
}
