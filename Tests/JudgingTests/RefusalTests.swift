import Foundation
import HTTP
import Runs
import Testing

@testable import Judging

/// Refusals in the words of known servers, and what each teaches.
@Suite struct RefusalTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var status: Int
    var body: String
    var refusal: Refusal
    var template = "summary"
    var testDescription: String { "\(status) \(body.prefix(90))" }

    init(_ status: Int, _ body: String, _ refusal: Refusal, template: String = "summary") {
      self.status = status
      self.body = body
      self.refusal = refusal
      self.template = template
    }
  }

  private static func openAI(
    _ message: String, type: String = "invalid_request_error", parameter: String? = nil,
    code: String? = nil
  ) -> String {
    func text(_ value: String?) -> String { value.map { "\"\($0)\"" } ?? "null" }
    return #"{"error": {"message": "\#(message)", "type": "\#(type)", "param": "#
      + text(parameter) + #", "code": "# + text(code) + "}}"
  }

  static let lasting: [Case] = [
    Case(
      429,
      openAI(
        "You exceeded your current quota, please check your plan and billing details.",
        type: "insufficient_quota", code: "insufficient_quota"), .exhausted),
    Case(402, #"{"error": {"message": "Insufficient Balance", "code": "x"}}"#, .exhausted),
    Case(402, "Payment Required", .exhausted),
    Case(
      400,
      #"{"type": "error", "error": {"type": "invalid_request_error", "message": "Your credit balance is too low to access the API."}}"#,
      .exhausted),
    Case(
      429,
      #"{"error": {"message": "Your account has insufficient balance", "type": "exceeded_current_quota_error"}}"#,
      .exhausted),
    Case(
      404, openAI("The model `x` does not exist.", type: "NotFoundError", code: "404"),
      .unknownModel),
    Case(
      404, #"{"error": {"message": "model 'x' not found, try pulling it first"}}"#, .unknownModel),
    Case(400, openAI("x is not a valid model ID"), .unknownModel),
    // vLLM's words, OpenAI's code, llama.cpp's kind and Anthropic's words.
    Case(
      400,
      openAI(
        "This model's maximum context length is 4096 tokens. However, you requested 5000 tokens"),
      .tooLong),
    Case(400, #"{"error": {"message": "no", "code": "context_length_exceeded"}}"#, .tooLong),
    Case(
      400, openAI("the request exceeds the available context size, try increasing it"), .tooLong),
    Case(400, openAI("prompt is too long: 210000 tokens > 200000 maximum"), .tooLong),
    Case(400, openAI("Model Not Exist"), .unknownModel),
    Case(
      404,
      #"{"error": {"code": "DeploymentNotFound", "message": "The API deployment for this resource does not exist."}}"#,
      .unknownModel),
    Case(
      404,
      #"[{"error": {"code": 404, "message": "models/x is not found for API version v1main", "status": "NOT_FOUND"}}]"#,
      .unknownModel),
    Case(
      403, openAI("You are not allowed to request logprobs from this model."), .noProbabilities,
      template: "label"),
    Case(
      400, openAI("'logprobs' is not supported with this model", parameter: "logprobs"),
      .noProbabilities, template: "label"),
  ]

  static let passing: [Case] = [
    Case(
      429,
      openAI(
        "Rate limit reached for gpt-x on tokens per min (TPM). Please try again in 6ms.",
        type: "tokens", code: "rate_limit_exceeded"), .other),
    Case(
      429,
      #"[{"error": {"code": 429, "message": "You exceeded your current quota. Please retry in 34.07s.", "status": "RESOURCE_EXHAUSTED", "details": [{"retryDelay": "34s"}]}}]"#,
      .other),
    Case(
      529, #"{"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}"#,
      .other),
    Case(503, "<html><head><title>503</title></head><body>upstream</body></html>", .other),
    Case(500, "Internal Server Error", .other),
    Case(
      400,
      openAI(
        "This model's maximum context length is 4096 tokens. However, your prompt has 5000.",
        type: "BadRequestError"), .tooLong),
    Case(
      400,
      openAI(
        "max_tokens is too large: 8192. This model supports at most 4096 completion tokens.",
        parameter: "max_tokens", code: "invalid_value"), .other),
  ]

  static let declined: [Case] = [
    Case(
      400,
      #"{"error": {"message": "The response was filtered due to the prompt triggering Azure OpenAI's content management policy.", "param": "prompt", "code": "content_filter", "status": 400, "innererror": {"code": "ResponsibleAIPolicyViolation"}}}"#,
      .declined),
    Case(
      403,
      #"{"error": {"code": 403, "message": "Your chosen model requires moderation and your input was flagged for violence", "metadata": {"reasons": ["violence"]}}}"#,
      .declined),
    Case(
      400,
      openAI(
        "Could not finish the message because max_tokens or model output limit was reached."),
      .cutOff),
  ]

  static let otherwise: [Case] = [
    Case(
      400,
      openAI(
        "Unsupported parameter: 'max_tokens' is not supported with this model. Use "
          + "'max_completion_tokens' instead.", parameter: "max_tokens",
        code: "unsupported_parameter"), .adapt(.rename(.newer))),
    Case(
      400,
      openAI(
        "Unsupported value: 'temperature' does not support 0 with this model. Only the default (1) "
          + "value is supported.", parameter: "temperature", code: "unsupported_value"),
      .adapt(.omit(.temperature))),
    Case(
      422, #"{"error": "Input validation error: `temperature` must be strictly positive"}"#,
      .adapt(.omit(.temperature))),
    Case(
      400,
      #"[{"error": {"code": 400, "message": "Invalid JSON payload received. Unknown name \"seed\": Cannot find field.", "status": "INVALID_ARGUMENT"}}]"#,
      .adapt(.omit(.seed))),
    Case(
      422,
      #"{"detail": [{"type": "extra_forbidden", "loc": ["body", "seed"], "msg": "Extra inputs are not permitted", "input": 0}]}"#,
      .adapt(.omit(.seed))),
    Case(
      422,
      #"{"object": "error", "message": {"detail": [{"type": "extra_forbidden", "loc": ["body", "seed"], "msg": "Extra inputs are not permitted"}]}, "type": "invalid_request_error"}"#,
      .adapt(.omit(.seed))),
    Case(400, openAI("property 'seed' is unsupported"), .adapt(.omit(.seed))),
    Case(400, openAI("seed is not a permitted argument"), .adapt(.omit(.seed))),
    Case(
      400, openAI("invalid temperature: only 1 is allowed for this model"),
      .adapt(.omit(.temperature))),
    Case(400, openAI(#"Unexpected role \"system\""#), .adapt(.omit(.system))),
    Case(400, #"{"detail": "Unrecognized request argument supplied: seed"}"#, .adapt(.omit(.seed))),
    Case(400, "unexpected keyword argument 'seed'", .adapt(.omit(.seed))),
    Case(400, openAI("System role not supported", type: "BadRequestError"), .adapt(.omit(.system))),
    Case(
      400,
      openAI(
        "Unsupported value: 'messages[0].role' does not support 'system' with this model.",
        parameter: "messages[0].role", code: "unsupported_value"), .adapt(.omit(.system))),
    Case(
      400,
      #"[{"error": {"code": 400, "message": "Developer instruction is not enabled for models/gemma-3", "status": "INVALID_ARGUMENT"}}]"#,
      .adapt(.omit(.system))),
    Case(
      500,
      #"{"error": {"code": 500, "message": "Conversation roles must alternate user/assistant/user/assistant/...", "type": "server_error"}}"#,
      .adapt(.omit(.system))),
    Case(
      400,
      openAI("Requested sample logprobs of 20, which is greater than max allowed: 5"),
      .adapt(.fewerProbabilities(5)), template: "label"),
    Case(
      422,
      #"{"detail": [{"loc": ["body", "top_logprobs"], "msg": "ensure this value is less than or equal to 8", "type": "value_error.number.not_le", "ctx": {"limit_value": 8}}]}"#,
      .adapt(.fewerProbabilities(8)), template: "label"),
    Case(
      400, openAI("top_logprobs must be between 0 and 5", parameter: "top_logprobs"),
      .adapt(.fewerProbabilities(5)), template: "label"),
    Case(
      400, openAI("Invalid value for top_logprobs: too large", parameter: "top_logprobs"),
      .adapt(.fewerProbabilities(10)), template: "label"),
    Case(
      400,
      #"{"error": {"message": "Provider returned error", "code": 400, "metadata": {"provider_name": "X", "raw": "{\"error\": {\"message\": \"Unsupported parameter: 'seed'\"}}"}}}"#,
      .adapt(.omit(.seed))),
  ]

  private func call(_ template: String) throws -> RemoteCall {
    let template = try PromptTemplate.load(template)
    var prompt = try template.render(RemoteBench.questions(1)[0])
    if prompt.system.isEmpty {
      prompt = RenderedPrompt(
        system: "You judge.", user: prompt.user, code: prompt.code, neutralized: 0)
    }
    return RemoteCall(
      ChatAPI.self, model: "x", prompt: prompt, template: template,
      sampling: RemoteJudge.Sampling(), repetition: 0, isPublicService: false, in: Dialect())
  }

  @Test(arguments: lasting + passing + declined + otherwise)
  func `a refusal is read by the server's own words`(_ item: Case) throws {
    let words = try #require(ServerWords(Data(item.body.utf8)))
    #expect(
      Refusal(status: item.status, words, to: try call(item.template)) == item.refusal,
      "\(words)")
  }

  @Test func `what is not sent is not left out`() throws {
    var call = try call("summary")
    call.seed = nil
    call.temperature = nil
    call.otherLengthKey = nil
    call.prompt = call.prompt.withoutSystem
    for item in Self.otherwise where item.template == "summary" {
      let words = try #require(ServerWords(Data(item.body.utf8)))
      #expect(Refusal(status: item.status, words, to: call) == .other)
    }
  }
}
