import Foundation
import Testing

@testable import HTTP

/// Keys that show themselves nowhere.
@Suite struct ScrubberTests {
  @Test func `a key shows itself nowhere`() throws {
    let key = try APIKey("sk-plumb-CANARY-0123456789", from: "KEY")
    #expect("\(key)" == "[redacted]" && String(reflecting: key) == "[redacted]")
    #expect("\([key])" == "[[redacted]]")
    var dumped = ""
    dump(key, to: &dumped)
    #expect(!dumped.contains("CANARY"))
    let scrubber = Scrubber([key])
    let data = Data(key.secret.utf8)
    let hexadecimal = data.map { String($0, radix: 16) }.joined()
    for form in [
      key.secret, String(key.secret.reversed()), hexadecimal, data.base64EncodedString(),
      (Data("x".utf8) + data).base64EncodedString(), (Data("xy".utf8) + data).base64EncodedString(),
      String(key.secret.prefix(8)), String(key.secret.suffix(8)), "sk-plumb********23456789",
    ] {
      let clean = scrubber.scrub("before \(form) after")
      #expect(clean.contains("[redacted]"), "\(form)")
      for start in [0, 4, 9, 12, 18] {
        let piece = key.secret.dropFirst(start).prefix(8)
        #expect(!clean.contains(piece), "\(form)")
      }
    }
    #expect(
      scrubber.scrub("a harmless text about sk-plu and CANARY")
        == "a harmless text about sk-plu and CANARY")
    #expect(Scrubber([]).scrub("text") == "text")
  }
}
