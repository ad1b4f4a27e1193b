import Published
import Runs
import Statistics

/// Verdicts with the style of both answers, and the win rates at equal style that follow.
struct StyledGames {
  private struct Game {
    let matchUp: MatchUp
    let prompt: ByteText
    /// Of the first system.
    let score: Double
    let weight: Double
    let style: AnswerStyle
    let other: AnswerStyle
  }

  private var games: [Game] = []
  /// Games whose answers are not at hand.
  private(set) var without = 0

  /// - Parameters:
  ///   - preferences: of all files; verdicts of the judge on whole comparisons.
  ///   - answers: files of Arena-Hard's answers; the other formats hold their texts.
  init(
    _ paths: [String], judge: Preference.Rater, _ preferences: [Preference], answers: [String]
  ) throws {
    let styles = try AnswerStyles(paths, answers: answers)
    for path in paths where try JudgmentFormat(path: PreferenceFiles.file(path)) == .arenaHard {
      for row in ArenaJudgment.distinct(try ArenaJudgment.read(path))
      where ByteText(row.judge) == ByteText(judge.name) {
        add(row, styles)
      }
    }
    for one in preferences where one.rater == judge && one.look == nil {
      // Without texts of their own: Arena-Hard's, which are read above.
      guard let share = one.share, one.answers != nil else { continue }
      guard let found = styles.styles(of: one) else {
        without += 1
        continue
      }
      games.append(
        Game(
          matchUp: one.matchUp, prompt: one.prompt, score: share, weight: 1, style: found.first,
          other: found.second))
    }
  }

  /// P(first beats second at equal style), for the match-ups that have games.
  func estimates(of matchUps: [MatchUp]) -> [MatchUp: Estimate] {
    var found: [MatchUp: Estimate] = [:]
    for baseline in matchUps.map(\.second).distinctTexts {
      let own = matchUps.filter { one in
        ByteText(one.second) == ByteText(baseline)
          && games.contains { $0.matchUp == one || $0.matchUp == one.flipped }
      }
      .sorted { ByteText($0.first) < ByteText($1.first) }
      var clusters: [ByteText: Int] = [:]
      let rows = games.compactMap { game -> StyleControl.Game? in
        let asNamed = own.firstIndex(of: game.matchUp)
        guard let model = asNamed ?? own.firstIndex(of: game.matchUp.flipped) else { return nil }
        let cluster = clusters[game.prompt] ?? clusters.count
        clusters[game.prompt] = cluster
        let isNamed = asNamed != nil
        return StyleControl.Game(
          model: model, cluster: cluster, score: isNamed ? game.score : 1 - game.score,
          weight: game.weight, style: isNamed ? game.style : game.other,
          baselineStyle: isNamed ? game.other : game.style)
      }
      for (matchUp, estimate) in zip(
        own, StyleControl.estimates(rows, models: own.count, reference: .equalStyle) ?? [])
      { found[matchUp] = estimate }
    }
    return found
  }

  // MARK: Arena-Hard

  /// Each verdict is a game; version 0.1 does not name its baseline: it is whose answers are there besides
  /// the model's.
  private mutating func add(_ row: ArenaJudgment, _ styles: AnswerStyles) {
    let baseline = row.baseline ?? styles.others(than: row.model)
    for verdict in row.verdicts.compactMap(\.self) {
      guard let style = styles.style(of: row.model, on: row.question),
        let other = baseline.flatMap({ styles.style(of: $0, on: row.question) })
      else {
        without += 1
        continue
      }
      games.append(
        Game(
          matchUp: row.matchUp, prompt: ByteText(row.question), score: verdict.score,
          weight: Double(verdict.repetitions), style: style, other: other))
    }
  }
}
