import Testing

@testable import Pipeline

@Suite struct EvaluateWordsTests {
  @Test func `mistakes speak of options, since the user has written no recipe`() {
    let text = """
      recipe:12:15: evaluation.max_tokens: 256 new tokens are too many; lower max_tokens
      recipe:8:3: evaluation.policies: ./a is the reference, which is measured anyway
      recipe:3:1: judging.template: there is none
      ./a/config.json: not found
      """
    #expect(
      EvaluateCommand.optionWords(text) == """
        --max-tokens: 256 new tokens are too many; lower max_tokens
        models: ./a is the reference, which is measured anyway
        --template: there is none
        ./a/config.json: not found
        """)
  }
}
