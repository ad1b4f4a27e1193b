import Foundation
import HTTP
import Runs
import Testing

@testable import Judging

/// Replies as kinds of servers write them, and what becomes of each.
@Suite struct ReplyShapesTests {
  /// A reply with a good status, and the state of its question.
  struct Shape: Sendable, CustomTestStringConvertible {
    var name: String
    var api: any RemoteAPI.Type = ChatAPI.self
    var body: String
    var state: Judgment.State
    var usage: TokenUsage?
    /// Begins the reason; nil where it does not matter.
    var reason: String?

    var testDescription: String { name }
  }

  /// A chat reply with a verdict, in which one part differs.
  private static func chat(
    _ name: String, finish: String = "\"stop\"",
    message: String = #"{"role": "assistant", "content": "Preferred: A"}"#,
    usage: String = #"{"prompt_tokens": 9, "completion_tokens": 4}"#, choice: String = "",
    more: String = "", _ state: Judgment.State, counts: TokenUsage? = nil, reason: String? = nil
  ) -> Shape {
    Shape(
      name: name,
      body: #"{"id": "c", "object": "chat.completion", "model": "m", \#(more)"choices": "#
        + #"[{"index": 0, \#(choice)"message": \#(message), "finish_reason": \#(finish)}], "#
        + #""usage": \#(usage)}"#,
      state: state, usage: counts, reason: reason)
  }

  private static func completion(
    _ name: String, text: String = #""Preferred: A""#, finish: String, _ state: Judgment.State
  ) -> Shape {
    Shape(
      name: name, api: CompletionsAPI.self,
      body: #"{"choices": [{"text": \#(text), "finish_reason": \#(finish), "logprobs": null}]}"#,
      state: state)
  }

  private static func message(
    _ name: String, content: String = #"[{"type": "text", "text": "Preferred: A"}]"#,
    stop: String = "\"end_turn\"", usage: String = #"{"input_tokens": 9, "output_tokens": 4}"#,
    _ state: Judgment.State, counts: TokenUsage? = nil
  ) -> Shape {
    Shape(
      name: name, api: AnthropicAPI.self,
      body: #"{"type": "message", "content": \#(content), "stop_reason": \#(stop), "#
        + #""usage": \#(usage), "model": "claude"}"#,
      state: state, usage: counts)
  }

  private static let whole = TokenUsage(input: 9, output: 4)

  static let usages: [Shape] = [
    chat("vLLM", .verdict, counts: whole),
    chat("usage null", usage: "null", .verdict),
    chat("usage empty", usage: "{}", .verdict),
    chat("usage of nulls", usage: #"{"prompt_tokens": null, "completion_tokens": null}"#, .verdict),
    chat("total alone", usage: #"{"total_tokens": 13}"#, .verdict),
    chat("counts as text", usage: #"{"prompt_tokens": "9", "completion_tokens": "4"}"#, .verdict),
    chat("usage a list", usage: "[1, 2]", .verdict),
    chat("usage a number", usage: "7", .verdict),
    chat("negative", usage: #"{"prompt_tokens": -9, "completion_tokens": 4}"#, .verdict),
    chat("fractions", usage: #"{"prompt_tokens": 9.5, "completion_tokens": 4}"#, .verdict),
    chat(
      "2^63 - 1",
      usage: #"{"prompt_tokens": 9223372036854775807, "completion_tokens": 9223372036854775807}"#,
      .verdict),
    chat("1e400", usage: #"{"prompt_tokens": 1e400, "completion_tokens": 4}"#, .verdict),
    chat(
      "as a float", usage: #"{"prompt_tokens": 9.0, "completion_tokens": 4.0}"#, .verdict,
      counts: whole),
    chat(
      "details null",
      usage:
        #"{"prompt_tokens": 9, "completion_tokens": 4, "completion_tokens_details": null}"#,
      .verdict, counts: whole),
    message("messages", .verdict, counts: whole),
    message("messages without usage", usage: "null", .verdict),
    message("messages with half", usage: #"{"output_tokens": 3}"#, .verdict),
    message(
      "messages from a cache",
      usage: #"{"input_tokens": 4, "output_tokens": 4, "cache_read_input_tokens": 5}"#, .verdict,
      counts: whole),
    message(
      "messages of absurd caches",
      usage: #"{"input_tokens": 4, "output_tokens": 4, "cache_read_input_tokens": 1e18}"#, .verdict),
  ]

  static let contents: [Shape] = [
    chat(
      "DeepSeek", message: #"{"content": "Preferred: B", "reasoning_content": "Preferred: A"}"#,
      .verdict),
    chat(
      "vLLM that reasons without end",
      finish: "\"length\"",
      message: #"{"content": null, "reasoning_content": "Preferred: A"}"#, .truncated),
    chat(
      "reasoning alone", message: #"{"content": null, "reasoning": "Preferred: A"}"#, .empty),
    chat(
      "Mistral",
      message: #"{"content": [{"type": "thinking", "thinking": [{"type": "text", "text": "hm"}]}, "#
        + #"{"type": "text", "text": "So:\n"}, {"type": "text", "text": "Preferred: A"}]}"#,
      .verdict),
    chat("parts as texts", message: #"{"content": ["Preferred: ", "A"]}"#, .verdict),
    chat(
      "output_text", message: #"{"content": [{"type": "output_text", "text": "Preferred: A"}]}"#,
      .verdict),
    chat(
      "thinking alone", message: #"{"content": [{"type": "thinking", "thinking": []}]}"#, .empty),
    chat("no parts", message: #"{"content": []}"#, .empty),
    chat("content null", message: #"{"content": null}"#, .empty),
    chat("no content", message: #"{"role": "assistant"}"#, .empty),
    chat("content blank", message: #"{"content": " \n "}"#, .empty),
    chat(
      "half a character", message: #"{"content": "\ud83d Preferred: B\nPreferred: B"}"#, .verdict),
    chat("content a number", message: #"{"content": 7}"#, .failed),
    chat("message null", message: "null", .failed),
    chat("refusal", message: #"{"content": null, "refusal": "I will not."}"#, .refused),
    chat(
      "refusal among parts", message: #"{"content": [{"type": "refusal", "refusal": "No."}]}"#,
      .refused),
    chat(
      "SGLang", choice: #""matched_stop": 2, "logprobs": null, "#, more: #""metadata": {}, "#,
      .verdict),
    chat(
      "Azure", choice: #""content_filter_results": {}, "#, more: #""prompt_filter_results": [], "#,
      .verdict),
    chat("error null beside choices", more: #""error": null, "#, .verdict),
    chat("error empty beside choices", more: #""error": {}, "#, .verdict),
    message(
      "thinking blocks",
      content:
        #"[{"type": "thinking", "thinking": "Preferred: B"}, {"type": "text", "text": "Preferred: A"}]"#,
      .verdict),
    message("no blocks", content: "[]", .empty),
  ]

  static let ends: [Shape] =
    ["stop", "STOP", "eos", "eos_token", "stop_sequence"].map {
      chat($0, finish: "\"\($0)\"", .verdict)
    }
    + [chat("none", finish: "null", .verdict)]
    + ["length", "MAX_TOKENS", "max_tokens", "model_length", "model_context_window_exceeded"].map {
      chat($0, finish: "\"\($0)\"", .truncated)
    }
    + ["content_filter", "SAFETY", "RECITATION", "PROHIBITED_CONTENT"].map {
      chat($0, finish: "\"\($0)\"", .refused)
    }
    + [
      "error", "abort", "tool_calls", "function_call", "insufficient_system_resource", "OTHER",
      "MALFORMED_FUNCTION_CALL", "time_limit", "",
    ].map { chat("'\($0)'", finish: "\"\($0)\"", .unfinished) }
    + [
      chat("a number", finish: "3", .unfinished),
      chat(
        "error words", finish: "\"error\"",
        choice: #""error": {"code": 502, "message": "Upstream died"}, "#, .unfinished,
        reason: "the reply ends in an error: Upstream died"),
      chat("filtered without message", finish: "\"content_filter\"", message: "null", .refused),
      completion("completions", finish: "\"stop\"", .verdict),
      completion("completions cut", finish: "\"length\"", .truncated),
      completion("completions aborted", finish: "\"abort\"", .unfinished),
      completion("completions filtered", finish: "\"content_filter\"", .refused),
      completion("completions empty", text: "\"\"", finish: "\"stop\"", .empty),
      message("stop sequence", stop: "\"stop_sequence\"", .verdict),
      message("cut", stop: "\"max_tokens\"", .truncated),
      message("window full", stop: "\"model_context_window_exceeded\"", .truncated),
      message("declined", stop: "\"refusal\"", .refused),
      message("paused", stop: "\"pause_turn\"", .unfinished),
      message("tool", stop: "\"tool_use\"", .unfinished),
      message("unknown", stop: "\"compaction\"", .unfinished),
    ]

  @Test(arguments: contents + ends) func `a reply that can be read has its state at once`(
    _ shape: Shape
  ) async throws { _ = try await check(shape) }

  @Test(arguments: usages) func `book-keeping that cannot be true is none, and costs no verdict`(
    _ shape: Shape
  ) async throws {
    #expect(try await check(shape).usage == shape.usage)
  }

  private func check(_ shape: Shape) async throws -> Judgment {
    let transport = ScriptedTransport { _ in (200, shape.body) }
    let bench = try RemoteBench(
      "http://localhost:1/v1", api: shape.api, transport: transport)
    let judgment = try await bench.judge.judge(RemoteBench.questions(1)[0])
    #expect(judgment.state == shape.state)
    if let reason = shape.reason { #expect(judgment.reason == reason) }
    // Only what cannot be read is asked again.
    #expect(transport.requests.count == (shape.state == .failed ? 3 : 1))
    return judgment
  }
}
