import Foundation
import Runs
import Testing

@testable import Judging

@Suite struct VerdictParserTests {
  private struct Reply: Decodable {
    var template: String
    var reply: String
    var state: String
    var label: String?
  }

  @Test func `sixty replies are read as a careful reader reads them`() throws {
    let replies: [Reply] = try Fixtures.rows("replies.jsonl")
    #expect(replies.count == 60)
    for reply in replies {
      let template = try PromptTemplate.load(reply.template)
      let judgment = VerdictParser(template).judgment(of: reply.reply)
      #expect(judgment.state.rawValue == reply.state, "\(reply.reply)")
      #expect(judgment.verdict?.label == reply.label, "\(reply.reply)")
      #expect((judgment.reason == nil) == (judgment.state == .verdict))
    }
  }

  @Test func `reasons say what is wrong`() throws {
    let parser = VerdictParser(try PromptTemplate.load("summary"))
    func reason(_ reply: String) -> String? { parser.judgment(of: reply).reason }
    #expect(reason("Preferred: B\nPreferred: A") == "the reply holds B and A")
    #expect(reason("Preferred: B\n…") == "text follows the verdict")
    #expect(reason("B.") == "no verdict on the last line")
    #expect(reason("<think>B") == "the reasoning does not end")
  }

  @Test func `preferences and ratings have the values that the template declares`() throws {
    let five = VerdictParser(try PromptTemplate.load("five-level"))
    let shares = ["[[A>>B]]", "[[A>B]]", "[[A=B]]", "[[B>A]]", "[[B>>A]]"].map {
      five.judgment(of: $0).preference
    }
    #expect(shares == [1, 1, 0.5, 0, 0])
    let score = VerdictParser(try PromptTemplate.load("score")).judgment(of: "Rating: [[7.5]]")
    #expect(score.verdict == Verdict(label: "7.5", score: 7.5))
    #expect(score.preference == nil)
  }

  /// p(A) = (0.4 + 0.1) / (0.5 + 0.3), as "A" and " A" are one label; their mass is 0.8.
  @Test func `probabilities of labels are added over tokens and divided by their mass`() throws {
    let parser = VerdictParser(try PromptTemplate.load("label"))
    let judgment = parser.judgment(of: ["A": 0.4, " A": 0.1, "\u{2581}B": 0.3, "The": 0.2])
    let verdict = try #require(judgment.verdict)
    #expect(abs((verdict.preference ?? 0) - 0.625) < 1e-12)
    #expect(abs((verdict.mass ?? 0) - 0.8) < 1e-12)
    #expect(verdict.label == "A")
    #expect(parser.judgment(of: ["A": 0.3, "B": 0.3]).preference == 0.5)
    // Only one of the labels is among the likeliest tokens.
    #expect(parser.judgment(of: ["B": 0.9]).preference == 0)
    #expect(parser.judgment(of: ["B": 0.5, "The": 0.4]).preference == 0)
    let unresolved = parser.judgment(of: ["B": 0.02, "The": 0.9])
    #expect(unresolved.state == .unresolved && unresolved.preference == nil)
    #expect(
      unresolved.reason
        == "A is not among the likeliest tokens, and the other labels have probability 0.02 together, "
        + "less than 0.5")
    // Both are known, and nothing is missing but words that mean nothing.
    #expect(parser.judgment(of: ["A": 0.03, "B": 0.01]).preference == 0.75)
    let none = parser.judgment(of: ["a": 0.9, "AB": 0.1])
    #expect(none.state == .unparsable)
    #expect(none.reason == "none of the likeliest tokens is A or B")
  }
}
