import Testing

@testable import HTTP

/// Why no answer came, in words.
@Suite struct TransportFailureTests {
  @Test func `a deadline is named with the time that was met`() {
    func words(_ kind: TransportFailure.Kind, _ limit: Duration?) -> String {
      TransportFailure(kind, limit: limit, mayBeBilled: true).description
    }
    #expect(words(.deadline, .seconds(120)) == "no answer within the deadline of 120 s")
    #expect(words(.deadline, .milliseconds(250)) == "no answer within the deadline of 0.25 s")
    #expect(
      words(.connectionDeadline, .seconds(10)) == "no connection within the deadline of 10 s")
    #expect(words(.closed, nil) == "the connection broke")
  }
}
