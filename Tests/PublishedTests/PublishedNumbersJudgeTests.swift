import Corpus
import Foundation
import Published
import Statistics
import TestSupport
import Testing

/// The numbers listed with the stored files of judges and annotators.
///
/// Not reproduced, and why: LLMBar's `kappa_False` and `kappa_True`, whose definition is not public
/// (they are not Cohen's κ against the label); its `kappa_agreement` where a judge gave no choice,
/// which lies between the two readings of "no choice" that ``LLMBarStatistics`` gives; Arena-Hard's
/// leaderboard, whose judgments are not among the files.
@Suite("PublishedNumbers: judges", .enabled(if: SharedData.isPresent))
struct PublishedNumbersJudgeTests {
  /// Every stored result of LLMBar: folder, and whether some choice is missing.
  private static func llmBar() throws -> [String] {
    let root = try SharedData.url("llmbar").path
    return try FileManager.default.subpathsOfDirectory(atPath: root)
      .filter { $0.hasSuffix("result.json.gz") }.sorted()
      .map { String($0.dropLast("/result.json.gz".count)) }
  }

  @Test func `LLMBar's statistics follow from its results`() throws {
    let folders = try Self.llmBar()
    #expect(folders.count == 30)
    var incomplete = 0
    for folder in folders {
      let path = try SharedData.url("llmbar/\(folder)").path
      let results = try LLMBarResult.read("\(path)/result.json.gz")
      let own = LLMBarStatistics(results)
      let published = try #require(try DataFile.json("\(path)/statistics.json").object)
      func count(_ key: String) -> Int? {
        (published[key]?.string?.prefix { $0 != " " }).flatMap { Int($0) }
      }
      #expect(own.correctDirect == count("correct_False"), "\(folder)")
      #expect(own.correctSwapped == count("correct_True"), "\(folder)")
      #expect(own.correctBoth == count("correct_both"), "\(folder)")
      #expect(own.equal == count("equal"), "\(folder)")
      let average = published["correct_average"]?.string?.dropLast().description
      #expect(isClose(100 * own.accuracy, average.flatMap(Double.init) ?? .nan, within: 1e-9))
      let kappa = try #require(published["kappa_agreement"]?.number)
      if results.allSatisfy({ $0.direct != nil && $0.swapped != nil }) {
        #expect(isClose(own.kappa, kappa, within: 1e-12), "\(folder)")
        #expect(own.kappa == own.decidedKappa)
      } else {
        incomplete += 1
        let category = try #require(own.kappa)
        let decided = try #require(own.decidedKappa)
        #expect(isClose(kappa, (category + decided) / 2, within: 0.02), "\(folder)")
      }
    }
    #expect(incomplete == 5)
  }

  @Test func `PandaLM's annotators agree as its authors print`() throws {
    let test = try PandaLMTest(path: SharedData.url("pandalm/testset-v1.json").path)
    #expect(test.annotators.count == 999)
    // The authors print 0.85, 0.88, 0.86; ORIGIN.md 0.8520, 0.8789, 0.8617.
    for (first, second, printed, digits) in [
      (1, 2, 0.85, 0.8520), (1, 3, 0.88, 0.8789), (2, 3, 0.86, 0.8617),
    ] {
      let kappa = try #require(test.kappa(first, second))
      #expect(isClose(kappa.value, printed, within: 0.005))
      #expect(isClose(kappa.value, digits, within: 5e-5))
      #expect(kappa.interval?.contains(kappa.value) == true)
    }
    #expect(test.majorities.allSatisfy { $0 != nil })
    let gpt = try PandaLMTest.judge(
      SharedData.url("pandalm/gpt-3.5-turbo-testset-v1.json.gz").path, field: "gpt_result")
    #expect(counts(gpt.count { $0 == 1 }, gpt.count { $0 == 2 }) == [460, 476])
    #expect(counts(gpt.count { $0 == 0 }, gpt.count { $0 == nil }) == [38, 25])
    let panda = try PandaLMTest.judge(
      SharedData.url("pandalm/pandalm-7b-testset-v1.json.gz").path, field: "pandalm_result")
    #expect(
      counts(panda.count { $0 == 0 }, panda.count { $0 == 1 }, panda.count { $0 == 2 })
        == [107, 433, 459])
    #expect(isClose(test.accuracy(of: gpt, countsTies: false)?.value, 0.6927, within: 5e-5))
    #expect(isClose(test.accuracy(of: panda)?.value, 0.6677, within: 5e-5))
    #expect(test.accuracy(of: []) == nil)
    let summary = try #require(test.summary)
    #expect(summary.items == 999 && summary.ratings == 2997)
    // Fleiss' κ of three raters lies among the three Cohen's κ.
    let fleiss = try #require(summary.fleiss?.value)
    #expect(fleiss > 0.8520 && fleiss < 0.8789)
  }

  @Test func `Auto-J's labels are counted`() throws {
    let test = try AutoJTest(path: SharedData.url("auto-j/testdata_pairwise.part.jsonl.gz").path)
    #expect(test.rows.count == 1114)
    #expect(test.counts == (424, 395, 295))
    #expect(test.scenarios.count == 58)
  }

  @Test func `JudgeBench's inconsistent judge is found inconsistent`() throws {
    let pairs = try JudgeBenchPair.read(
      SharedData.url("judgebench/claude-3-5-sonnet.arena_hard.claude-3-haiku.jsonl.gz").path)
    #expect(pairs.count == 270)
    let position = PositionSummary(JudgeBenchPair.verdicts(pairs))
    // Win/win 42, loss/loss 39, tie/tie 54; A>B in both orders is a win, then a loss: 37.
    #expect(
      counts(position.table[0][0], position.table[2][2], position.table[1][1]) == [42, 39, 54])
    #expect(position.table[0][2] == 37)
    #expect(position.unscored == 13)
    // 135 of 270 change, thirteen of them because one order has no decision.
    #expect(pairs.count - position.consistent == 135)
    #expect(position.count - position.consistent == 122)
    #expect(position.pValue < 0.05)
    #expect((position.firstSlot?.value ?? 0) > 0.5)
    let rewards = try JudgeBenchPair.read(
      SharedData.url("judgebench/gpt-4o.reward_model.Skywork-Reward-Llama-3.1-8B.jsonl.gz").path)
    #expect(rewards.count == 350)
    #expect(rewards.first?.scores == [[5.625, 14.625], [14.625, 5.625]])
    // A reward model does not see the order; one pair has equal scores.
    let consistency = PositionSummary(JudgeBenchPair.verdicts(rewards))
    #expect(consistency.consistent == 349)
    #expect(
      isClose(
        JudgeBenchPair.accuracy(rewards, rule: .bothOrTie)?.value, 218 / 350.0, within: 1e-12))
    #expect(
      isClose(JudgeBenchPair.accuracy(pairs, rule: .bothOrTie)?.value, 38 / 270.0, within: 1e-12))
  }

  @Test func `Arena-Hard's judgments and its predecessor's scores are counted`() throws {
    let folder = "arena-hard/v0.1/model_judgment/DeepSeek-R1-Distill-Llama-70B"
    let questions = Set(
      try ArenaQuestion.read(SharedData.url("arena-hard/v0.1/question.jsonl").path).map(\.id))
    #expect(questions.count == 500)
    let weak = try ArenaJudgment.read(SharedData.url("\(folder)/bagel-8b-v1.0.jsonl.gz").path)
    #expect(weak.count == 181)
    #expect(weak.allSatisfy { questions.contains($0.question) })
    // Recounted from the file: six rows lack a verdict, two of them both.
    #expect(weak.count { $0.verdicts.contains(nil) } == 6)
    let published = try #require(ArenaHard.versionOne(weak.map(\.verdicts)))
    let fixed = try #require(ArenaHard.score(weak.map(\.verdicts)))
    #expect(published.value == fixed.value)
    // 22 wins, 31 ties and 545 losses of weighted battles, added up from the table of score pairs.
    #expect(isClose(fixed.value, 37.5 / 598, within: 1e-12))
    let narrow = try #require(published.interval)
    let honest = try #require(fixed.interval)
    #expect(honest.high - honest.low > 1.1 * (narrow.high - narrow.low))
    // The baseline against itself.
    let same = try ArenaJudgment.read(SharedData.url("\(folder)/gpt-4-0314.jsonl.gz").path)
    #expect(same.count == 151)
    #expect(same.count { $0.verdicts == [.tie, .tie] } == 139)
    #expect(same.count { $0.verdicts == [nil, nil] } == 11)
    #expect(ArenaHard.score(same.map(\.verdicts))?.value == 0.5)
    let positions = PositionSummary(same.enumerated().map { $1.swapped(cluster: $0) })
    #expect(positions.consistent == 139 && positions.unscored == 11)
    for (file, count, mean, unscored) in [
      ("gpt-4-turbo", 297, 8.865, 3), ("Llama-2-70b-chat", 300, 5.213, 0),
      ("Mixtral-8x7B-Instruct-v0.1", 296, 6.541, 4),
    ] {
      let path = try SharedData.url("arena-hard/arena-bench-v1/model_judgment/\(file).jsonl.gz")
        .path
      let summary = try SingleSummary(SingleScore.read(path), file: path)
      #expect(summary.mean?.count == count)
      #expect(isClose(summary.mean?.value, mean, within: 5e-4))
      #expect(summary.unscored == unscored)
    }
  }

  @Test func `Arena-Hard's answers are read`() throws {
    let answers = try ArenaAnswer.read(
      SharedData.url("arena-hard/v0.1/model_answer/gpt-4-0314.jsonl.gz").path)
    #expect(answers.count == 500)
    #expect(answers.allSatisfy { $0.model == "gpt-4-0314" && $0.style == nil })
  }

  @Test func `MT-bench's outcomes and scores are recounted`() throws {
    let judgments = try PairJudgment.read(
      SharedData.url("mt-bench/model_judgment/gpt-4_pair.jsonl.gz").path)
    let verdicts = PairJudgment.verdicts(judgments)
    let position = PositionSummary(verdicts)
    // Rows and columns: win, tie, loss of model_1 in game 1 and game 2.
    #expect(position.table == [[18, 5, 16], [0, 8, 3], [2, 1, 20]])
    #expect(position.unscored == 2)
    let both = SwapSummary(verdicts)
    #expect(counts(both.wins, both.ties, both.losses) == [18, 35, 20])
    #expect(counts(both.inconsistent, both.excluded) == [27, 2])
    #expect(isClose(both.winRate?.value, (18 + 35 / 2.0) / 73, within: 1e-12))
    let mean = SwapSummary(verdicts, rule: .mean)
    // Win and tie ¾ (5), tie and loss ¼ (3 + 1), win and loss ½ (16 + 2), tie and tie ½ (8).
    #expect(
      isClose(mean.winRate?.value, (18 + 5 * 0.75 + 4 * 0.25 + 26 * 0.5) / 73, within: 1e-12))
    let consistent = SwapSummary(verdicts, rule: .consistentOnly)
    #expect(counts(consistent.count, consistent.excluded) == [46, 29])
    #expect(isClose(consistent.winRate?.value, (18 + 4) / 46.0, within: 1e-12))
    let path = try SharedData.url("mt-bench/model_judgment/gpt-4_single.jsonl.gz").path
    let single = try SingleSummary(SingleScore.read(path), file: path)
    #expect(single.turns[1]?.value == 8.3625)
    #expect(single.turns[2]?.value == 8.0375)
    #expect(single.mean?.count == 160 && single.mean?.clusters == 80)
  }

  @Test func `DOVE's and the judged summaries' win rates are theirs`() throws {
    let summaries = try DoveVerdicts(path: SharedData.url("tldr-dove/tldr.verdicts.json.gz").path)
    #expect(counts(summaries.wins, summaries.ties, summaries.losses) == [293, 146, 61])
    #expect(isClose(summaries.winRate?.value, 0.732, within: 1e-12))
    let helpful = try DoveVerdicts(path: SharedData.url("tldr-dove/helpful.verdicts.json.gz").path)
    #expect(counts(helpful.wins, helpful.ties, helpful.losses) == [305, 135, 60])
    #expect(isClose(helpful.winRate?.value, 0.745, within: 1e-12))
    let judged = try JudgedSummaries(
      path: SharedData.url("tldr-judged/oai1b_ppo_vs_reference_judged.csv.gz").path)
    #expect(judged.rows.count == 1945)
    #expect(judged.winRate()?.value == 0.64)
    #expect(isClose(judged.winRate(shownFirst: true)?.value, 371 / 518.0, within: 1e-12))
    #expect(isClose(judged.winRate(shownFirst: false)?.value, 269 / 482.0, within: 1e-12))
  }
}
