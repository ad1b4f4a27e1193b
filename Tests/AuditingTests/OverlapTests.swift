import Runs
import Testing

@testable import Auditing

@Suite struct OverlapTests {
  private func prompts(_ texts: [String]) -> [AuditedRow] {
    texts.enumerated().map { AuditedRow("p\($0.offset)", prompt: $0.element) }
  }

  private func training(_ texts: [String]) -> (stages: [String], set: AuditedSet) {
    let rows = texts.enumerated().map { AuditedRow("t\($0.offset)", [$0.element]) }
    return (["sft"], AuditedSet(name: "texts", layout: .texts, rows: rows))
  }

  private func kinds(_ overlap: Overlap) -> [OverlapRecord.Kind?] {
    overlap.found.map { $0?.kind }
  }

  @Test func promptsAreFoundByKind() {
    let long = RepetitionsTests.long
    let overlap = Overlap(
      of: prompts([
        "Who?", long, "What did the old man say to the young sailor?",
        "Seven words are too few to tell",
        "Nowhere at all, and of many words that nobody else wrote.",
      ]),
      in: [
        training([
          "Who?", long.replacingOccurrences("Tuesday", "Monday"),
          "Asked: WHAT did the old man say to the young sailor? Nothing, he was asleep all day long.",
          "Here seven words are too few to tell anything from a longer text that holds them.",
        ])
      ])
    #expect(kinds(overlap) == [.exact, .near, .contained, nil, nil])
    #expect(overlap.found[2]?.row == "t2")
    #expect(
      overlap.sets == [
        OverlapRecord.TrainingSet(
          name: "texts", stages: ["sft"], rows: 4, exact: 1, near: 1, contained: 1)
      ])
  }

  @Test func promptInsideWordsIsNotContained() {
    let overlap = Overlap(
      of: prompts(["one two three four five six seven eight"]),
      in: [training(["one two three four five six seven eightfold, and so on for a while"])])
    #expect(kinds(overlap) == [nil])
  }

  @Test func surestKindOfAllSetsIsKept() {
    let text = "one two three four five six seven eight"
    let overlap = Overlap(
      of: prompts([text]),
      in: [training(["zero \(text) nine ten eleven twelve thirteen"]), training([text])])
    #expect(overlap.found[0]?.kind == .exact)
    #expect(overlap.sets.map(\.contained) == [1, 0])
  }

  @Test func recordKeepsWhatWasAsked() {
    let overlap = Overlap(of: prompts(["a", "b"]), in: [training(["a", "b"])])
    let record = OverlapRecord(overlap, asked: ["p1"], count: 1)
    #expect(record.prompts.map(\.prompt) == ["p1"])
    #expect(record.threshold == 0.8 && record.shingle == 8)
  }
}
