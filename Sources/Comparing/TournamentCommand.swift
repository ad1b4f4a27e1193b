import Command
import Foundation
import Judging
import Report
import Runs
import Statistics

/// `plumb judge` of three systems and more: who meets whom next is chosen by what is still open of their
/// order, until it is resolved.
///
/// The ledger makes it go on where it was stopped: what was answered is read back, and the same choices
/// follow from it.
struct TournamentCommand: Sendable {
  let request: JudgeRequest
  let refusesColor: Bool
  let local: (@Sendable () -> JudgeAssembly.Local)?

  /// One pair with its questions in random order, and what came of them.
  private struct Match {
    let questions: JudgingQuestions
    /// Items of each prompt, in the order of asking.
    let prompts: [[Int]]
    var judgments: [Judgment?]

    init(_ pairs: [JudgingPair], seed: UInt64, margin: Double?) {
      questions = JudgingQuestions(
        pairs, canaries: 0, seed: seed, stop: JudgingStop(margin: margin))
      let places = Dictionary(grouping: questions.items.indices) { [questions] in
        questions.items[$0].look ?? 0
      }
      prompts = places.sorted { $0.key < $1.key }.map(\.value)
      judgments = Array(repeating: nil, count: questions.items.count)
    }

    /// The mean over the rows of a prompt; nil without a verdict.
    func share(_ prompt: Int) -> Double? {
      Sample.mean(prompts[prompt].compactMap { judgments[$0]?.preference })
    }
  }

  func perform(_ output: Output) async throws -> ExitCode {
    let environment = ProcessInfo.processInfo.environment
    let input = try TournamentInput(request)
    if let words = JudgingInput.repetition(rows: input.rowCount, prompts: input.prompts) {
      output.note(words)
    }
    let goal = RankingTournament.Goal(request.goal ?? .ranking)
    guard
      var tournament = RankingTournament(
        players: input.files.count, prompts: input.prompts, goal: goal,
        margin: request.stop?.margin)
    else {
      throw CommandError.badValue(
        option: "--stop-when", value: goal.words,
        expected: "ranking, or top-K with K below the number of systems")
    }
    let assembly = try JudgeAssembly(
      JudgingSettings(request), environment: environment, local: local?())
    let canaries = assembly.asksModels ? request.canaries : 0
    var matches = tournament.duels.map {
      Match(input.pairs($0.first, $0.second), seed: request.seed, margin: request.stop?.margin)
    }
    let fools = JudgingQuestions(input.pairs(0, 1), canaries: canaries, seed: request.seed)
    let foolish = fools.items.filter { $0.canary != nil }.map(\.question)
    let cache = try assembly.cache(environment: environment, mustExist: request.isDryRun)
    if request.isDryRun {
      let all = foolish + matches.flatMap { $0.questions.items.map(\.question) }
      let estimate = try await assembly.rehearse(all, cache: cache)
      output.note("at most, were every pair asked about every prompt:")
      try JudgeResult.show(estimate, comparisons: all.count, output)
      return .success
    }
    let directory = JudgingDirectory(URL(filePath: try folder(input)).standardizedFileURL)
    let asked = input.record(request, judge: try assembly.identity, canaries: canaries)
    let lock = try directory.begin(asked)
    defer { lock.close() }
    let session = try await JudgingSession(assembly, ledger: directory.ledger, cache: cache)
    let progress = JudgeProgress(output, refusesColor: refusesColor)
    let meter = assembly.meter
    func ask(_ questions: [JudgeQuestion]) async throws -> ([Judgment?], (any Error)?) {
      try await session.perform(
        questions,
        interruption: { Signals.interruption == nil ? nil : JudgingError.interrupted },
        progress: { await progress.show($0, cost: meter.spending.cost) })
    }
    let (fooled, problem) = try await ask(foolish)
    var stop = problem
    let rest = [Judgment?](repeating: nil, count: fools.items.count - foolish.count)
    let alarms = JudgingSummary(
      first: input.names[0], second: input.names[1], judge: session.judge,
      fools.pairs(fooled + rest)
    ).alarms
    while stop == nil, alarms.isEmpty {
      let next = within(request.budget, tournament)
      guard !next.isEmpty else { break }
      let places = next.map { one in
        one.prompts.flatMap { matches[one.duel].prompts[$0] }
      }
      let questions = zip(next, places).flatMap { one, places in
        places.map { matches[one.duel].questions.items[$0].question }
      }
      let (found, problem) = try await ask(questions)
      stop = problem
      var start = 0
      for (one, places) in zip(next, places) {
        for (offset, place) in places.enumerated() {
          matches[one.duel].judgments[place] = found[start + offset]
        }
        start += places.count
      }
      guard stop == nil else { break }
      for one in next {
        for prompt in one.prompts { tournament.add(matches[one.duel].share(prompt), to: one.duel) }
      }
    }
    await progress.finish()
    let record = record(tournament, input, session.judge.identity.name, alarms)
    try write(record, matches, input, asked, in: directory, session.judge)
    try RecordFile.write(sealing: await session.spending, to: directory.spending)
    if !session.lessons.isEmpty { try RecordFile.write(session.lessons, to: directory.servers) }
    if let stop {
      if case JudgingError.interrupted = stop, let interruption = Signals.interruption {
        output.note("\(stop)")
        return interruption.exitCode
      }
      throw stop
    }
    try TournamentLines(record, folder: directory.url.path).show(output)
    let failures = matches.flatMap(\.judgments).compactMap(\.self).filter { $0.state == .failed }
    let reasons = MissingReason.all(failures)
    if let words = MissingReason.leftOut(reasons) { output.complain(words) }
    let repeatable = MissingReason.repeatable(reasons)
    guard repeatable == 0 else {
      let why = reasons.first { !$0.isLasting }.map { " (\($0.text))" } ?? ""
      output.note("\(repeatable) questions failed\(why); the same command asks them again")
      return .incomplete
    }
    // Going on would not bring a single verdict.
    if !failures.isEmpty, failures.count == matches.flatMap(\.judgments).compactMap(\.self).count {
      return .judge
    }
    guard alarms.isEmpty else { return .expectationMissed }
    return record.isResolved ? .success : .undecided
  }

  /// What is asked next, as far as the budget goes.
  private func within(
    _ budget: Int?, _ tournament: RankingTournament
  ) -> [RankingTournament.Request] {
    guard let budget else { return tournament.next }
    var left = max(0, budget - tournament.asked)
    return tournament.next.compactMap { one in
      let part = one.prompts.prefix(left)
      left -= part.count
      return part.isEmpty ? nil : RankingTournament.Request(duel: one.duel, prompts: part)
    }
  }

  private func folder(_ input: TournamentInput) throws -> String {
    try request.output
      ?? "runs/tournament-\(FolderName.of(input.names))-\(JudgeCommand.judges(request))"
  }

  // MARK: Records

  private func record(
    _ tournament: RankingTournament, _ input: TournamentInput, _ judge: String,
    _ alarms: [CanaryKind]
  ) -> TournamentRecord {
    let ranks = tournament.ranks
    let strengths = tournament.strengths
    let systems = tournament.standing.map { place in
      let own = tournament.duels.filter { $0.first == place || $0.second == place }
      return TournamentRecord.System(
        name: input.names[place], sha256: input.files[place].sha256,
        ranks: [ranks[place].lowerBound, ranks[place].upperBound],
        rating: BradleyTerry.rating(strengths[place]),
        comparisons: own.reduce(0) { $0 + $1.asked }, scored: own.reduce(0) { $0 + $1.scored },
        won: own.reduce(0) { $0 + ($1.first == place ? $1.won : Double($1.scored) - $1.won) })
    }
    let pairs = tournament.duels.map { duel in
      TournamentRecord.Pair(
        first: input.names[duel.first], second: input.names[duel.second], comparisons: duel.asked,
        scored: duel.scored, won: duel.won, decision: duel.decision?.rawValue,
        folder: duel.asked == 0 ? nil : "pairs/\(duel.first + 1)-\(duel.second + 1)")
    }
    return TournamentRecord(
      judge: judge, goal: tournament.goal.words,
      isResolved: tournament.isResolved && alarms.isEmpty,
      hasCircle: tournament.hasCircle, confidence: tournament.confidence,
      margin: tournament.margin, seed: request.seed, prompts: tournament.prompts,
      systems: systems, pairs: pairs, fooledBy: alarms)
  }

  /// Every pair that met in a folder as `plumb judge` writes it, marked as one that stops once it is
  /// decided.
  private func write(
    _ record: TournamentRecord, _ matches: [Match], _ input: TournamentInput,
    _ asked: JudgingRecord, in directory: JudgingDirectory, _ judge: any Judge
  ) throws {
    let pairs = (0..<input.files.count).flatMap { first in
      (first + 1..<input.files.count).map { (first, $0) }
    }
    // Pairs that another order of prompts brought together.
    let kept = Set(record.pairs.compactMap(\.folder))
    let old = directory.url.appending(path: "pairs")
    for name in (try? FileManager.default.contentsOfDirectory(atPath: old.path)) ?? []
    where !kept.contains("pairs/\(name)") {
      try FileManager.default.removeItem(at: old.appending(path: name))
    }
    for (place, match) in matches.enumerated() {
      guard let name = record.pairs[place].folder else { continue }
      let folder = JudgingDirectory(directory.url.appending(path: name))
      try FileManager.default.createDirectory(at: folder.url, withIntermediateDirectories: true)
      var own = asked
      own.first = input.file(pairs[place].0)
      own.second = input.file(pairs[place].1)
      own.canaries = 0
      own.stop = JudgingStop(margin: request.stop?.margin)
      try RecordFile.write(own, to: folder.record)
      let judged = match.questions.pairs(match.judgments)
      let summary = JudgingSummary(
        first: own.first.name, second: own.second.name, judge: judge, judged,
        looks: JudgingSummary.Looks(
          prompts: match.prompts.count, judged: record.pairs[place].comparisons,
          decision: record.pairs[place].decision.flatMap { .init(rawValue: $0) },
          margin: record.margin))
      try folder.finish(
        judged, request.omitsTexts ? nil : match.questions.texts(match.judgments), summary,
        Spending(), [])
    }
    try RecordFile.write(record, to: directory.url.appending(path: TournamentRecord.file))
  }
}

extension RankingTournament.Goal {
  init(_ goal: JudgeRequest.Goal) {
    switch goal {
    case .ranking: self = .ranking
    case .top(let count): self = .top(count)
    }
  }

  var words: String {
    switch self {
    case .ranking: "ranking"
    case .top(let count): "top-\(count)"
    }
  }
}
