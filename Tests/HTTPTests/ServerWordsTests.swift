import Foundation
import Testing

@testable import HTTP

/// What servers say when they refuse.
@Suite struct ServerWordsTests {
  private func words(_ body: String) -> ServerWords? { ServerWords(Data(body.utf8)) }

  @Test(arguments: [
    (#"{"error": {"message": "No.", "type": "t", "param": "seed", "code": "c"}}"#, "No."),
    (#"{"error": "No."}"#, "No."),
    (#"{"error": {"message": "No."}, "message": "No."}"#, "No."),
    (#"[{"error": {"code": 400, "message": "No.", "status": "INVALID_ARGUMENT"}}]"#, "No."),
    (#"{"detail": "No."}"#, "No."),
    (
      #"{"detail": [{"loc": ["body", "seed"], "msg": "No.", "type": "extra_forbidden"}]}"#,
      "seed: No."
    ),
    (
      #"{"detail": [{"loc": ["body", "a"], "msg": "No."}, {"loc": ["body", "b"], "msg": "Nor this."}]}"#,
      "a: No.: b: Nor this."
    ),
    (#"{"object": "error", "message": "No.", "type": "BadRequestError", "code": 400}"#, "No."),
    (
      #"{"object": "error", "message": {"detail": [{"loc": ["body", "x"], "msg": "No."}]}}"#,
      "x: No."
    ),
    (#"{"type": "error", "error": {"type": "overloaded_error", "message": "No."}}"#, "No."),
    (
      #"{"error": {"message": "Provider returned error", "metadata": {"raw": "{\"message\": \"No.\"}"}}}"#,
      "Provider returned error: No."
    ),
    (
      #"{"error": {"message": "Provider returned error", "metadata": {"raw": "No."}}}"#,
      "Provider returned error: No."
    ),
    (#"{"errors": [{"message": "No."}]}"#, "No."),
    ("No.", "No."), ("  No.\r\n\u{1B}[2J at\u{202E} all", "No. ␛[2J at� all"),
    (#"{"error": {"message": "a\u0000b\u0007c\t\u007fd\u009be\u2028f"}}"#, "a␀b␇c ␡d�e f"),
    (
      "<html><head><title>502 Bad Gateway</title></head><body><h1>No.</h1></body>",
      "502 Bad Gateway No."
    ),
  ]) func `words are found in every shape`(_ body: String, _ message: String) {
    #expect(words(body)?.message == message)
  }

  @Test func `codes, parameters, bounds, statuses and waits are told apart`() throws {
    let openAI = try #require(
      words(#"{"error": {"message": "m", "type": "t", "param": "seed", "code": "c"}}"#))
    #expect(openAI.codes == ["c", "t"] && openAI.parameter == "seed" && openAI.status == nil)
    let bound = try #require(
      words(#"{"detail": [{"loc": ["body", "top_logprobs"], "msg": "m", "ctx": {"le": 5}}]}"#))
    #expect(bound.parameter == "top_logprobs" && bound.limit == 5)
    let google = try #require(
      words(
        #"[{"error": {"code": 429, "message": "m", "status": "RESOURCE_EXHAUSTED", "details": "#
          + #"[{"@type": "x"}, {"retryDelay": "34.5s"}]}}]"#))
    #expect(google.status == 429 && google.wait == .seconds(34.5))
    #expect(google.codes == ["RESOURCE_EXHAUSTED"])
    #expect(try #require(words(#"{"error": {"code": "insufficient_quota"}}"#)).message == "")
  }

  @Test(arguments: ["", " \n", "{}", "[]", "null", "7", #"{"error": {}}"#, #"{"error": null}"#])
  func `silence has no words`(_ body: String) { #expect(words(body) == nil) }

  @Test func `words are one line of bounded length, however deep and long`() {
    let long = words(String(repeating: "x\n", count: 1_000_000))
    #expect((long?.message.count ?? 0) <= 2_000 && long?.message.contains("\n") == false)
    let deep =
      String(repeating: #"{"error": "#, count: 60) + #""No.""# + String(repeating: "}", count: 60)
    #expect(words(deep) == nil)
    let many = "[" + (0..<500).map { #"{"message": "no \#($0)"}"# }.joined(separator: ",") + "]"
    #expect(words(many)?.message.contains("no 9") == false)
  }
}
