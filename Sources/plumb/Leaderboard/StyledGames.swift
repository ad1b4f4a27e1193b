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
  ///   - answers: files of Arena-Hard's answers; judgments of the other formats hold their texts.
  init(_ paths: [String], judge: String, answers: [String]) throws {
    let styles = try Self.styles(answers)
    func isOwn(_ name: String) -> Bool { ByteText(name) == ByteText(judge) }
    for path in paths {
      switch try JudgmentFormat(path: PreferenceFiles.file(path)) {
      case .alpacaEval:
        for row in try AlpacaAnnotation.read(path) where isOwn(row.annotator) {
          add(
            MatchUp(row.model, row.baseline), row.instruction, row.preference,
            [row.modelOutput, row.baselineOutput])
        }
      case .comparisons:
        for row in try ComparisonRow.read(path) where isOwn(row.judge) {
          add(MatchUp(row.models[0], row.models[1]), row.prompt, row.preference, row.outputs)
        }
      case .arenaHard:
        for row in ArenaJudgment.distinct(try ArenaJudgment.read(path)) where isOwn(row.judge) {
          add(row, styles)
        }
      case .mtBench, .judging, .scores, .annotation, .annotationKey:
        throw PublishedError.content(
          file: path, problem: "holds no answers, whose style would be controlled",
          advice: "give what plumb judge --export jsonl writes, or leave --style out")
      }
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

  // MARK: Rows

  private mutating func add(
    _ matchUp: MatchUp, _ prompt: String, _ share: Double?, _ outputs: [String]
  ) {
    guard let share else { return }
    games.append(
      Game(
        matchUp: matchUp, prompt: ByteText(prompt), score: share, weight: 1,
        style: AnswerStyle(text: outputs[0]), other: AnswerStyle(text: outputs[1])))
  }

  private mutating func add(_ row: ArenaJudgment, _ styles: [Answer: AnswerStyle]) {
    let question = ByteText(row.question)
    let matchUp = row.matchUp
    // Version 0.1 does not name its baseline: it is whose answers are there besides the model's.
    let others = Set(styles.keys.map(\.model)).subtracting([ByteText(row.model)])
    let baseline = row.baseline.map { ByteText($0) } ?? (others.count == 1 ? others.first : nil)
    for verdict in row.verdicts.compactMap(\.self) {
      guard let style = styles[Answer(model: ByteText(row.model), question: question)],
        let baseline, let other = styles[Answer(model: baseline, question: question)]
      else {
        without += 1
        continue
      }
      games.append(
        Game(
          matchUp: matchUp, prompt: question, score: verdict.score,
          weight: Double(verdict.repetitions), style: style, other: other))
    }
  }

  private struct Answer: Hashable {
    let model: ByteText
    let question: ByteText
  }

  private static func styles(_ files: [String]) throws -> [Answer: AnswerStyle] {
    var styles: [Answer: AnswerStyle] = [:]
    for file in files {
      for row in try ArenaAnswer.read(file) {
        styles[Answer(model: ByteText(row.model), question: ByteText(row.question))] =
          row.style ?? AnswerStyle(text: row.answer)
      }
    }
    return styles
  }
}
