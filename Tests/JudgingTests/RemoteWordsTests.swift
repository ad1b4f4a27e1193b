import Foundation
import Testing

@testable import Judging

/// Addresses, keys, judges and waits as they are written.
@Suite struct RemoteWordsTests {
  private static let addresses: [(String, String?)] = [
    ("https://api.example.com/v1/", nil), ("http://localhost:8000/v1", nil),
    ("http://127.0.0.2:1", nil), ("http://[::1]:8000/v1", nil),
    (
      "http://10.0.0.1/v1",
      "10.0.0.1 would be asked without encryption; use https://, or --allow-http in a network that "
        + "you trust"
    ),
    (
      "http://127.evil.example/v1",
      "127.evil.example would be asked without encryption; use https://, or --allow-http in a network "
        + "that you trust"
    ),
    (
      "https://me:sk-secret@host/v1",
      "the address of host holds a user or password; put the key into an environment variable and "
        + "name it with --api-key-env"
    ),
    (
      "https://host/v1?key=sk-secret",
      "the address of host ends in a query or fragment; give scheme, host and path"
    ),
    (
      "file:///etc/passwd",
      "a judge's address is a URL like https://host/v1 or http://localhost:8000/v1"
    ),
    ("ftp://host/v1", "a judge's address begins with https:// or http://, not ftp:"),
    (
      "https://host/v1\r\nX-Evil: 1",
      "a judge's address is a URL like https://host/v1 or http://localhost:8000/v1"
    ),
  ]

  @Test(arguments: addresses) func `an address is checked before anything is sent there`(
    text: String, problem: String?
  ) throws {
    do throws(JudgingError) {
      let endpoint = try Endpoint(text)
      #expect(problem == nil && !endpoint.url.hasSuffix("/"))
    } catch {
      #expect(error == .setting(problem ?? "none"))
      #expect(!"\(error)".contains("secret"))
    }
    if text == "http://10.0.0.1/v1" {
      #expect(try !Endpoint(text, allowsPlain: true).isLoopback)
    }
  }

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

  @Test func `keys come from named variables, and only to their own servers`() throws {
    let environment = ["MY_KEY": "sk-1", "OPENAI_API_KEY": "sk-2", "BAD": "a\nb", "EMPTY": ""]
    func key(
      _ words: [String], _ address: String, isOnly: Bool = true
    ) throws -> String? {
      try KeyRing(words, environment: environment)
        .key(of: Endpoint(address), api: ChatAPI.self, isOnly: isOnly)?.secret
    }
    let own = "http://localhost:8000/v1"
    #expect(try key([], own) == nil)
    #expect(try key([], ChatAPI.defaultAddress) == "sk-2")
    #expect(try key(["MY_KEY"], own) == "sk-1")
    #expect(try key(["localhost=MY_KEY"], own, isOnly: false) == "sk-1")
    #expect(try key(["other.example=MY_KEY"], own, isOnly: false) == nil)
    func problem(_ words: [String], isOnly: Bool = true) -> String {
      do {
        _ = try key(words, own, isOnly: isOnly)
        return ""
      } catch {
        return "\(error)"
      }
    }
    #expect(
      problem(["sk-proj-abcdef"])
        == "--api-key-env wants the name of an environment variable, not the key itself")
    #expect(
      problem(["NO_KEY"])
        == "the environment variable NO_KEY is not set; set it to the key of localhost")
    #expect(
      problem(["MY_KEY"], isOnly: false)
        == "--api-key-env MY_KEY would go to several servers; say which is for which, as in "
        + "--api-key-env localhost=MY_KEY")
    #expect(problem(["BAD"]).hasPrefix("the environment variable BAD holds a space"))
    #expect(problem(["EMPTY"]).hasPrefix("the environment variable EMPTY is empty"))
  }

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

  @Test func `pauses are drawn evenly below a bound that doubles up to a cap`() {
    let policy = RetryPolicy()
    for (attempt, bound) in [(1, 0.5), (2, 1.0), (3, 2.0), (6, 16.0), (9, 20.0), (60, 20.0)] {
      let draws = (0..<400).map { _ in policy.pause(after: attempt) / .seconds(1) }
      #expect(draws.allSatisfy { $0 >= 0 && $0 < bound })
      let mean = draws.reduce(0, +) / 400
      // Four standard errors of a uniform mean: bound · 0.2887 / 20 · 4.
      #expect(abs(mean - bound / 2) < bound * 0.058)
    }
  }
}
