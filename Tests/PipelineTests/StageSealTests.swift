import Testing

@testable import Pipeline

@Suite struct StageSealTests {
  @Test func `equal inputs give one key, and a difference is named`() {
    let before = StageSeal(inputs: ["batch": "8", "seed": "1"])
    #expect(before == StageSeal(inputs: ["seed": "1", "batch": "8"]))
    let after = StageSeal(inputs: ["batch": "16", "seed": "1", "device": "cpu"])
    #expect(after.key != before.key)
    #expect(
      after.difference(from: before) == "batch was 8 and is 16; device was absent and is cpu")
  }
}
