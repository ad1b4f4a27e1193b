import Foundation
import Testing

@testable import HTTP

/// Waits as servers write them.
@Suite struct RetryAfterTests {
  @Test func `waits are read as numbers and dates, and nothing else`() throws {
    let now = Date(timeIntervalSince1970: 784_111_777)  // Sun, 06 Nov 1994 08:49:37 GMT
    func wait(_ headers: (name: String, value: String)...) -> RetryAfter {
      RetryAfter(HTTPResponse(status: 429, headers: headers), now: now)
    }
    #expect(wait(("retry-after", "7")) == .wait(.seconds(7)))
    #expect(wait(("retry-after", "60")) == .wait(.seconds(60)))
    #expect(wait(("retry-after", "61")) == .tooLong(seconds: 61))
    #expect(wait(("retry-after-ms", "250")) == .wait(.milliseconds(250)))
    #expect(wait(("retry-after", "1"), ("retry-after", "3")) == .wait(.seconds(3)))
    #expect(
      wait(("retry-after", "Sun, 06 Nov 1994 08:49:47 GMT")) == .wait(.seconds(10)))
    #expect(
      wait(
        ("retry-after", "Sun, 06 Nov 1994 08:49:47 GMT"), ("date", "Sun, 06 Nov 1994 08:49:45 GMT"))
        == .wait(.seconds(2)))
    for text in ["", "-1", "nan", "inf", "soon", "1e999", "0x10", "Sun, 06 Nov", "１"] {
      #expect(wait(("retry-after", text)) == .unsaid, "\(text)")
    }
  }
}
