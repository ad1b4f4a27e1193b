import Runs
import Statistics

/// A judge held against people: where they agree, and what the judge's win rate becomes when its errors
/// are known.
public struct JudgeCalibration: Sendable, Equatable {
  public let judge: String
  /// Comparisons that both decided upon.
  public let comparisons: Int
  /// `[people][judge]`, in the order win, tie, loss; people's verdict is that of most of them.
  public let table: [[Int]]
  /// Share of comparisons with one verdict of both.
  public let agreement: Estimate?
  public let kappa: Estimate?
  public let gwet: Estimate?
  /// Win rates on the comparisons that both decided upon.
  public let people: Estimate?
  public let judged: Estimate?
  /// The judge's win rate on all prompts it has.
  public let judgedOnAll: Estimate?
  /// Prediction-powered: people's win rate, made more precise by the judge's verdicts on prompts that
  /// no person saw; nil below two such prompts.
  public let predictionPowered: PredictionPowered?
  /// Rogan and Gladen's: wins among the judge's decided verdicts, corrected for its hit rates; nil for
  /// a judge no better than chance, or without both wins and losses of people.
  public let roganGladen: Estimate?

  /// Nil where no comparison has an answer of both.
  init?(
    _ comparisons: [RatedComparison], judge: Preference.Rater, people: [Preference.Rater],
    bootstrap: ClusterBootstrap
  ) {
    func human(_ comparison: RatedComparison) -> Double? {
      Sample.mean(people.compactMap { comparison.shares[$0] })
    }
    let judgedByIt = comparisons.compactMap { one in
      one.shares[judge].map {
        (prompt: one.prompt, judge: $0, human: human(one), most: one.majority(of: people))
      }
    }
    let both = judgedByIt.compactMap { one in
      one.human.map { (prompt: one.prompt, judge: one.judge, human: $0, most: one.most ?? 0.5) }
    }
    guard !both.isEmpty else { return nil }
    self.judge = judge.name
    self.comparisons = both.count
    let ours = both.map { Preference.verdict($0.most) }
    let theirs = both.map { Preference.verdict($0.judge) }
    table = PairVerdict.allCases.map { row in
      PairVerdict.allCases.map { column in
        zip(ours, theirs).count { $0 == row && $1 == column }
      }
    }
    func tally(_ shares: [(ByteText, Double)]) -> Estimate? {
      PreferenceTally(shares.map { (prompt: $0.0, share: $0.1, gap: nil) }).winRate
    }
    let prompts = RatedComparison.clusters(both.map { RatedComparison(prompt: $0.prompt) })
    let summary = AgreementSummary(
      zip(ours, theirs).map { [$0.rawValue, $1.rawValue] }, clusters: prompts, bootstrap: bootstrap)
    agreement = summary?.raw
    gwet = summary?.gwet
    kappa = CohenKappa.estimate(ours, theirs, clusters: prompts, bootstrap: bootstrap)
    self.people = tally(both.map { ($0.prompt, $0.human) })
    judged = tally(both.map { ($0.prompt, $0.judge) })
    judgedOnAll = tally(judgedByIt.map { ($0.prompt, $0.judge) })
    // The unit is the prompt: one label each.
    let labelled = Self.means(both.map { ($0.prompt, $0.judge, $0.human) })
    let seen = Set(both.map(\.prompt))
    let others = judgedByIt.filter { !seen.contains($0.prompt) }
    predictionPowered = PredictionPowered(
      human: labelled.map(\.1), judge: labelled.map(\.0),
      unlabelled: Self.means(others.map { ($0.prompt, $0.judge, 0) }).map(\.0))
    let decided = judgedByIt.filter { $0.judge != 0.5 }
    roganGladen = RoganGladen.estimate(
      judged: (decided.count { $0.judge > 0.5 }, decided.count),
      hits: (table[0][0], table[0][0] + table[0][2]),
      rejections: (table[2][2], table[2][0] + table[2][2]))
  }

  private static func means(_ rows: [(ByteText, Double, Double)]) -> [(Double, Double)] {
    Dictionary(grouping: rows, by: \.0).sorted { $0.key < $1.key }.map { _, rows in
      let count = Double(rows.count)
      return (rows.reduce(0) { $0 + $1.1 } / count, rows.reduce(0) { $0 + $1.2 } / count)
    }
  }
}
