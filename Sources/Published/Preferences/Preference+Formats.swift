import Runs
import Statistics

extension Preference {
  private init(
    _ prompt: String, _ matchUp: MatchUp, _ name: String, _ isHuman: Bool, _ share: Double?,
    orders: SwappedShares? = nil
  ) {
    self.init(
      prompt: prompt, matchUp: matchUp, rater: Rater(name: name, isHuman: isHuman), share: share,
      gap: share == nil ? "unparsable" : nil, orders: orders)
  }

  init(_ row: AlpacaAnnotation, isHuman: Bool) {
    self.init(
      SHA256.hex(of: row.instruction), MatchUp(row.model, row.baseline), row.annotator, isHuman,
      row.preference)
  }

  /// Arena-Hard's own share: an emphatic verdict counts three times.
  init(_ row: ArenaJudgment, isHuman: Bool) {
    self.init(
      row.question, MatchUp(row.model, row.baseline ?? "baseline"), row.judge, isHuman,
      ArenaHard.score([row.verdicts])?.value,
      orders: SwappedShares(
        direct: row.verdicts[1].map(\.score), swapped: row.verdicts[0].map(\.score)))
  }

  /// MT-bench's own rule: a win or a loss only where both orders say so.
  init(_ row: PairJudgment, isHuman: Bool) {
    let verdict = SwappedVerdict(
      direct: row.direct.verdict, swapped: row.swapped.verdict, cluster: 0)
    self.init(
      row.question, MatchUp(row.first, row.second), row.judge.first ?? "judge", isHuman,
      SwapRule.bothOrTie.score(verdict),
      orders: SwappedShares(direct: verdict.direct?.score, swapped: verdict.swapped?.score))
  }

  init(_ row: ComparisonRow, isHuman: Bool) {
    self.init(
      SHA256.hex(of: row.prompt), MatchUp(row.models[0], row.models[1]), row.judge, isHuman,
      row.preference)
    if share == nil { gap = row.state }
  }

  /// The judgments of a `judgments.jsonl` without its canaries; a jury's judges are raters too.
  static func judged(_ path: String, isHuman: Bool) throws(PublishedError) -> [Preference] {
    let names = try JudgingRow.names(beside: path)
    return try JudgingRow.read(path).filter { !$0.isCanary }.flatMap { row -> [Preference] in
      let raters =
        [(names.judge, row.whole)]
        + row.members.enumerated().map { place, answer in
          let own = names.members.indices.contains(place) ? names.members[place] : nil
          return (own ?? "\(names.judge), judge \(place + 1)", answer)
        }
      return raters.map { name, answer in
        var one = Preference(
          row.prompt ?? row.id, names.matchUp, name, isHuman, answer.preference,
          orders: answer.orders)
        if one.share == nil { one.gap = answer.state }
        one.rater.isJury = name == names.judge && !row.members.isEmpty
        return one
      }
    }
  }
}
