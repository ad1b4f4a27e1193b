import Policy
import TestSupport
import Testing

@testable import Evaluation

/// Log-probabilities of many sequences at once against passes over one prefix at a time.
@Suite struct SharedScoresTests {
  /// Beginnings that all, some and none share; choices of one token, of several, and equal ones.
  private let items = [
    [
      ScoredSequence(ids: [0, 1, 2, 3, 4], start: 4),
      ScoredSequence(ids: [0, 1, 2, 3, 5], start: 4),
    ],
    [
      ScoredSequence(ids: [0, 1, 2, 6, 4, 4, 1], start: 4),
      ScoredSequence(ids: [0, 1, 2, 6, 5], start: 4),
      ScoredSequence(ids: [0, 1, 2, 6, 4, 4, 1], start: 4),
    ],
    [ScoredSequence(ids: [7, 7], start: 1), ScoredSequence(ids: [6, 7, 7], start: 1)],
    [ScoredSequence(ids: [0, 1, 2, 0, 0, 0, 0, 0, 3], start: 8)],
  ]

  @Test(arguments: [8192, 12, 1]) func `every budget gives what single passes give`(
    _ budget: Int
  ) throws {
    let exams = try ExamWorld()
    let model = try exams.world.model(seed: 3)
    var scores = SharedScores(model.decoder)
    scores.rowBudget = budget
    let found = try scores.sums(items)
    #expect(found.map(\.count) == items.map(\.count))
    let expected = try items.map { sequences in
      try sequences.map { sequence in
        try exams.logProbability(
          model, Array(sequence.ids.prefix(sequence.start)),
          Array(sequence.ids.dropFirst(sequence.start)))
      }
    }
    expectClose(found.flatMap(\.self), expected.flatMap(\.self), within: 1e-5)
    // A test that cannot fail proves nothing: the next token's score is another.
    #expect(abs(found[0][0] - found[0][1]) > 1e-3)
  }

  @Test func `neighbours and their lengths change no score but for rounding`() throws {
    let exams = try ExamWorld()
    let model = try exams.world.model(seed: 4)
    let together = try SharedScores(model.decoder).sums(items)
    for (item, sums) in zip(items, together) {
      expectClose(try SharedScores(model.decoder).sums([item])[0], sums, within: 1e-5)
    }
  }

  @Test func `a sequence is cut at its beginning`() {
    let sequence = ScoredSequence(ids: [0, 1, 2, 3, 4], start: 3)
    #expect(sequence.cut(to: 4) == sequence)
    #expect(sequence.cut(to: 2) == ScoredSequence(ids: [2, 3, 4], start: 1))
    #expect(sequence.cut(to: 1) == nil)
  }

  @Test func `a sequence beyond the context is refused`() throws {
    let model = try ExamWorld().world.model(seed: 3, positions: 4)
    #expect(throws: PolicyError.self) {
      try SharedScores(model.decoder).sums([[ScoredSequence(ids: [0, 1, 2, 3, 4, 5], start: 3)]])
    }
  }
}
