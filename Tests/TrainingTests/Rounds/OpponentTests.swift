import Foundation
import Policy
import Recipe
import Runs
import TestSupport
import Testing

@testable import Training

/// Several opponents: who plays whom, what is asked, what a label is worth, and what rounds make of it.
@Suite struct OpponentTests {
  static let three = OpponentMixture([
    .init(name: "current", player: .current, weight: 2),
    .init(name: "reference", player: .reference, weight: 1),
    .init(name: "previous", player: .previous, weight: 1),
  ])

  // MARK: Dealing

  @Test func everyOpponentPlaysItsShareAndAlwaysTheSameGames() {
    let prompts = (0..<4000).map { "prompt \($0)" }
    let dealt = prompts.map { Self.three.deal(5, prompt: $0, seed: 3) }
    for (place, share) in [0.5, 0.25, 0.25].enumerated() {
      let found = Double(dealt.joined().count { $0 == place }) / 20_000
      // Four standard errors of a share of 20,000 games.
      #expect(abs(found - share) < 4 * (share * (1 - share) / 20_000).squareRoot())
    }
    #expect(Self.three.deal(5, prompt: "prompt 7", seed: 3) == dealt[7])
    #expect(Self.three.deal(2, prompt: "prompt 7", seed: 3) == Array(dealt[7].prefix(2)))
    #expect(prompts.prefix(50).contains { Self.three.deal(5, prompt: $0, seed: 4) != dealt[0] })
    #expect(Self.three.foreignShare == 0.5)
  }

  // MARK: Labels

  /// Four candidates; others stand in columns 1 and 3.
  static var table: PreferenceTable {
    var table = PreferenceTable(4, rivals: [1, 3])
    for (first, second, wins) in [(0, 2, 0.2), (0, 1, 0.9), (1, 2, 0.8), (2, 3, 0.4)] {
      table.record(first, over: second, wins)
    }
    table.record(0, over: 3, 0.6)
    for (row, rates) in [(0.7, 0.5), (0.1, 0.5), (0.4, 1.0), (0.2, 0.0)].enumerated() {
      table.record(row, overRivalIn: 1, rates.0)
      table.record(row, overRivalIn: 3, rates.1)
    }
    return table
  }

  @Test func winRatesAreOverWhoeverStandsInTheColumns() {
    // Columns 0 and 2 are candidates, 1 and 3 are others.
    let expected = [
      (0.5 + 0.7 + 0.2 + 0.5) / 4, (0.1 + 0.1 + 0.8 + 0.5) / 4, (0.8 + 0.4 + 0.5 + 1.0) / 4,
      (0.4 + 0.2 + 0.6 + 0.0) / 4,
    ]
    expectClose((0..<4).compactMap { Self.table.winRate(of: $0) }, expected, within: 1e-12)
    #expect(Self.table.isComplete)
    // Their mean is 0.45625: centred they add up to what a game against oneself gives.
    let best = PairSelectionTests.selection(.bestWorst, .soft).pairs(Self.table) { 0 }.pairs
    #expect(best.map { [$0.chosen, $0.rejected] } == [[2, 3]])
    expectClose(best[0].winRates, [0.675 + 0.04375, 0.3 + 0.04375], within: 1e-12)
    // Each plays: ½ + (0.675 − 0.3)/2.
    expectClose([best[0].preference ?? 0, best[0].margin], [0.6875, 0.375], within: 1e-12)
    #expect(best[0].stake == 2)
  }

  @Test func aPairThatMeetsAnOpponentIsLabelledByBothGames() {
    var table = PreferenceTable(4, rivals: [1])
    table.record(0, over: 1, 0.9)
    table.record(2, overRivalIn: 1, 0.3)
    table.record(3, overRivalIn: 1, 0.7)
    let pairs = PairSelectionTests.selection(.iid, .soft, .pair).pairs(table) { 0 }.pairs
    // The first two met each other. Of the others 3 wins with ½ + (0.7 − 0.3)/2.
    #expect(pairs.map { [$0.chosen, $0.rejected] } == [[0, 1], [3, 2]])
    expectClose(pairs.compactMap(\.preference), [0.9, 0.7], within: 1e-12)
    #expect(pairs.map(\.stake) == [1, 2])
    let hard = PairSelectionTests.selection(.iid, .hard, .pair).pairs(table) { 0 }.pairs
    #expect(hard.map { [$0.chosen, $0.rejected] } == [[0, 1], [3, 2]])
    // Drawn: of a grid of numbers 70 % label the likelier one as the better one.
    let drawn = (0..<1000).count { number in
      let found = PairSelectionTests.selection(.iid, .drawn, .pair).pairs(table) {
        (Double(number) + 0.5) / 1000
      }
      return found.pairs[1].chosen == 3
    }
    #expect(drawn == 700)
    // One of the two games has no answer.
    var part = PreferenceTable(2, rivals: [0])
    part.record(0, overRivalIn: 0, 0.3)
    #expect(PairSelectionTests.selection(.iid, .soft, .pair).pairs(part) { 0 }.unanswered == 1)
  }

  // MARK: Rounds

  static let mixture = "opponents: {current: 0.4, reference: 0.3, previous: 0.3}"
  static let methods: [RoundMethod] = [.sppo, .dno, .inpo, .onlineIPO, .onlineDPO, .sailPR]

  @Test(arguments: [RoundMethod.sppo, .inpo])
  func againstItselfAloneAMethodIsWhatItIs(_ method: RoundMethod) throws {
    let (plain, mixed) = (try RoundsBench(), try RoundsBench())
    let needs = RoundsBench.needs(method, prompts: 16)
    try plain.play(RoundsBench.recipe(method.rawValue, needs))
    try mixed.play(RoundsBench.recipe(method.rawValue, needs + "\nopponents: {current: 1}"))
    #expect(try plain.files(method.rawValue) == mixed.files(method.rawValue))
  }

  @Test(arguments: methods) func everyMethodWithAnOraclePlaysSeveral(_ method: RoundMethod) throws {
    let bench = try RoundsBench()
    let name = method.rawValue
    let folder = try RoundsBench.start.get().policy.path
    let others = "opponents: {current: 0.4, reference: 0.2, previous: 0.2, \(folder): 0.2}"
    let result = try bench.play(RoundsBench.recipe(name, RoundsBench.needs(method) + "\n" + others))
    #expect(result.isFinished)
    let records = try bench.records(name)
    var asked = 0
    for record in records {
      let round = bench.directory(name).url.appending(path: "round-000\(record.round)")
      let labels = try Journal<RoundLabel>.read(round.appending(path: "labels.jsonl")).records
      let comparisons = labels.flatMap { $0.comparisons ?? [] }
      #expect(record.oracleCalls == comparisons.count)
      asked += comparisons.count
      let met = Set(comparisons.compactMap(\.opponent))
      #expect(met == ["reference", "previous", folder])
      let rates = comparisons.filter { $0.opponent == "reference" }.compactMap(\.probability)
      let mean = rates.reduce(0, +) / Double(rates.count)
      expectClose([record.values["against_reference"] ?? -1], [mean], within: 1e-12)
      // Who meets an opponent meets it with the other of the pair, or with all candidates.
      let rows = try Journal<CandidateRow>.read(round.appending(path: "opponents-2.jsonl")).records
      let each = [.sppo: 5, .dno: 4][method] ?? 2
      #expect(comparisons.count { $0.opponent == "reference" } == each * rows.count)
      #expect(rows.allSatisfy { $0.candidates.count == 1 })
    }
    #expect(result.oracleCalls == asked)
    #expect(records[1].generatedTokensSoFar > 0)
  }

  @Test func thePreviousPolicyIsTheOneBeforeTheCurrent() throws {
    let bench = try RoundsBench()
    try bench.play(
      RoundsBench.recipe(
        "sppo", RoundsBench.needs(.sppo) + "\nopponents: {reference: 1, previous: 1}"
      ).replacingOccurrences(of: "rounds: 2", with: "rounds: 3"))
    let store = CheckpointStore(bench.directory("sppo").checkpoints)
    let steps = try store.steps()
    /// π_1, the reference, and the policies after rounds 1 and 2.
    let policies = try [
      RoundsBench.start.get().policy, store.url(of: steps[0]), store.url(of: steps[1]),
    ]
    .map { try Decoder.load($0) }
    /// By how much the log-probabilities differ that answers were drawn with and that a policy gives
    /// them.
    func distance(_ round: Int, _ place: Int, _ policy: Int) throws -> Double {
      let file = bench.directory("sppo").url.appending(
        path: "round-000\(round)/opponents-\(place).jsonl")
      let rows = try Journal<CandidateRow>.read(file).records
      #expect(rows.count > 20)
      let examples = rows.map {
        AlignmentTask.Example(
          id: $0.id, prompt: $0.promptTokens, candidates: $0.candidates.map(\.tokens))
      }
      let scored = try AlignmentTask.scored(examples, by: policies[policy], temperature: 1)
      return zip(scored, rows).map {
        abs($0.reference[0] - ($1.candidates[0].logProbability ?? .infinity))
      }.max() ?? 0
    }
    // π_0 and π_1 are the reference.
    for (round, player) in [(1, 0), (2, 0), (3, 1)] {
      #expect(try distance(round, 1, 0) < 1e-3, "reference in round \(round)")
      #expect(try distance(round, 2, player) < 1e-3, "previous in round \(round)")
    }
    for other in [0, 2] { #expect(try distance(3, 2, other) > 0.1) }
  }

  // MARK: Mistakes

  @Test(arguments: [
    (
      "method: spin\ndata: praise\nopponents: {reference: 1}",
      "s.opponents: spin compares with nobody (labels: demonstration); opponents go with labels: oracle"
    ),
    (
      "method: iterative-dpo\nprompts: openings\nreward: synthetic\nopponents: {reference: 1}",
      "s.opponents: iterative-dpo compares with nobody (labels: reward); opponents go with labels: oracle"
    ),
    (
      "method: sppo\nprompts: openings\noracle: {kind: longer}\nopponents: {}",
      "s.opponents: names nobody; give policies and weights, as in {current: 0.5, reference: 0.5}"
    ),
    (
      "method: sppo\nprompts: openings\noracle: {kind: longer}\nopponents: {current: 1, initial: 1}",
      "s.opponents.initial: there is no stage initial above this one; a folder is written with a slash"
    ),
    (
      "method: sppo\nprompts: openings\noracle: {kind: longer}\nopponents: {current: 0}",
      "s.opponents.current is 0; it must be above 0 and at most 1000000"
    ),
    (
      "method: sppo\nprompts: openings\noracle: {kind: longer}\nopponents: reference",
      "s.opponents is \"reference\"; it must be a mapping"
    ),
  ])
  func whatCannotPlayIsRefused(_ stage: String, _ message: String) {
    let found = RoundsMistakesTests().mistakes(stage)
    #expect(found.contains("stages.\(message)"), "\(found)")
  }

  @Test func onPolicyMethodsWithoutAnOpponentRefuseThem() {
    func mistakes(_ more: String) -> [String] {
      do {
        _ = try RoundsBench.stages(
          "s: {kind: on-policy, policy: ./m, prompts: openings, reward: synthetic, \(more)}")
        return []
      } catch {
        return (error as? RecipeError)?.mistakes.map(\.message) ?? ["\(error)"]
      }
    }
    #expect(mistakes("method: nash-md, opponents: {current: 1, reference: 1, ./older: 2}") == [])
    #expect(
      mistakes("method: ppo, opponents: {reference: 1}")
        == ["stages.s.opponents: ppo compares with no opponent; leave them out"])
    #expect(
      mistakes("method: nash-md, opponents: {previous: 1}")
        == [
          "stages.s.opponents.previous: there are no rounds here, and so no policy before; name a stage "
            + "or a folder"
        ])
  }
}
