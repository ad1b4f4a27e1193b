import Testing

@testable import Evaluation

@Suite struct EvaluationErrorTests {
  @Test func messagesSayWhatWhereAndWhatToDo() {
    let messages: [(EvaluationError, String)] = [
      (
        .noPrompts,
        "there is no prompt to evaluate on; check the data's split and the limit "
          + "'prompts'"
      ),
      (.repeatedPrompt("p1"), "prompt id 'p1' occurs twice; give every prompt an id of its own"),
      (
        .repeatedPolicy("sft"),
        "policy id 'sft' occurs twice; evaluate each checkpoint once, the "
          + "reference included"
      ),
      (
        .promptTooLong(
          prompt: "p1", tokens: 500, maxTokens: 64, positions: 512, policy: "dpo"),
        "prompt 'p1' has 500 tokens and max_tokens is 64, but the context of 'dpo' holds 512; "
          + "lower max_tokens or shorten the prompt"
      ),
      (
        .unreadablePrompt(prompt: "p1", problem: "the template says no"),
        "prompt 'p1': the template says no"
      ),
    ]
    for (error, message) in messages { #expect(error.description == message) }
  }
}
