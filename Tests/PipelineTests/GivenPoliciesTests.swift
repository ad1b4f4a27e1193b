import Command
import Foundation
import Testing

@testable import Pipeline

/// The recipe that `plumb evaluate` writes for models of a command line.
@Suite struct GivenPoliciesTests {
  private func policies(_ line: String) throws -> GivenPolicies {
    guard
      case .evaluateModels(let request) = try Invocation(
        line.split(separator: " ").map(String.init)
      ).request
    else { throw CommandError.unknownCommand(line, nearest: nil) }
    return try GivenPolicies(request)
  }

  @Test func `it says all that was typed, and no more`() throws {
    let found = try policies(
      "evaluate nowhere/a b --prompts p.jsonl --limit 7 --reward r --judge model:j --judge longer "
        + "--canaries 0 --chat-template chatml")
    #expect(
      found.recipe(name: "x") == """
        # Written by plumb evaluate. Paths start from the folder in which it was called;
        # plumb evaluate RUN measures again.
        name: "x"
        chat_template: "chatml"
        data:
          prompts: {files: ["p.jsonl"]}
        evaluation:
          reference: "nowhere/a"
          policies: ["./b"]
          reward: "./r"
          chosen: none
          best_of: []
          prompts_from: {prompts: prompts}
          prompts: 7
          max_tokens: 256
        judging:
          judges: ["model:./j", "longer"]
          against: [reference]
          canaries: 0

        """)
    #expect(found.runName == "evaluate-nowhere-a-b")
  }

  @Test(arguments: [
    (
      "evaluate server:m@http://k:1/v1 a --prompts p",
      "server:m lives in a server and cannot be the reference, which the first model is; name a model in a "
        + "folder first, or with --reference"
    ),
    (
      "evaluate a --reference server:m@http://k:1/v1 --prompts p",
      "server:m lives in a server and cannot be the reference, whose weights are needed here; name a model "
        + "in a folder"
    ),
  ])
  func `a server is no reference`(line: String, words: String) throws {
    let error = #expect(throws: (any Error).self) { try policies(line) }
    #expect("\(try #require(error))" == words)
  }

  @Test func `a reference that is named is no policy`() throws {
    let found = try policies("evaluate a b/ --reference b --prompts p")
    #expect(found.reference == "./b")
    #expect(found.policies == ["./a"])
  }

  @Test(arguments: [
    (
      "evaluate a b",
      "plumb evaluate wants --prompts FILE beside models; plumb evaluate --help says more"
    ),
    (
      "evaluate a --reward r",
      "plumb evaluate wants --prompts FILE beside --reward; plumb evaluate --help says more"
    ),
    (
      "evaluate a --prompts p --canaries 3",
      "plumb evaluate wants --judge JUDGE beside --canaries; plumb evaluate --help says more"
    ),
    (
      "evaluate a --prompts p --temperature 0",
      "--temperature wants a number above 0 and at most 100, not `0`"
    ),
  ])
  func `what does not go together is said`(_ line: String, _ message: String) {
    let error = #expect(throws: CommandError.self) { try policies(line) }
    #expect(error?.description == message)
  }
}
