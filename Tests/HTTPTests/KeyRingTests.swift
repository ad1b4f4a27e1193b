import Foundation
import Testing

@testable import HTTP

/// Which key goes to which server.
@Suite struct KeyRingTests {
  @Test func `keys come from named variables, and only to their own servers`() throws {
    let service = "https://api.openai.com/v1"
    let environment = ["MY_KEY": "sk-1", "OPENAI_API_KEY": "sk-2", "BAD": "a\nb", "EMPTY": ""]
    func key(
      _ words: [String], _ address: String, isOnly: Bool = true
    ) throws -> String? {
      try KeyRing(words, environment: environment)
        .key(
          of: Endpoint(address), isOnly: isOnly,
          byCustom: address == service ? "OPENAI_API_KEY" : nil)?.secret
    }
    let own = "http://localhost:8000/v1"
    #expect(try key([], own) == nil)
    #expect(try key([], service) == "sk-2")
    #expect(try key(["MY_KEY"], own) == "sk-1")
    #expect(try key(["localhost=MY_KEY"], own, isOnly: false) == "sk-1")
    #expect(try key(["other.example=MY_KEY"], own, isOnly: false) == nil)
    func problem(_ words: [String], isOnly: Bool = true) -> String {
      do {
        _ = try key(words, own, isOnly: isOnly)
        return ""
      } catch {
        return "\(error)"
      }
    }
    #expect(
      problem(["sk-proj-abcdef"])
        == "--api-key-env wants the name of an environment variable, not the key itself")
    #expect(
      problem(["NO_KEY"])
        == "the environment variable NO_KEY is not set; set it to the key of localhost")
    #expect(
      problem(["MY_KEY"], isOnly: false)
        == "--api-key-env MY_KEY would go to several servers; say which is for which, as in "
        + "--api-key-env localhost=MY_KEY")
    #expect(problem(["BAD"]).hasPrefix("the environment variable BAD holds a space"))
    #expect(problem(["EMPTY"]).hasPrefix("the environment variable EMPTY is empty"))
  }
}
