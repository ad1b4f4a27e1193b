import Testing

@testable import Auditing

@Suite struct RepetitionsTests {
  static let long =
    "The committee met on Tuesday to discuss the budget of the coming year, and agreed that the new "
    + "library should be built before the bridge across the northern river is repaired."
  static let other =
    "A recipe for bread needs flour, water, salt and yeast; the dough rests for twelve hours in a cool "
    + "place, and is baked in a hot oven until the crust is dark."

  private func pairs(_ rows: [(String, String, String)], _ name: String = "a") -> AuditedSet {
    AuditedSet(
      name: name, layout: .pairs,
      rows: rows.enumerated().map {
        AuditedRow(
          "\(name)\($0.offset)", prompt: $0.element.0, [$0.element.1, $0.element.2],
          label: .preference)
      })
  }

  @Test func repeatedRowsAreCountedByKind() {
    let near = Self.long.replacingOccurrences("Tuesday", "Monday")
    let found = Repetitions([
      pairs([
        ("Q?", Self.long, Self.other), ("Q?", Self.long, Self.other), ("Q?", near, Self.other),
        ("Q?", near, Self.other), ("Else?", "yes", "no"),
      ])
    ]).within[0]
    #expect(found.exact == 2)
    #expect(found.near == 1)
    #expect(found.flips == 0)
    #expect(found.first == Repetitions.Case(row: "a1", of: "a0", similarity: 1))
  }

  @Test func otherAnswersToALongPromptAreNoRepetition() {
    let found = Repetitions([pairs([(Self.long, "yes", "no"), (Self.long, "never", "always")])])
      .within[0]
    #expect(found == Repetitions.Within())
  }

  @Test func turnedPairContradicts() {
    let near = Self.long.replacingOccurrences("Tuesday", "Monday")
    let found = Repetitions([
      pairs([
        ("Q?", Self.long, Self.other), ("Q?", Self.other, near), ("Q?", Self.long, Self.other),
        ("Else?", "yes", "no"), ("Else?", "no", "yes"),
      ])
    ]).within[0]
    #expect(found.contradicted == 2)
    // One of three, and one of two.
    #expect(found.flips == 2)
    #expect(found.firstFlip?.row == "a1")
    #expect(found.firstFlip?.of == "a0")
  }

  @Test func labelsOfOneTextContradict() {
    let rows = [("x", 1), ("x", 0), ("y", 1)].enumerated().map {
      AuditedRow("\($0.offset)", prompt: "P", [$0.element.0], label: .mark($0.element.1))
    }
    let set = AuditedSet(name: "k", layout: .labelledCompletions, rows: rows)
    #expect(Repetitions([set]).within[0].flips == 1)
  }

  @Test func scoresInAnotherOrderContradict() {
    let rows = [[1.0, 2.0], [5.0, 4.0], [0.0, 3.0]].enumerated().map {
      AuditedRow("\($0.offset)", prompt: "P", ["good", "bad"], label: .scores($0.element))
    }
    let set = AuditedSet(name: "g", layout: .groups, rows: rows)
    #expect(Repetitions([set]).within[0].flips == 1)
  }

  @Test func rowsOfEarlierSetsAreNamed() {
    let found = Repetitions([
      pairs([("Q?", Self.long, Self.other), ("R?", "a", "b")]),
      pairs([("Q?", Self.long, Self.other), ("S?", "c", "d")], "b"),
    ]).across
    #expect(found.count == 1)
    #expect(found[0].set == "b" && found[0].other == "a")
    #expect(found[0].exact == 1 && found[0].near == 0)
    #expect(found[0].first == Repetitions.Case(row: "b0", of: "a0", similarity: 1))
  }

  @Test func rowsThatDifferRepeatNothing() {
    let found = Repetitions([pairs([("Q?", Self.long, "x"), ("Q?", Self.other, "x")])]).within[0]
    #expect(found == Repetitions.Within())
  }
}

extension String {
  func replacingOccurrences(_ old: String, _ new: String) -> String {
    split(separator: old, omittingEmptySubsequences: false).joined(separator: new)
  }
}
