import Foundation
import Recipe
import Testing

@testable import Pipeline

/// Folders that no stage makes are measured like stages.
@Suite struct FolderPoliciesTests {
  private func recipe(_ evaluation: String, stages: String = "") throws -> RunRecipe {
    let text = """
      name: x
      data: {reviews: {generate: {reviews: 8, seed: 1}}}
      \(stages)
      evaluation: {\(evaluation), reward: synthetic, prompts_from: {prompts: reviews}}
      """
    return try RunRecipe(
      RecipeDocument.parse(text, name: "r"), base: URL(fileURLWithPath: "/"))
  }

  private func mistakes(_ evaluation: String) throws -> [String] {
    let error = #expect(throws: RecipeError.self) { try recipe(evaluation) }
    return error?.said.map(\.message) ?? []
  }

  @Test func `policies may be folders alone`() throws {
    let found = try recipe("reference: ./a, policies: [./b, ../c/d]")
    #expect(found.evaluation?.policies == ["./b", "../c/d"])
    #expect(found.evaluation?.folders == ["./b": "./b", "../c/d": "../c/d"])
    #expect(found.evaluation?.checkpoints(found) == 2)
  }

  @Test func `what is neither a stage nor a folder is refused`() throws {
    #expect(
      try mistakes("reference: ./a, policies: [b, ./c]")
        == [
          "evaluation.policies: b is no stage that trains a policy (there is none); a folder is written "
            + "with a slash"
        ])
    #expect(
      try mistakes("reference: ./a, policies: [./b, ./b]")
        == ["evaluation.policies: ./b stands there twice"])
    #expect(
      try mistakes("reference: ./a, policies: [./a]")
        == ["evaluation.policies: ./a is the reference, which is measured anyway"])
    // One model alone can be measured too.
    #expect(try recipe("reference: ./a").evaluation?.policies == [])
  }

  @Test(arguments: [
    (["./b", "org/name"], ["./b": "./b", "org/name": "org/name"]),
    (["/home/x/b"], ["/home/x/b": "b"]),
    (
      ["/x/one/step-5", "/x/two/step-5"],
      ["/x/one/step-5": "one/step-5", "/x/two/step-5": "two/step-5"]
    ),
    // The last part alone is the reference's name.
    (["/x/a"], ["/x/a": "x/a"]),
  ])
  func `folders are called as they are written, without the way from the root`(
    _ paths: [String], _ titles: [String: String]
  ) {
    #expect(PolicyTitles.of(paths, beside: "a") == titles)
  }
}
