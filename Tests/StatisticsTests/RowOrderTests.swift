import Testing

@testable import Statistics

/// Rows in another order, and categories of other names, are the same data: every digit stays.
@Suite struct RowOrderTests {
  private static let seeds: [UInt64] = [1, 2, 3]

  private func shuffled<Row>(_ rows: [Row], _ seed: UInt64) -> [Row] {
    var generator = SeededGenerator(seed: seed)
    return rows.shuffled(using: &generator)
  }

  private struct Rated {
    let first: String
    let second: String
    let prompt: Int
  }

  /// Fourteen comparisons of nine prompts, two categories equally frequent.
  private let rated: [Rated] = {
    let verdicts = [
      "ww", "wt", "ll", "tt", "wl", "ww", "ll", "lw", "tw", "ww", "ll", "lt", "tl", "wl",
    ]
    return verdicts.enumerated().map { place, pair in
      Rated(
        first: String(pair.prefix(1)), second: String(pair.suffix(1)), prompt: place * 5 % 9)
    }
  }()

  private func numbers(_ rows: [Rated], clustered: Bool) -> [Estimate?] {
    let clusters = clustered ? rows.map(\.prompt) : nil
    let bootstrap = ClusterBootstrap(resamples: 200)
    let summary = AgreementSummary(
      rows.map { [$0.first, $0.second] }, clusters: clusters, bootstrap: bootstrap)
    return [
      summary?.raw, summary?.fleiss, summary?.gwet, summary?.krippendorff,
      CohenKappa.estimate(
        rows.map(\.first), rows.map(\.second), clusters: clusters, bootstrap: bootstrap),
    ]
  }

  @Test(arguments: seeds, [true, false])
  func agreementIsThatOfTheSameRows(seed: UInt64, clustered: Bool) {
    let expected = numbers(rated, clustered: clustered)
    #expect(expected.allSatisfy { $0?.interval != nil })
    #expect(numbers(shuffled(rated, seed), clustered: clustered) == expected)
    let names = ["w": ["b", "z", "k"], "l": ["c", "a", "y"], "t": ["a", "m", "z"]]
    let renamed = rated.map { row in
      func name(_ old: String) -> String { names[old]?[Int(seed) - 1] ?? "" }
      return Rated(first: name(row.first), second: name(row.second), prompt: 8 - row.prompt)
    }
    #expect(numbers(shuffled(renamed, seed), clustered: clustered) == expected)
    // Which rater is named first says nothing either.
    let turned = rated.map { Rated(first: $0.second, second: $0.first, prompt: $0.prompt) }
    #expect(numbers(shuffled(turned, seed), clustered: clustered) == expected)
  }

  @Test(arguments: seeds, KrippendorffAlpha.Scale.allCases)
  func alphaIsThatOfTheSameUnits(seed: UInt64, scale: KrippendorffAlpha.Scale) {
    let units: [[Double]] = [
      [1, 1, 1], [2, 2, 3, 2], [3, 3], [1, 2, 3, 4], [4, 4, 4], [1, 1, 2], [5, 5, 4], [2, 1], [3],
    ]
    let expected = KrippendorffAlpha.estimate(units, scale: scale)
    #expect(expected?.interval != nil)
    let others = shuffled(units.map { shuffled($0, seed) }, seed)
    #expect(KrippendorffAlpha.estimate(others, scale: scale) == expected)
  }

  @Test(arguments: seeds) func strengthsAreThoseOfTheSameBattles(seed: UInt64) throws {
    let scores: [Double] = [1, 0, 0.5, 1]
    let battles = (0..<30).map { game -> Battle in
      let (first, second) = [(0, 1), (1, 2), (0, 2)][game % 3]
      return Battle(first: first, second: second, score: scores[game * 7 % 4], cluster: game / 3)
    }
    var numbers = Array(0..<10)
    numbers = shuffled(numbers, seed)
    let others = shuffled(battles, seed).enumerated().map { place, one in
      var other = one
      other.cluster = numbers[one.cluster]
      guard place % 2 == 0 else { return other }
      return Battle(
        first: other.second, second: other.first, score: 1 - other.score, cluster: other.cluster)
    }
    let expected = try #require(StrengthRanking(battles, players: 3, resamples: 100))
    #expect(expected.strengths[0].interval != nil)
    #expect(StrengthRanking(others, players: 3, resamples: 100) == expected)
    let bootstrap = ClusterBootstrap(resamples: 100)
    #expect(
      BradleyTerry.estimates(others, players: 3, bootstrap: bootstrap)
        == BradleyTerry.estimates(battles, players: 3, bootstrap: bootstrap))
  }

  @Test(arguments: seeds, [true, false])
  func ratesAtEqualStyleAreThoseOfTheSameGames(seed: UInt64, clustered: Bool) throws {
    let scores: [Double] = [1, 0, 1, 0.5, 0]
    let games = (0..<40).map { game -> StyleControl.Game in
      let style = AnswerStyle(tokens: 20 + game * 13 % 31, headers: 0, lists: game % 4, bolds: 0)
      return StyleControl.Game(
        model: game % 2, cluster: game / 3, score: scores[game * 3 % 5], style: style,
        baselineStyle: AnswerStyle(tokens: 30, headers: 0, lists: 1, bolds: 0))
    }
    func numbers(_ games: [StyleControl.Game]) -> [Estimate]? {
      StyleControl.estimates(
        games, models: 2, clustered: clustered, reference: .equalStyle,
        bootstrap: ClusterBootstrap(resamples: 50))
    }
    let expected = try #require(numbers(games))
    #expect(expected[0].interval != nil)
    let others = shuffled(games, seed).map { game in
      var other = game
      other.cluster = (game.cluster + 5) % 14
      return other
    }
    #expect(numbers(others) == expected)
  }

  @Test(arguments: seeds) func skewedMeansAreThoseOfTheSameValues(seed: UInt64) {
    let values = (0..<15).map { place -> Double in place == 4 ? 9 : Double(place % 3) / 4 }
    #expect(BootstrapT.isNeeded(values))
    func interval(_ values: [Double]) -> Interval? {
      BootstrapT.interval(values, confidence: 0.95, resamples: 200, seed: 1)
    }
    #expect(interval(values) != nil)
    #expect(interval(shuffled(values, seed)) == interval(values))
  }

  @Test(arguments: seeds) func ratesAtEqualLengthAreThoseOfTheSameRows(seed: UInt64) throws {
    let rows = (0..<30).map { place -> LengthComparison in
      let preference = place % 3 == 0 ? 0.25 : 0.75
      let difficulty = Double(place % 5) / 4
      return LengthComparison(
        preference: preference, baselineLength: 100, modelLength: 80 + place * 17 % 50,
        difficulty: difficulty)
    }
    func interval(_ rows: [LengthComparison]) -> Interval? {
      LengthControl.estimate(
        rows, anchor: nil, inversePenalty: 10, bootstrap: ClusterBootstrap(resamples: 50))?.interval
    }
    #expect(interval(rows) != nil)
    #expect(interval(shuffled(rows, seed)) == interval(rows))
  }
}
