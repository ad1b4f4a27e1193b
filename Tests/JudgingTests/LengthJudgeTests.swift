import Judging
import Runs
import Testing

@Suite struct LengthJudgeTests {
  /// A reader sees CR LF as one character; lengths everywhere else count two scalars.
  @Test func `line ends count as they do in lengths and null rows`() async throws {
    let question = JudgeQuestion(id: "1", prompt: "", candidates: ["ab\r\ncd", "abcdef"])
    #expect(try await LengthJudge().judge(question).preference == 0.5)
    let longer = JudgeQuestion(id: "1", prompt: "", candidates: ["ab\r\ncd", "abcde"])
    #expect(try await LengthJudge().judge(longer).preference == 1)
    #expect(try await LengthJudge(prefersLonger: false).judge(longer).preference == 0)
  }
}
