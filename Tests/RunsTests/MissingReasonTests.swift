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
    #expect(MissingReason.repeatable(reasons) == 0)
    #expect(MissingReason.repeatable(MissingReason.all([long, mute])) == 0)
    #expect(MissingReason.repeatable(MissingReason.all([long, longer, busy])) == 1)
    #expect(
      MissingReason.leftOut(MissingReason.all([long, longer, longer, busy]))
        == "3 questions can never be put to this judge and are left out (longer than the judge's context: "
        + "99 tokens of 64)")
    let bare = Judgment(.failed, reason: "\(MissingReason.withoutReference): none")
    #expect(
      MissingReason.leftOut(MissingReason.all([bare]))
        == "1 question can never be put to this judge and is left out (no reference to compare with: none)"
    )
    #expect(MissingReason.leftOut(MissingReason.all([busy, mute])) == nil)
  }
}
