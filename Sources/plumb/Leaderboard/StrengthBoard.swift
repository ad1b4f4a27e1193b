import Command
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

  /// - Throws: ``PublishedError`` where the files hold no comparisons by one judge, or that judge was
  ///   fooled by canaries.
  init(_ paths: [String], judge name: String?) throws {
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
    for one in own {
      guard let share = one.share, let first = places[ByteText(one.matchUp.first)],
        let second = places[ByteText(one.matchUp.second)]
      else { continue }
      let cluster = clusters[one.prompt] ?? clusters.count
      clusters[one.prompt] = cluster
      battles.append(Battle(first: first, second: second, score: share, cluster: cluster))
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
    self.systems = systems
    judge = rater.name
    self.ranking = ranking
    self.comparisons = comparisons
    self.won = won
    remarks = files.remarks
    prompts = clusters.count
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
  }

  func show(_ output: Output) throws {
    let order = systems.indices.sorted {
      (-ranking.strengths[$0].value, $0) < (-ranking.strengths[$1].value, $1)
    }
    if output.isJSON {
      for index in order {
        try output.print(
          json: Line(
            system: systems[index], judge: judge, rating: NumberLine(rating(index)),
            comparisons: comparisons[index], won: won[index],
            ranks: ranking.ranks.ranges.map { [$0[index].lowerBound, $0[index].upperBound] },
            prior: ranking.prior))
      }
      for remark in remarks { try output.print(json: RemarkLine(remark)) }
      return
    }
    output.print(
      ForeignText.printable(
        "\(Numeral.count(systems.count)) systems by Bradley–Terry strength on "
          + "\(Numeral.count(prompts)) prompts, judged by \(judge)"))
    output.print("")
    var table = TextTable([
      ("rank", .right), ("system", .left), ("rating", .right), ("interval", .left),
      ("comparisons", .right), ("won", .right),
    ])
    for index in order {
      let rating = rating(index)
      table.append([
        CompareCommand.ranks(ranking.ranks.ranges?[index]), ForeignText.printable(systems[index]),
        Numeral.fixed(rating.value, decimals: 0),
        rating.interval.map {
          "[\(Numeral.fixed($0.low, decimals: 0)), \(Numeral.fixed($0.high, decimals: 0))]"
        } ?? "", Numeral.count(comparisons[index]),
        Percent.value(won[index] / Double(comparisons[index])),
      ])
    }
    output.print(table)
    output.print("")
    for line in notes { output.print(ForeignText.printable(line)) }
  }

  private func rating(_ index: Int) -> Estimate {
    var estimate = ranking.strengths[index]
    estimate.value = BradleyTerry.rating(estimate.value)
    estimate.interval = estimate.interval.map {
      Interval(BradleyTerry.rating($0.low), BradleyTerry.rating($0.high))
    }
    return estimate
  }

  private var notes: [String] {
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
    return notes + remarks.map(\.description)
  }
}
