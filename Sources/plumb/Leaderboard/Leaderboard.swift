import Judging
import Published
import Runs
import Statistics

/// Models with their win rates against one baseline, by one judge.
struct Leaderboard {
  /// Best first; those without a win rate last.
  private(set) var entries: [LeaderboardEntry]
  let judge: String
  let rater: Preference.Rater
  /// What it said, model by model against the baseline.
  let preferences: [Preference]
  /// Mostly one.
  let baselines: [String]
  let ranks: Ranks
  /// Win rates of every two held against each other, paired by prompt; empty where no ranks can hold, and
  /// beyond ``mostContrasted`` models.
  let differences: [JudgedDifference]
  /// Prompts with a verdict on every model that has a win rate.
  let shared: Int
  let remarks: [RowRemark]
  /// So many models have their pairs listed.
  static let mostContrasted = 20

  /// In percent.
  var confidence: String { IntervalBasis.percent(Inference().confidence) }

  /// - Throws: ``PublishedError`` where the files hold no judge's comparisons with a baseline, or
  ///   those of several judges, of whom none is named.
  init(_ paths: [String], judge name: String?, control: LengthSettings) throws {
    let formats = try Self.formats(paths)
    let files = try PreferenceFiles(paths)
    let rater = try JudgeChoice(files, paths).rater(named: name)
    let own = files.preferences.filter { $0.rater == rater }
    let turned = try Self.turned(own, formats, paths)
    func facing(_ all: [Preference]) -> [Preference] {
      all.filter { $0.rater == rater }.map { turned.contains($0.matchUp) ? $0.flipped : $0 }
    }
    let preferences = facing(files.preferences)
    let byMatchUp = Dictionary(grouping: preferences, by: \.matchUp)
    let canaries = Dictionary(grouping: facing(files.canaries), by: \.matchUp)
    var matchUps: Set<MatchUp> = []
    var found = preferences.map(\.matchUp).filter { matchUps.insert($0).inserted }.map { matchUp in
      LeaderboardEntry(
        matchUp, rater, byMatchUp[matchUp] ?? [], canaries: canaries[matchUp] ?? [])
    }
    guard found.contains(where: { !$0.shares.isEmpty }) else {
      throw PublishedError.content(
        file: paths[0], problem: "holds no verdict", advice: "judge it again")
    }
    try Self.addLengths(&found, paths, formats, control)
    try Self.addArena(&found, paths, formats)
    self.judge = rater.name
    self.rater = rater
    self.preferences = preferences
    baselines = found.map(\.matchUp.second).distinctTexts
    // Equals by name, so that the order of rows says nothing.
    entries = found.indices.sorted { one, other in
      func key(_ place: Int) -> (Double, ByteText, Int) {
        (-(found[place].winRate?.value ?? -1), ByteText(found[place].matchUp.first), place)
      }
      return key(one) < key(other)
    }.map { found[$0] }
    let ranked = entries.filter { $0.winRate != nil }
    let prompts = Set(ranked.flatMap(\.shares.keys)).sorted()
    shared = prompts.count { prompt in ranked.allSatisfy { $0.shares[prompt] != nil } }
    let systems = ranked.map { entry in [prompts.map { entry.shares[$0] ?? [] }] }
    let objection =
      baselines.count > 1
      ? "win rates against \(baselines.joined(separator: " and against ")) say nothing of each other"
      : preferences.contains { $0.look != nil }
        ? "judging that stops once it is decided overstates differences between models" : nil
    let pairs = objection == nil ? Inference().differences(systems) : []
    ranks =
      objection.map { .cannotHold(reason: $0) } ?? Inference().ranks(systems, pairs: pairs)
    let isRanked = if case .hold = ranks { true } else { false }
    differences =
      isRanked && (2...Self.mostContrasted).contains(ranked.count)
      ? Self.differences(ranked, systems, pairs) : []
    remarks = files.remarks
  }

  /// What has to be known about rates at equal style; nil where nothing has, or none were asked for.
  private(set) var styleRemark: String?

  mutating func setStyle(_ estimates: [MatchUp: Estimate]) {
    if estimates.count < entries.count {
      styleRemark =
        "No win rate at equal style where style and model cannot be told apart: answers that do not "
        + "differ in length or markup, or all in the same way, wins that follow style alone, a model that "
        + "always won or always lost."
    }
    for index in entries.indices {
      entries[index].styleControlled = estimates[entries[index].matchUp]
    }
  }

  private static func differences(
    _ ranked: [LeaderboardEntry], _ systems: [[[[Double]]]], _ pairs: [Inference.Pair]
  ) -> [JudgedDifference] {
    Inference().contrasts([systems], pairs: [pairs])[0].map { contrast in
      JudgedDifference(
        first: ranked[contrast.first].matchUp.first, second: ranked[contrast.second].matchUp.first,
        opponent: ranked[0].matchUp.second,
        difference: JudgedShare(contrast.difference.estimate),
        pValue: contrast.difference.pValue, correctedPValue: contrast.correctedPValue,
        test: contrast.difference.test.rawValue, promptsNeeded: contrast.promptsNeeded)
    }
  }

  // MARK: Reading

  private static func formats(_ paths: [String]) throws -> [JudgmentFormat] {
    try paths.map { path in
      let format = try JudgmentFormat(path: PreferenceFiles.file(path))
      guard ![.scores, .annotation, .annotationKey].contains(format) else {
        throw PublishedError.content(
          file: path, problem: "holds no judge's comparisons with a baseline",
          advice: "plumb judge --import reads it")
      }
      return format
    }
  }

  /// Match-ups to be turned round so that the baseline stands second: it is what all comparisons
  /// share, or what each file says.
  private static func turned(
    _ preferences: [Preference], _ formats: [JudgmentFormat], _ paths: [String]
  ) throws -> Set<MatchUp> {
    let matchUps = Set(preferences.map(\.matchUp))
    let seconds = Set(matchUps.map { ByteText($0.second) })
    if seconds.count == 1 { return [] }
    let shared = matchUps.reduce(seconds.union(matchUps.map { ByteText($0.first) })) {
      $0.intersection([ByteText($1.first), ByteText($1.second)])
    }
    if let baseline = shared.min() {
      return matchUps.filter { ByteText($0.first) == baseline }
    }
    guard !formats.contains(.mtBench) else {
      throw PublishedError.content(
        file: paths.count == 1 ? paths[0] : "the files",
        problem: "has comparisons that share no baseline",
        advice: "give a file of comparisons with one model, or --bradley-terry")
    }
    return []
  }

  private static func addLengths(
    _ entries: inout [LeaderboardEntry], _ paths: [String], _ formats: [JudgmentFormat],
    _ control: LengthSettings
  ) throws {
    let files = zip(paths, formats).filter { $0.1 == .alpacaEval }.map(\.0)
    guard let rater = entries.first?.member.rater.name else { return }
    let all = Set(entries.map(\.matchUp))
    var annotations: [MatchUp: [AlpacaAnnotation]] = [:]
    for file in files {
      for row in try AlpacaAnnotation.read(file) where ByteText(row.annotator) == ByteText(rater) {
        let (matchUp, turned) = (
          MatchUp(row.model, row.baseline), MatchUp(row.baseline, row.model)
        )
        if all.contains(matchUp) { annotations[matchUp, default: []].append(row) }
        if turned != matchUp, all.contains(turned) {
          annotations[turned, default: []].append(row.flipped)
        }
      }
    }
    for index in entries.indices where entries[index].winRate != nil {
      let entry = entries[index]
      let once = AlpacaAnnotation.distinct(annotations[entry.matchUp] ?? [])
      // Of rows without lengths, as of other formats, not all of the model's prompts would count.
      guard Set(once.map { ByteText($0.instruction) }).count == entry.shares.count else { continue }
      let rows = try AlpacaScore.comparisons(once, difficulty: control.difficulty, file: files[0])
      entries[index].lengthControlled = Self.withoutNarrow(
        LengthControl.estimate(
          rows, clusters: once.filter { $0.preference != nil }.map(\.instruction),
          anchor: control.anchor, bootstrap: ClusterBootstrap(resamples: 500)))
      guard entries[index].lengthControlled == nil else { continue }
      entries[index].lengthObjection =
        LengthControl.objection(to: rows) ?? "the fit has no solution"
    }
  }

  private static func addArena(
    _ entries: inout [LeaderboardEntry], _ paths: [String], _ formats: [JudgmentFormat]
  ) throws {
    var judgments: [ArenaJudgment] = []
    for (path, format) in zip(paths, formats) where format == .arenaHard {
      judgments += try ArenaJudgment.read(path)
    }
    let once = Dictionary(grouping: ArenaJudgment.distinct(judgments), by: \.matchUp)
    for index in entries.indices where entries[index].winRate != nil {
      let entry = entries[index]
      let own = (once[entry.matchUp] ?? []).filter {
        ByteText($0.judge) == ByteText(entry.member.rater.name)
      }
      let questions = Dictionary(grouping: own) { ByteText($0.question) }.sorted { $0.key < $1.key }
      entries[index].arenaHard = Self.withoutNarrow(
        ArenaHard.score(questions.map { $0.value.flatMap(\.verdicts) }))
    }
  }

  /// Resamples of equal verdicts are equal, and an interval from them says nothing.
  private static func withoutNarrow(_ estimate: Estimate?) -> Estimate? {
    var shown = estimate
    if let found = estimate?.interval, found.high - found.low < 1e-9 { shown?.interval = nil }
    return shown
  }
}
