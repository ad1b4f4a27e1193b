import Command
import Judging
import Report
import Runs

/// The numbers of a judging as text or JSON.
struct JudgeResult {
  private let summary: JudgingSummary
  private let spent: Spending
  private let lessons: [DialectBook.Lesson]
  private let drift: DriftRecord?
  private let folder: String

  /// - Parameter lessons: how servers were asked that do not take what their kind takes.
  init(
    _ summary: JudgingSummary, _ spent: Spending, _ lessons: [DialectBook.Lesson],
    _ drift: DriftRecord?, _ folder: String
  ) {
    self.drift = drift
    self.summary = summary
    self.spent = spent
    self.lessons = lessons
    self.folder = folder
  }

  private struct Line: Encodable {
    let summary: JudgingSummary
    let spending: Spending
    let servers: [DialectBook.Lesson]
    let drift: DriftRecord?
    let folder: String
  }

  func show(_ output: Output) throws {
    if output.givesRecords {
      try output.print(
        json:
          Line(summary: summary, spending: spent, servers: lessons, drift: drift, folder: folder))
      return
    }
    let order = summary.order == nil ? "in one order" : "in both orders"
    output.print(
      ForeignText.printable(
        "\(summary.first) against \(summary.second), judged by \(summary.judge) \(order): "
          + "\(Self.count(summary.prompts, "prompt"))"))
    output.print("")
    var table = TextTable([("", .left), ("", .left)])
    for (name, text) in lines { table.append([name, text]) }
    output.print(table)
    if !summary.members.isEmpty {
      output.print("")
      var members = TextTable([
        ("judge", .left), ("win rate", .right), ("interval", .left), ("agrees with jury", .right),
      ])
      for member in summary.members {
        members.append([
          ForeignText.printable(member.judge), Percent.value(member.shownResult?.winRate?.value),
          Percent.interval(member.shownResult?.winRate),
          Percent.value(summary.shownAgreement(of: member)?.value),
        ])
      }
      output.print(members)
      for member in summary.members where member.isFooled {
        output.print(
          ForeignText.printable(
            "\(member.judge): \(CanaryKind.warning(member.fooledBy ?? [])); no win rate of it is shown"
          ))
      }
    }
    output.print("")
    output.print("judgments: \(ForeignText.printable(folder))")
  }

  private var lines: [(String, String)] {
    var lines = [("win rate", headline)]
    if let corrected = summary.corrected {
      lines.append(("corrected", Percent.text(corrected.rate)))
      lines.append(("", corrected.words))
      lines.append(
        ("agreement", "\(Percent.text(corrected.agreement)) of labels have people's verdict"))
    }
    if let result = summary.shownResult { lines += Self.counts(result) }
    if let repeats = summary.repeats {
      lines.append(
        (
          "\(repeats.times) times",
          "won every time \(Percent.text(repeats.always)) · at least once \(Percent.text(repeats.once))"
        ))
    }
    lines += nulls + kin
    if let looks = summary.looks { lines.append(("judged", looks.words)) }
    if let order = summary.order {
      lines.append(("flips", "\(Percent.text(order.flipRate)) of pairs change with the order"))
      lines.append(
        (
          "first place",
          "\(Percent.text(order.firstSlot)) of answers prefer it; p \(Self.probability(order.pValue))"
        ))
      if summary.alarms.isEmpty { lines += Self.orders(order) }
    }
    let means = summary.length.means.map { Numeral.fixed($0, decimals: 0) }
    let longer =
      summary.alarms.isEmpty
      ? "; the longer one wins " + Percent.text(summary.shownLongerWins) : ""
    lines.append(("length", "\(means[0]) and \(means[1]) characters" + longer))
    let quintiles = summary.length.quintiles.map { Percent.value($0.winRate?.value) }
    if quintiles.count > 1, summary.alarms.isEmpty {
      lines.append(("", "win rate from shortest to longest: " + quintiles.joined(separator: ", ")))
    }
    if let mass = summary.mass {
      lines.append(
        (
          "label mass",
          "mean \(Numeral.fixed(mass.mean, decimals: 3)), smallest "
            + Numeral.fixed(mass.smallest, decimals: 3)
        ))
    }
    let canaries = summary.canaries.map {
      "\($0.kind.rawValue) \($0.preferred ?? Percent.value($0.winRate?.value))"
    }
    lines.append(
      (
        "canaries",
        canaries.isEmpty ? "not asked" : "preferred: " + canaries.joined(separator: ", ")
      ))
    let states = Judgment.State.allCases.compactMap { state in
      summary.answers[state.rawValue].map { "\($0) \(state.rawValue)" }
    }
    lines.append(("answers", states.joined(separator: " · ")))
    lines += Self.missing(summary.reasons ?? [])
    if let drift { lines.append(("drift", drift.words)) }
    for lesson in lessons {
      lines.append(
        (
          "asked",
          ForeignText.printable("\(lesson.server): \(lesson.dialect.words), as it teaches")
        ))
    }
    if summary.neutralized[0] > 0 {
      lines.append(
        (
          "neutralised",
          "\(Self.count(summary.neutralized[1], "place")) in "
            + Self.count(summary.neutralized[0], "comparison")
        ))
    }
    if spent.requests + spent.remembered > 0 { lines.append(("requests", requests)) }
    return lines
  }

  /// What the win rate has to beat.
  private var nulls: [(String, String)] {
    (summary.nulls ?? []).enumerated().map { place, row in
      (
        place == 0 ? "to beat" : "",
        "\(row.title): " + (row.winRate.map { Percent.text($0) } ?? "not asked")
      )
    }
  }

  private var kin: [(String, String)] {
    (summary.selfPreference ?? []).map { one in
      ("same family", ForeignText.printable(SelfPreferenceWords.text(one)))
    }
  }

  /// A judge that prefers nothing to something is not quoted.
  private var headline: String {
    guard let result = summary.shownResult else {
      return "not shown: the judge \(CanaryKind.warning(summary.alarms))"
    }
    return Percent.text(result.winRate)
  }

  /// What the orders are worth, and what other rules make of those that disagree.
  private static func orders(_ order: OrderSummary) -> [(String, String)] {
    var lines: [(String, String)] = []
    if let rules = order.rules, let tie = rules["tie"], let mean = rules["mean"] {
      let dropped = rules["dropped"].map { Percent.value($0.value) } ?? "none left"
      lines.append(
        (
          "flips as",
          "ties \(Percent.value(tie.value)) · means \(Percent.value(mean.value)) · dropped "
            + dropped
        ))
    }
    // Where all are alike nothing is to be said.
    if let spread = order.spread, spread.prompts + spread.orders > 0 {
      let parts = [spread.prompts, spread.orders].map { Numeral.fixed(100 * $0, decimals: 1) }
      let better =
        spread.orders > spread.prompts
        ? "both orders are the better use of the answers"
        : "twice the prompts in one order each would have "
          + Numeral.fixed(spread.single ?? 1, decimals: 2) + " times the error"
      lines.append(
        ("orders", "prompts differ by \(parts[0]) points, orders by \(parts[1]): \(better)"))
    }
    return lines
  }

  private static func counts(_ result: WinSummary) -> [(String, String)] {
    var lines = [("", "wins \(result.wins) · ties \(result.ties) · losses \(result.losses)")]
    let missing = result.missing.values.reduce(0, +)
    if missing > 0, let worst = result.worstCase, let best = result.bestCase {
      lines.append(
        (
          "bounds",
          "\(Percent.value(worst)) to \(Percent.value(best)) if the \(missing) without verdict were "
            + "all lost or won"
        ))
    }
    return lines
  }

  /// The most frequent reasons why answers are missing, one a line.
  private static func missing(_ reasons: [MissingReason]) -> [(String, String)] {
    let most = 5
    var lines = reasons.prefix(most).enumerated().map { place, reason in
      (place == 0 ? "missing" : "", ForeignText.printable(reason.text))
    }
    let others = reasons.dropFirst(most).reduce(0) { $0 + $1.count }
    if others > 0 { lines.append(("", "\(others) for other reasons")) }
    return lines
  }

  private var requests: String {
    var text = "\(Numeral.count(spent.requests)) sent"
    if spent.repeated > 0 { text += ", \(Numeral.count(spent.repeated)) of them again" }
    if spent.maybeBilledTwice > 0 {
      text += ", \(Numeral.count(spent.maybeBilledTwice)) maybe billed twice"
    }
    if spent.remembered > 0 { text += "; \(Numeral.count(spent.remembered)) remembered" }
    if let uncounted = spent.uncounted {
      text +=
        "; \(Numeral.count(uncounted)) answered without a count of tokens that can be read, each "
        + "taken for the most that it can cost"
    }
    if let cost = spent.cost, cost > 0 { text += "; \(Self.dollars(cost))" }
    return text
  }

  /// What a rehearsal counted.
  static func show(_ estimate: JudgingEstimate, comparisons: Int, _ output: Output) throws {
    if output.givesRecords { return try output.print(json: estimate) }
    let rest = estimate.requests - estimate.remembered
    output.print("\(count(comparisons, "comparison")), \(count(rest, "request")) to send")
    if estimate.remembered > 0 { output.print("\(Numeral.count(estimate.remembered)) remembered") }
    if estimate.local > 0 {
      output.print(
        "\(count(estimate.local, "question")) for models in this process: "
          + "\(count(estimate.localInputTokens, "token")) to read, at most "
          + "\(Numeral.count(estimate.localOutputTokens)) to write")
    }
    if estimate.tooLong > 0 {
      output.print(
        "\(Numeral.count(estimate.tooLong)) of them do not fit the model's context, can never be put to it and "
          + "would be left out; take a judge with a longer one, or a shorter --template")
    }
    if estimate.remembered > 0, rest == 0, estimate.local == 0 {
      output.print("Every answer is on record: the same command without --dry-run asks nobody.")
    } else if estimate.requests > 0 || estimate.local == 0 {
      func range(_ ends: [Int]) -> String { ends.map(Numeral.count).joined(separator: " to ") }
      output.print("input tokens   \(range(estimate.inputTokens))")
      output.print("output tokens  \(range(estimate.outputTokens))")
      let cost = estimate.cost.map { $0.map(dollars).joined(separator: " to ") }
      output.print("cost           \(cost ?? "unknown; --prices FILE names prices")")
    }
    output.print("Nothing was sent.")
  }

  /// How far batch files are.
  static func show(_ state: BatchState, _ folder: String, _ output: Output) throws {
    if output.givesRecords, state.left > 0 { return try output.print(json: state) }
    if state.read > 0 { output.note("\(count(state.read, "answer")) read from \(folder)") }
    if state.foreign > 0 {
      output.note(
        "\(count(state.foreign, "result")) there \(state.foreign == 1 ? "belongs" : "belong") to other questions"
      )
    }
    if state.repeated > 0 {
      output.complain(
        (state.repeated == 1
          ? "1 result there is another answer to a request that has one"
          : "\(state.repeated) results there are other answers to requests that have one")
          + "; the first counts")
    }
    if state.failed > 0 {
      output.note(
        state.failed == 1
          ? "1 request was not answered, and is written again"
          : "\(state.failed) requests were not answered, and are written again")
    }
    guard state.left > 0 else { return }
    output.print("\(count(state.left, "request")) written to \(folder); nothing was sent")
    output.print(
      "Send requests-* to the batch service, put what it returns there as results*.jsonl, and give "
        + "the same command.")
  }

  // MARK: Numbers

  private static func count(_ value: Int, _ noun: String) -> String {
    "\(Numeral.count(value)) \(noun)\(value == 1 ? "" : "s")"
  }

  private static func probability(_ value: Double) -> String {
    value < 0.001 ? "< 0.001" : "= " + Numeral.fixed(value, decimals: 3)
  }

  private static func dollars(_ value: Double) -> String {
    "$" + Numeral.fixed(value, decimals: value < 1 ? 4 : 2)
  }
}
