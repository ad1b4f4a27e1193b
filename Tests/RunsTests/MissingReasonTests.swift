import Runs
import Testing

@Suite struct MissingReasonTests {
  @Test func `only what a repetition may mend is promised to be asked again`() {
    let long = Judgment(.failed, reason: "\(MissingReason.tooLong): 90 tokens of 64")
    let longer = Judgment(.failed, reason: "\(MissingReason.tooLong): 99 tokens of 64")
    let busy = Judgment(.failed, reason: "answers 503: busy")
    let mute = Judgment(.refused, reason: "declines")
    let reasons = MissingReason.all([long, longer])
    #expect(reasons.map(\.count) == [2])
    #expect(MissingReason.outlook(reasons) == "")
    #expect(MissingReason.outlook(MissingReason.all([long, mute])) == "")
    #expect(
      MissingReason.outlook(MissingReason.all([long, longer, busy]))
        == "; the same command asks them again")
  }
}
