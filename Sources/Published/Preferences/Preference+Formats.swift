import Runs
import Statistics

extension Preference {
  private init(
    _ prompt: String, _ item: String, _ matchUp: MatchUp, _ name: String, _ isHuman: Bool,
    _ share: Double?, orders: SwappedShares? = nil, answers: Answers? = nil
  ) {
    self.init(
      prompt: ByteText(prompt), item: ByteText(item), matchUp: matchUp,
      rater: Rater(name: name, isHuman: isHuman), share: share,
      gap: share == nil ? "unparsable" : nil, orders: orders, answers: answers)
  }

  /// Two answers to one prompt, whichever of them is named first.
  private static func item(_ answers: Answers) -> String {
    [answers.first, answers.second].sorted().joined()
  }

  private static func answers(_ first: String, _ second: String) -> Answers {
    Answers(first: SHA256.hex(of: first), second: SHA256.hex(of: second))
  }

  private static func answers(in subject: Subject) -> Answers? {
    let parts = subject.content.split(separator: ":").map(String.init)
    return parts.count == 3 ? Answers(first: parts[1], second: parts[2]) : nil
  }

  init(_ row: AlpacaAnnotation, isHuman: Bool) {
    let answers = Self.answers(row.modelOutput, row.baselineOutput)
    self.init(
      SHA256.hex(of: row.instruction), Self.item(answers), MatchUp(row.model, row.baseline),
      row.annotator, isHuman, row.preference, answers: answers)
  }

  /// The mean of both orders, an emphatic verdict counting as any other; Arena-Hard's own share, in
  /// which it counts three times, is ``ArenaHard/score(_:bootstrap:)``.
  init(_ row: ArenaJudgment, isHuman: Bool) {
    let scores = row.verdicts.compactMap { $0?.score }
    self.init(
      row.question, "", row.matchUp, row.judge, isHuman,
      scores.count == 2 ? Sample.mean(scores) : nil,
      orders: SwappedShares(
        direct: row.verdicts[1].map(\.score), swapped: row.verdicts[0].map(\.score)))
  }

  /// MT-bench's own rule: a win or a loss only where both orders say so.
  init(_ row: PairJudgment, isHuman: Bool) {
    let verdict = SwappedVerdict(
      direct: row.direct.verdict, swapped: row.swapped.verdict, cluster: 0)
    self.init(
      row.question, "turn \(row.turn)", MatchUp(row.first, row.second),
      row.judge.first ?? "judge", isHuman,
      SwapRule.bothOrTie.score(verdict),
      orders: SwappedShares(direct: verdict.direct?.score, swapped: verdict.swapped?.score))
  }

  init(_ row: ComparisonRow, isHuman: Bool) {
    let answers = Self.answers(row.outputs[0], row.outputs[1])
    self.init(
      SHA256.hex(of: row.prompt), Self.item(answers), MatchUp(row.models[0], row.models[1]),
      row.judge, isHuman, row.preference, answers: answers)
    if share == nil { gap = row.state }
  }

  /// The judgments of a `judgments.jsonl`, canaries among them; a jury's judges are raters too.
  ///
  /// - Parameter names: what files and judges are called.
  static func judged(
    _ path: String, _ names: JudgingNames, isHuman: Bool
  ) throws(PublishedError) -> [Preference] {
    var rows: [ByteText: Int] = [:]
    return try JudgingRow.read(path).flatMap { row -> [Preference] in
      let prompt = ByteText(row.prompt ?? row.id)
      // Rows of one prompt keep their order, also where a judging went on.
      let place = ByteText("\(row.canary?.rawValue ?? "") \(prompt)")
      rows[place, default: 0] += 1
      let item = "row \(rows[place, default: 1])"
      let raters =
        [(names.judge, row.whole)]
        + row.members.enumerated().map { (names.member($0), $1) }
      return raters.enumerated().map { index, rater in
        let (name, answer) = rater
        return Preference(
          prompt: prompt, item: ByteText(item), matchUp: names.matchUp,
          rater: Rater(
            name: name, isHuman: isHuman, isJury: index == 0 && !row.members.isEmpty),
          share: answer.preference, gap: answer.preference == nil ? answer.state : nil,
          orders: answer.orders, canary: row.canary, look: row.look, subject: row.subject,
          answers: row.subject.flatMap { Self.answers(in: $0) })
      }
    }
  }
}
