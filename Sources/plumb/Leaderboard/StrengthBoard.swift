import Command
import Comparing
import Published
import Report
import Runs
import Statistics

/// Systems ranked from comparisons of any of them with any other, by Bradley–Terry strength.
struct StrengthBoard {
  private let systems: [String]
  private let judge: String
  private let ranking: StrengthRanking
  private let comparisons: [Int]
  private let won: [Double]
  private let remarks: [RowRemark]
  private let prompts: Int
  /// At equal style; nil where nobody asked.
  private let styled: Styled?

  /// Strengths with what length and markup explain taken out.
  private struct Styled {
    /// Nil where style and strength cannot be told apart.
    let ranking: StrengthRanking?
    /// Of ``StyledStrengths/features``.
    let coefficients: [Estimate]
    /// Comparisons whose answers are not at hand.
    let without: Int
    /// Systems with none that has.
    let lacking: [String]
  }

  /// - Parameter styles: of the answers, where strengths at equal style are asked for too.
  /// - Throws: ``PublishedError`` where the files hold no comparisons by one judge, or that judge was
  ///   fooled by canaries.
  init(_ paths: [String], judge name: String?, styles: AnswerStyles? = nil) throws {
    let files = try PreferenceFiles(paths)
    guard !files.preferences.isEmpty else {
      throw PublishedError.content(
        file: paths[0], problem: "holds no comparisons", advice: "plumb judge --import reads it")
    }
    let rater = try JudgeChoice(files, paths).rater(named: name)
    let member = MatchUpSummary.Member(
      rater, [], canaries: files.canaries.filter { $0.rater == rater })
    guard member.fooledBy.isEmpty else {
      throw PublishedError.content(
        file: paths[0],
        problem: "judge \(rater.name) \(CanaryKind.warning(member.fooledBy))",
        advice: "no ranks follow from it; take another judge")
    }
    let own = files.preferences.filter { $0.rater == rater && $0.share != nil }
    guard !own.contains(where: { $0.look != nil }) else {
      throw PublishedError.content(
        file: paths[0],
        problem: "is of a judging that stops once it is decided, which overstates strengths",
        advice: "judge it without --stop-when decided")
    }
    // By name: which row comes first changes no number.
    let systems = own.flatMap { [$0.matchUp.first, $0.matchUp.second] }.distinctTexts
      .sorted { ByteText($0) < ByteText($1) }
    let places = Dictionary(
      systems.enumerated().map { (ByteText($1), $0) }, uniquingKeysWith: { one, _ in one })
    var clusters: [ByteText: Int] = [:]
    var comparisons = [Int](repeating: 0, count: systems.count)
    var won = [Double](repeating: 0, count: systems.count)
    var battles: [Battle] = []
    var dressed: [Battle] = []
    for one in own {
      guard let share = one.share, let first = places[ByteText(one.matchUp.first)],
        let second = places[ByteText(one.matchUp.second)]
      else { continue }
      let cluster = clusters[one.prompt] ?? clusters.count
      clusters[one.prompt] = cluster
      var battle = Battle(first: first, second: second, score: share, cluster: cluster)
      battles.append(battle)
      if let found = styles?.styles(of: one) {
        battle.style = found.first.densityDifference(from: found.second)
        dressed.append(battle)
      }
      comparisons[first] += 1
      comparisons[second] += 1
      won[first] += share
      won[second] += 1 - share
    }
    let groups = WinGraph.groups(battles, players: systems.count)
    guard groups.count < 2 else {
      let named = groups.map { $0.map { systems[$0] }.joined(separator: ", ") }
      throw PublishedError.content(
        file: paths[0],
        problem: "compares systems that nothing connects: \(named.joined(separator: "; "))",
        advice: "add comparisons between them, or take one group at a time")
    }
    guard let ranking = StrengthRanking(battles, players: systems.count) else {
      throw PublishedError.content(
        file: paths[0], problem: "has no comparisons of two systems with a verdict",
        advice: "give files of judged pairs")
    }
    styled = styles.map { _ in Self.styled(dressed, systems, without: battles.count - dressed.count)
    }
    self.systems = systems
    judge = rater.name
    self.ranking = ranking
    self.comparisons = comparisons
    self.won = won
    remarks = files.remarks
    prompts = clusters.count
  }

  private static func styled(_ battles: [Battle], _ systems: [String], without: Int) -> Styled {
    let known = Set(battles.flatMap { [$0.first, $0.second] })
    let lacking = systems.indices.filter { !known.contains($0) }.map { systems[$0] }
    let isWhole = lacking.isEmpty && WinGraph.groups(battles, players: systems.count).count == 1
    let found = isWhole ? StrengthRanking.atEqualStyle(battles, players: systems.count) : nil
    return Styled(
      ranking: found?.ranking, coefficients: found?.coefficients ?? [], without: without,
      lacking: lacking)
  }

  /// What `--json` prints for each system; ratings are 400·θ/ln 10 + 1000.
  struct Line: Encodable {
    let kind = "strength"
    let system: String
    let judge: String
    let rating: NumberLine
    let comparisons: Int
    let won: Double
    let ranks: [Int]?
    let prior: Double
    /// At equal length and markup.
    let styleControlledRating: NumberLine?
    let styleControlledRanks: [Int]?
  }

  /// What `--json` prints of style: in logits per standard deviation of a feature.
  struct StyleLine: Encodable {
    let kind = "style"
    let feature: String
    let judge: String
    let coefficient: NumberLine
  }

  func show(_ output: Output) throws {
    let ranked = styled?.ranking ?? ranking
    let order = systems.indices.sorted {
      (-ranked.strengths[$0].value, $0) < (-ranked.strengths[$1].value, $1)
    }
    if output.givesRecords {
      for index in order {
        try output.print(
          json: Line(
            system: systems[index], judge: judge,
            rating: NumberLine(Self.rating(ranking.strengths[index])),
            comparisons: comparisons[index], won: won[index],
            ranks: Self.ranks(ranking, index), prior: ranking.prior,
            styleControlledRating: styled?.ranking.map {
              NumberLine(Self.rating($0.strengths[index]))
            },
            styleControlledRanks: styled?.ranking.flatMap { Self.ranks($0, index) }))
      }
      for (feature, coefficient) in zip(StyledStrengths.features, styled?.coefficients ?? []) {
        try output.print(
          json: StyleLine(feature: feature, judge: judge, coefficient: NumberLine(coefficient)))
      }
      for remark in remarks { try output.print(json: RemarkLine(remark)) }
      return
    }
    output.print(
      ForeignText.printable(
        "\(Numeral.count(systems.count)) systems by Bradley–Terry strength on "
          + "\(Numeral.count(prompts)) prompts, judged by \(judge)"))
    output.print("")
    let columns: [(heading: String, alignment: TextTable.Alignment)] =
      styled?.ranking == nil ? [] : [("at equal style", .right), ("interval", .left)]
    var table = TextTable(
      [("rank", .right), ("system", .left)] + columns
        + [
          ("rating", .right), ("interval", .left), ("comparisons", .right), ("won", .right),
        ])
    for index in order {
      table.append(
        [ComparisonTable.ranks(ranked.ranks.ranges?[index]), ForeignText.printable(systems[index])]
          + (styled?.ranking.map { Self.cells($0.strengths[index]) } ?? [])
          + Self.cells(ranking.strengths[index])
          + [
            Numeral.count(comparisons[index]),
            Percent.value(won[index] / Double(comparisons[index])),
          ])
    }
    output.print(table)
    output.print("")
    for line in notes { output.print(ForeignText.printable(line)) }
  }

  private static func cells(_ strength: Estimate) -> [String] {
    let rating = rating(strength)
    return [
      Numeral.fixed(rating.value, decimals: 0),
      rating.interval.map {
        "[\(Numeral.fixed($0.low, decimals: 0)), \(Numeral.fixed($0.high, decimals: 0))]"
      } ?? "",
    ]
  }

  private static func ranks(_ ranking: StrengthRanking, _ index: Int) -> [Int]? {
    ranking.ranks.ranges.map { [$0[index].lowerBound, $0[index].upperBound] }
  }

  private static func rating(_ strength: Estimate) -> Estimate {
    var estimate = strength
    estimate.value = BradleyTerry.rating(estimate.value)
    estimate.interval = estimate.interval.map {
      Interval(BradleyTerry.rating($0.low), BradleyTerry.rating($0.high))
    }
    return estimate
  }

  /// What length and markup are worth, and what is not known of them.
  private var styleNotes: [String] {
    guard let styled else { return [] }
    var notes: [String] = []
    if styled.without > 0 {
      notes.append(
        "\(Numeral.count(styled.without)) comparison\(styled.without == 1 ? "" : "s") left out at equal "
          + "style: the answers are not in the files.")
    }
    guard styled.ranking != nil else {
      let why =
        styled.lacking.isEmpty
        ? "style and strength cannot be told apart: answers that do not differ in length or markup, or "
          + "always in the same way, or wins that follow style alone"
        : "no answers of \(styled.lacking.joined(separator: ", "))"
      return notes + ["No ratings at equal style: \(why)."]
    }
    let worth = zip(StyledStrengths.features, styled.coefficients).map { feature, one in
      func points(_ value: Double) -> String {
        Numeral.fixed(BradleyTerry.rating(value) - BradleyTerry.rating(0), decimals: 0)
      }
      let interval = one.interval.map { " [\(points($0.low)), \(points($0.high))]" } ?? ""
      return "\(feature) \(points(one.value))\(interval)"
    }
    notes.append(
      "At equal style: what differences in length and markup explain is taken out (Arena-Hard's features), "
        + "and ranks are those of these ratings. A standard deviation more of each is worth, in points: "
        + worth.joined(separator: ", ") + ".")
    return notes
  }

  private var notes: [String] {
    let ranking = styled?.ranking ?? ranking
    var notes = [
      "Ratings have mean 1000; 400 points more are odds of 10 to 1. All 95 % intervals hold together, "
        + "resampling prompts."
    ]
    if case .cannotHold(let reason) = ranking.ranks { notes.append("No ranks: \(reason).") }
    if ranking.prior > 0 {
      notes.append(
        "Some systems never lost or never won against the others: each was given \(ranking.prior) wins "
          + "and losses against an average one.")
    }
    return notes + styleNotes + remarks.map(\.description)
  }
}
