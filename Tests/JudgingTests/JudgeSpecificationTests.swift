import Testing

@testable import Judging

/// Judges as they are typed.
@Suite struct JudgeSpecificationTests {
  @Test func `a judge is written as kind, model and address`() throws {
    func kind(_ text: String) throws -> JudgeSpecification.Kind {
      try JudgeSpecification(text).kind
    }
    #expect(try kind("longer") == .computed("longer"))
    #expect(try kind("model:./a:b@c") == .local(.model, folder: "./a:b@c"))
    #expect(try kind("reward:oracle") == .local(.reward, folder: "oracle"))
    #expect(
      try kind("chat:gpt-x")
        == .remote(api: "chat", model: "gpt-x", address: ChatAPI.defaultAddress))
    #expect(
      try kind("completions:org/llama3:8b@main@http://localhost:1/v1")
        == .remote(
          api: "completions", model: "org/llama3:8b@main", address: "http://localhost:1/v1"))
    for (text, problem) in [
      (
        "gpt-x",
        "there is no judge of the kind 'gpt-x'; there are chat, completions, anthropic, model, "
          + "reward, longer, shorter, rouge-l, first"
      ),
      ("chat", "the judge 'chat' wants a model: --judge chat:MODEL, or with @URL behind"),
      ("reward:", "the judge 'reward' wants a model's folder: --judge reward:FOLDER"),
      ("model", "the judge 'model' wants a model's folder: --judge model:FOLDER"),
      ("chat:@https://host/v1", "the judge 'chat:' lacks its model's name"),
    ] {
      #expect(throws: JudgingError.setting(problem)) { _ = try kind(text) }
    }
  }
}
