import Command
import Published
import Report
import Runs
import Statistics

/// `plumb leaderboard`: models ranked by judgments, or by what benchmarks say of them.
struct LeaderboardCommand {
  private let request: LeaderboardRequest

  /// - Throws: `PublishedError` for a run without judgments.
  init(request: LeaderboardRequest) throws {
    var request = request
    request.files = try RunJudgments.expanded(request.files)
    self.request = request
  }

  func perform(_ output: Output) throws -> ExitCode {
    if let board = try ResultBoard(request.files) {
      try board.show(output)
    } else if request.ranksByStrength {
      if request.controlsStyle {
        try AnswerStyles.check(request.files, answers: request.answers)
      }
      try StrengthBoard(
        request.files, judge: request.judge,
        styles: request.controlsStyle
          ? AnswerStyles(request.files, answers: request.answers) : nil
      ).show(output)
    } else {
      try showWinRates(output)
    }
    return .success
  }

  private func showWinRates(_ output: Output) throws {
    let control = try LengthSettings(difficulty: request.difficulty, anchors: request.anchors)
    var board = try Leaderboard(request.files, judge: request.judge, control: control)
    if board.baselines.count > 1 {
      output.note("the files have different baselines; their win rates are not comparable")
    }
    if request.controlsStyle {
      try AnswerStyles.check(request.files, answers: request.answers)
      let games = try StyledGames(
        request.files, judge: board.rater, board.preferences, answers: request.answers)
      if games.without > 0 {
        output.note(
          "\(games.without) games are left out at equal style: their answers are not in the files"
            + (request.answers.isEmpty ? "" : " of --answers"))
      }
      board.setStyle(games.estimates(of: board.entries.map(\.matchUp)))
    }
    if output.givesRecords {
      let ranges = board.ranks.ranges ?? []
      for (index, entry) in board.entries.enumerated() {
        try output.print(json: Line(entry, ranges.indices.contains(index) ? ranges[index] : nil))
      }
      for one in board.differences {
        try output.print(json: DifferenceLine(one, judge: board.judge))
      }
      for remark in board.remarks { try output.print(json: RemarkLine(remark)) }
      return
    }
    LeaderboardText(board, remark: control.remark).print(output)
  }

  /// What `--json` prints for each model.
  struct Line: Encodable {
    let kind = "model"
    let model: String
    let baseline: String
    let judge: String
    let winRate: NumberLine?
    let wins: Int?
    let ties: Int?
    let losses: Int?
    let lengthControlled: NumberLine?
    let lengthObjection: String?
    let styleControlled: NumberLine?
    let arenaHard: NumberLine?
    let missing: Int
    let ranks: [Int]?
    let fooledBy: [String]?

    private enum CodingKeys: String, CodingKey {
      case kind, model, baseline, judge, wins, ties, losses, missing, ranks, winRate, fooledBy
      case lengthControlled = "lengthControlledWinRate"
      case lengthObjection = "notLengthControlled"
      case styleControlled = "styleControlledWinRate"
      case arenaHard = "arenaHardScore"
    }

    init(_ entry: LeaderboardEntry, _ ranks: ClosedRange<Int>?) {
      model = entry.matchUp.first
      baseline = entry.matchUp.second
      judge = entry.member.rater.name
      winRate = entry.winRate.map { NumberLine($0) }
      wins = entry.member.tally?.wins
      ties = entry.member.tally?.ties
      losses = entry.member.tally?.losses
      lengthControlled = entry.lengthControlled.map { NumberLine($0) }
      lengthObjection = entry.lengthObjection
      styleControlled = entry.styleControlled.map { NumberLine($0) }
      arenaHard = entry.arenaHard.map { NumberLine($0) }
      missing = entry.missing
      self.ranks = ranks.map { [$0.lowerBound, $0.upperBound] }
      let kinds = entry.member.fooledBy.map(\.rawValue)
      fooledBy = kinds.isEmpty ? nil : kinds
    }
  }
}
