import Testing

@testable import Command

@Suite struct LiveRequestTests {
  private func request(_ words: String...) throws -> RunRequest? {
    guard case .run(let request) = try Invocation(words).request else { return nil }
    return request
  }

  private func message(_ words: String...) -> String {
    do {
      _ = try Invocation(words)
      return ""
    } catch {
      return "\(error)"
    }
  }

  @Test func `a live page has any port, or the one that follows`() throws {
    #expect(try request("run", "a.yaml")?.live == nil)
    #expect(try request("run", "a.yaml", "--live")?.live == 0)
    #expect(try request("run", "--live", "a.yaml")?.live == 0)
    #expect(try request("run", "--live", "a.yaml")?.recipe == "a.yaml")
    #expect(try request("run", "--live", "8080", "a.yaml")?.live == 8080)
    #expect(try request("run", "a.yaml", "--live=8080")?.live == 8080)
    #expect(try request("run", "--live")?.recipe == nil)
  }

  @Test func `what is no port is refused`() {
    #expect(
      message("run", "a.yaml", "--live=x")
        .hasPrefix("--live wants a whole number from 1 to 65535, not "))
    #expect(message("run", "a.yaml", "--live", "70000").contains("from 1 to 65535"))
    #expect(message("run", "a.yaml", "--live", "--live").contains("--live"))
    #expect(message("run", "a.yaml", "--only", "x", "--live").contains("--only"))
    #expect(message("train", "a.yaml", "--live").contains("--live"))
  }

  @Test func `a run is recorded as if nobody had looked`() {
    func removed(_ words: String...) -> [String] { LiveRequest.removed(from: words) }
    #expect(removed("run", "a.yaml", "--live", "-o", "x") == ["run", "a.yaml", "-o", "x"])
    #expect(removed("run", "--live", "8080", "a.yaml") == ["run", "a.yaml"])
    #expect(removed("run", "a.yaml", "--live=8080") == ["run", "a.yaml"])
    #expect(removed("run", "8080") == ["run", "8080"])
  }
}
