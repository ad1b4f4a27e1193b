import Corpus
import Statistics

@testable import Published

/// DOVE's file of verdicts: `model`, `gold` or `equal` for each prompt, both orders already merged.
struct DoveVerdicts: Sendable, Equatable {
  let wins: Int
  let losses: Int
  let ties: Int

  /// - Throws: ``PublishedError`` where the file is no such object.
  init(path: String) throws(PublishedError) {
    let file = try RowFile.object(path)
    guard file.object.members.count == 1, let method = file.object.members.first else {
      throw .content(
        file: path, problem: "does not hold the verdicts of one method",
        advice: "give a file of one method")
    }
    let verdicts = try file.object(method.key)
    var counts = ["model": 0, "gold": 0, "equal": 0]
    for member in verdicts.object.members {
      guard let verdict = member.value.string, let count = counts[verdict] else {
        throw .rows(
          [
            RowProblem(
              file: path, position: member.position, field: nil,
              problem: "a verdict is \(member.value.kind) of another kind",
              advice: "give model, gold or equal")
          ], total: 1)
      }
      counts[verdict] = count + 1
    }
    wins = counts["model"] ?? 0
    losses = counts["gold"] ?? 0
    ties = counts["equal"] ?? 0
  }

  /// Ties counting one half.
  var winRate: Estimate? {
    Wilson.estimate(successes: Double(wins) + Double(ties) / 2, of: wins + losses + ties)
  }
}
