import Runs
import Testing

@Suite struct EvaluationIdentityTests {
  private func record(
    reward: String, prompts: String = "p", noted: String = "oracle", isOld: Bool = false
  ) -> EvaluationRecord {
    EvaluationRecord(
      reference: "sft", policies: [], measurements: [], bestOf: nil, panels: [],
      protocolNotes: [EvaluationRecord.Note(name: "reward", value: noted)],
      identity: isOld
        ? nil
        : EvaluationIdentity(
          reward: reward, heldOutReward: nil, reference: "r", prompts: prompts))
  }

  @Test func `rewards of one name and other contents are not ranked together`() {
    let records = [record(reward: "a"), record(reward: "b"), record(reward: "a")]
    #expect(EvaluationRecord.comparable(records) == [[0, 2], [1]])
  }

  @Test func `one reward under two names is one reward`() {
    let records = [record(reward: "a"), record(reward: "a", noted: "../models/oracle")]
    #expect(EvaluationRecord.comparable(records) == [[0, 1]])
  }

  @Test func `other prompts stand apart`() {
    let records = [record(reward: "a"), record(reward: "a", prompts: "q")]
    #expect(EvaluationRecord.comparable(records) == [[0], [1]])
  }

  @Test func `records of early versions go by what they note, and not with others`() {
    let old = record(reward: "", isOld: true)
    #expect(
      EvaluationRecord.comparable([old, record(reward: "a"), old, record(reward: "a")])
        == [[0, 2], [1, 3]])
    #expect(
      EvaluationRecord.comparable([old, record(reward: "", noted: "other", isOld: true)])
        == [[0], [1]])
  }
}
