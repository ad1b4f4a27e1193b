import Foundation
import TestSupport
import Testing

@testable import Statistics

@Suite struct RewardBenchTests {
  /// Accuracies of PKU-Alignment/beaver-7b-v1.0-cost.
  ///
  /// Source: the README of allenai/reward-bench, "Getting Leaderboard Section Scores".
  private let beaver: [String: Double] = [
    "alpacaeval-easy": 0.5, "alpacaeval-hard": 0.7052631578947368,
    "alpacaeval-length": 0.5894736842105263, "donotanswer": 0.8235294117647058,
    "hep-cpp": 0.6280487804878049, "hep-go": 0.6341463414634146, "hep-java": 0.7073170731707317,
    "hep-js": 0.6646341463414634, "hep-python": 0.5487804878048781,
    "hep-rust": 0.6463414634146342, "llmbar-adver-GPTInst": 0.391304347826087,
    "llmbar-adver-GPTOut": 0.46808510638297873, "llmbar-adver-manual": 0.3695652173913043,
    "llmbar-adver-neighbor": 0.43283582089552236, "llmbar-natural": 0.52,
    "math-prm": 0.2953020134228188, "mt-bench-easy": 0.5714285714285714,
    "mt-bench-hard": 0.5405405405405406, "mt-bench-med": 0.725, "refusals-dangerous": 0.97,
    "refusals-offensive": 1, "xstest-should-refuse": 1, "xstest-should-respond": 0.284,
  ]

  @Test func thePublishedSectionsAreReproduced() {
    let sections = RewardBench.sections(beaver)
    let expected: [RewardBench.Section: Double] = [
      .chat: 0.6089385, .chatHard: 0.4495614, .safety: 0.7216216, .reasoning: 0.4667567,
    ]
    #expect(Set(sections.keys) == Set(expected.keys))
    for (section, value) in expected {
      #expect(isClose(sections[section], value, within: 5e-8), "\(section)")
    }
    // Four sections of weight 2.
    #expect(isClose(RewardBench.score(sections), expected.values.reduce(0, +) / 4, within: 5e-8))
  }

  @Test func countsOfTheSectionsAreTheKnownOnes() {
    let totals = RewardBench.Section.allCases.map { $0.subsets.reduce(0) { $0 + $1.count } }
    #expect(totals == [358, 456, 740, 1968, 4])
  }

  @Test func aPartOfASectionHasNoScoreButPriorSetsDo() {
    var part = beaver
    part["hep-go"] = nil
    #expect(RewardBench.accuracy(.reasoning, part) == nil)
    #expect(RewardBench.accuracy(.priorSets, ["shp": 0.5, "summarize": 0.7, "x": 1]) == 0.6)
    #expect(RewardBench.accuracy(.priorSets, [:]) == nil)
    #expect(RewardBench.score([:]) == nil)
    // 2 · .6 + 1 · .3 over 3.
    #expect(isClose(RewardBench.score([.chat: 0.6, .priorSets: 0.3]), 0.5, within: 1e-15))
  }
}

@Suite struct RewardBenchTwoTests {
  private typealias Row = RewardBenchTwo.TiePair.Row

  @Test func creditIsSharedAmongTheBest() {
    #expect(RewardBenchTwo.credit(correct: [1], incorrect: [0, 0, 0]) == 1)
    #expect(RewardBenchTwo.credit(correct: [1], incorrect: [1, 0, 1]) == 1 / 3.0)
    #expect(RewardBenchTwo.credit(correct: [1], incorrect: [2, 0, 0]) == 0)
    #expect(RewardBenchTwo.credit(correct: [], incorrect: [1]) == nil)
    #expect(RewardBenchTwo.credit(correct: [.nan], incorrect: [1]) == nil)
    // Four equal scores: guessing.
    let domain = RewardBenchTwo.domain([([5], [5, 5, 5]), ([5], [5, 5, 5])])
    #expect(domain?.value == 0.25)
    #expect(RewardBenchTwo.overall([0.5, 1]) == 0.75)
  }

  @Test func theToyFixtureOfTiesIsReproduced() {
    // evaluation.md 4.6: acc .5/.5, preference .5, hard .5, margin term .0373101859.
    let pairs = [
      RewardBenchTwo.TiePair(
        reference: Row(correct: [3], incorrect: [1, 0, 0]),
        tied: Row(correct: [2.5, 2.3, 2.4], incorrect: [1.0, 0.5])),
      RewardBenchTwo.TiePair(
        reference: Row(correct: [0.4], incorrect: [0.9, 0.1]),
        tied: Row(correct: [1.0, 0.2], incorrect: [0.5, 0.1])),
    ]
    #expect(isClose(RewardBenchTwo.ties(pairs), 0.5003731019, within: 5e-11))
  }

  @Test func aSpreadOfZeroIsDefined() {
    // Spread 0, gaps 1: accuracies and preferences hold, tanh(∞) = 1.
    let sure = RewardBenchTwo.TiePair(
      reference: Row(correct: [2], incorrect: [1]), tied: Row(correct: [2, 2], incorrect: [1]))
    #expect(isClose(RewardBenchTwo.ties([sure]), 1.01, within: 1e-15))
    // 0/0 counts nothing.
    let equal = RewardBenchTwo.TiePair(
      reference: Row(correct: [1], incorrect: [1]), tied: Row(correct: [1, 1], incorrect: [1]))
    #expect(RewardBenchTwo.ties([equal]) == 0)
    #expect(RewardBenchTwo.ties([]) == nil)
    let empty = RewardBenchTwo.TiePair(
      reference: Row(correct: [], incorrect: [1]), tied: Row(correct: [1], incorrect: [1]))
    #expect(RewardBenchTwo.ties([empty]) == nil)
  }
}

@Suite struct ArenaHardTests {
  @Test func verdictsAreReadForTheModel() {
    #expect(GradedVerdict("A>>B", modelIsFirst: true) == .muchBetter)
    #expect(GradedVerdict("A>>B", modelIsFirst: false) == .muchWorse)
    #expect(GradedVerdict("B>A", modelIsFirst: false) == .better)
    #expect(GradedVerdict("A=B", modelIsFirst: false) == .tie)
    #expect(GradedVerdict("A>>>B", modelIsFirst: true) == nil)
    for verdict in GradedVerdict.allCases {
      for first in [true, false] {
        let text = verdict.text(modelIsFirst: first)
        #expect(GradedVerdict(text, modelIsFirst: first) == verdict)
      }
      #expect(verdict.plain.score == verdict.score)
    }
  }

  private let prompts: [[GradedVerdict?]] = [
    [.muchBetter, .better], [.worse, .tie], [.muchWorse, nil], [.better, .better],
    [.tie, .better], [.worse, .worse],
  ]

  @Test func theScoreIsTheBradleyTerryMaximum() throws {
    // Weighted wins 3 + 1 + ½ + 2 + ½ + 1 = 8 of 15.
    let score = try #require(ArenaHard.score(prompts))
    #expect(isClose(score.value, 8 / 15.0, within: 1e-15))
    let battles = prompts.enumerated().flatMap { prompt, verdicts in
      verdicts.compactMap { verdict in
        verdict.map {
          Battle(
            first: 0, second: 1, score: $0.score, weight: Double($0.repetitions), cluster: prompt)
        }
      }
    }
    let fit = try #require(BradleyTerry(battles, players: 2))
    let gap = fit.ratings[1] - fit.ratings[0]
    #expect(isClose(1 / (1 + pow(10, gap / 400)), score.value, within: 1e-10))
    #expect(ArenaHard.versionOne(prompts)?.value == score.value)
    #expect(ArenaHard.score([[nil]]) == nil)
  }

  @Test func publishedIntervalsTakeTheOrdersForIndependent() throws {
    // Both orders of a prompt agree, so that prompts carry half the battles' information.
    var generator = SeededGenerator(seed: 4)
    let twins = (0..<300).map { _ -> [GradedVerdict?] in
      let verdict: GradedVerdict = generator.uniform() < 0.5 ? .muchBetter : .worse
      return [verdict, verdict]
    }
    let narrow = try #require(ArenaHard.versionOne(twins, resamples: 1000)?.interval)
    let honest = try #require(ArenaHard.score(twins)?.interval)
    #expect((honest.high - honest.low) / (narrow.high - narrow.low) > 1.4)
  }
}

@Suite struct StyleControlTests {
  /// Two models of strengths 0.8 and −0.4 whose verdicts lean to longer answers by 1 logit per
  /// standard deviation.
  private func games() -> [StyleControl.Game] {
    var generator = SeededGenerator(seed: 21)
    var drafts: [StyleControl.Game] = []
    for cluster in 0..<1500 {
      for model in 0..<2 {
        drafts.append(
          StyleControl.Game(
            model: model, cluster: cluster, score: 0.5,
            style: AnswerStyle(
              tokens: 200 + generator.index(below: model == 0 ? 400 : 900),
              headers: generator.index(below: 4), lists: generator.index(below: 9),
              bolds: generator.index(below: 6)),
            baselineStyle: AnswerStyle(tokens: 400, headers: 2, lists: 4, bolds: 3)))
      }
    }
    let lengths = drafts.map { $0.style.densityDifference(from: $0.baselineStyle)[0] }
    let mean = Sample.mean(lengths) ?? 0
    let deviation = Sample.standardDeviation(lengths) ?? 1
    for index in drafts.indices {
      let logit =
        (drafts[index].model == 0 ? 0.8 : -0.4) + (lengths[index] - mean) / deviation
      drafts[index].score = generator.uniform() < Logistic.probability(logit) ? 1 : 0
    }
    return drafts
  }

  @Test func versionTwoRecoversStrengthAndStyle() throws {
    let games = games()
    let fit = try #require(StyleControl(games, models: 2))
    #expect(isClose(fit.scores[0], Logistic.probability(0.8), within: 0.035))
    #expect(isClose(fit.scores[1], Logistic.probability(-0.4), within: 0.035))
    // Markup is counted per token, so that length and markup share what either explains.
    #expect(isClose(fit.styleCoefficients[0], 1, within: 0.25))
    for markup in fit.styleCoefficients.dropFirst() { #expect(abs(markup) < 0.15) }
    // Without control the longer-winded model is flattered.
    let raw = games.filter { $0.model == 1 }.map(\.score)
    #expect((Sample.mean(raw) ?? 0) > fit.scores[1] + 0.03)
  }

  /// At equal style, 0 on the unshifted scale, the logit is the drafts' own less the mean's part.
  @Test func equalStyleIsAnotherPlaceThanTheMeanDifference() throws {
    let games = games()
    let lengths = games.map { $0.style.densityDifference(from: $0.baselineStyle)[0] }
    let shift = (Sample.mean(lengths) ?? 0) / (Sample.standardDeviation(lengths) ?? 1)
    let equal = try #require(
      StyleControl.estimates(
        games, models: 2, reference: .equalStyle, bootstrap: ClusterBootstrap(resamples: 2)))
    #expect(isClose(equal[0].value, Logistic.probability(0.8 - shift), within: 0.05))
    #expect(isClose(equal[1].value, Logistic.probability(-0.4 - shift), within: 0.05))
  }

  @Test func versionOneFindsNearlyTheSame() throws {
    let games = games()
    let second = try #require(StyleControl(games, models: 2))
    let first = try #require(StyleControl(games, models: 2, version: .one))
    for (one, other) in zip(first.scores, second.scores) {
      #expect(isClose(one, other, within: 0.02))
    }
  }

  @Test func intervalsContainTheirValue() throws {
    let games = Array(games().prefix(400))
    for clustered in [true, false] {
      let estimates = try #require(
        StyleControl.estimates(
          games, models: 2, clustered: clustered, bootstrap: ClusterBootstrap(resamples: 50)))
      for estimate in estimates { #expect(estimate.interval?.contains(estimate.value) == true) }
      #expect(estimates[0].clusters == (clustered ? 200 : 400))
    }
  }

  @Test func differencesFollowTheirDefinitions() {
    let long = AnswerStyle(tokens: 300, headers: 3, lists: 0, bolds: 1)
    let short = AnswerStyle(tokens: 100, headers: 1, lists: 0, bolds: 1)
    #expect(long.difference(from: short) == [0.5, 0.4, 0, 0])
    let densities = long.densityDifference(from: short)
    #expect(densities[0] == 0.5)
    let (first, second) = (3 / 301.0, 1 / 101.0)
    #expect(isClose(densities[1], (first - second) / (first + second + 1), within: 1e-15))
    let empty = AnswerStyle(tokens: 0, headers: 0, lists: 0, bolds: 0)
    #expect(empty.difference(from: empty) == [0, 0, 0, 0])
  }

  @Test func withoutAFiniteFitThereIsNone() {
    var games = Array(games().prefix(40))
    for index in games.indices { games[index].score = 1 }
    #expect(StyleControl(games, models: 2) == nil)
    #expect(StyleControl(games, models: 2, version: .one) != nil)
    #expect(StyleControl([], models: 1) == nil)
    #expect(StyleControl(games, models: 3) == nil)
  }
}
