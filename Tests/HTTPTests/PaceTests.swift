import Testing

@testable import HTTP

/// How many requests are under way at once.
@Suite struct PaceTests {
  private struct Stop: Error {}

  /// How many of so many who ask for leave get it without anybody giving one back.
  private func admitted(_ pace: Pace, of count: Int) async throws -> Int {
    let waiting = (0..<count).map { _ in Task { try await pace.enter() } }
    try await Task.sleep(for: .milliseconds(50))
    await pace.stop(Stop())
    var admitted = 0
    for task in waiting where (try? await task.value) != nil { admitted += 1 }
    return admitted
  }

  @Test func `the first request goes alone`() async throws {
    #expect(try await admitted(Pace(ceiling: 8), of: 20) == 1)
  }

  @Test func `every answer lets one more in, up to the ceiling`() async throws {
    for (answers, open) in [(1, 2), (3, 4), (50, 8)] {
      let pace = Pace(ceiling: 8)
      for _ in 0..<answers {
        try await pace.enter()
        await pace.leave(.answered)
      }
      #expect(try await admitted(pace, of: 20) == open)
    }
  }

  @Test func `a refusal closes the gate for as long as it asks`() async throws {
    let pace = Pace(ceiling: 8)
    try await pace.enter()
    await pace.leave(.overloaded(wait: .milliseconds(300)))
    let start = ContinuousClock.now
    try await pace.enter()
    #expect(ContinuousClock.now - start > .milliseconds(280))
  }

  @Test func `who waits is turned away by a stop, with its reason`() async throws {
    let pace = Pace(ceiling: 1)
    try await pace.enter()
    let waiting = Task { try await pace.enter() }
    let pausing = Task { try await pace.pause(.seconds(60)) }
    try await Task.sleep(for: .milliseconds(20))
    await pace.stop(Stop())
    await #expect(throws: Stop.self) { try await waiting.value }
    await #expect(throws: Stop.self) { try await pausing.value }
    await #expect(throws: Stop.self) { try await pace.enter() }
    #expect(await pace.reasonToStop is Stop)
  }
}
