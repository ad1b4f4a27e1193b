import Command
import Foundation
import Published
import Report
import Statistics

/// `plumb leaderboard`: models ranked by their judgments against one baseline.
struct LeaderboardCommand {
  let files: [String]
  let difficulty: String?
  let anchors: [String]

  func perform(_ output: Output) throws -> ExitCode {
    let control = try LengthSettings(difficulty: difficulty, anchors: anchors)
    var entries: [LeaderboardEntry] = []
    for file in files { entries += try LeaderboardEntry.read(file, control: control) }
    let baselines = Set(entries.map(\.baseline))
    if baselines.count > 1 {
      output.note("the files have different baselines; their win rates are not comparable")
    }
    let (ranks, shared) = Self.ranks(entries)
    let order = entries.indices.sorted {
      (-entries[$0].winRate.value, $0) < (-entries[$1].winRate.value, $1)
    }
    if output.isJSON {
      for index in order { try output.print(json: Line(entries[index], ranks?[index])) }
      return .success
    }
    output.print(
      "\(Numeral.count(entries.count)) model\(entries.count == 1 ? "" : "s") against "
        + baselines.sorted().map { ForeignText.printable($0) }.joined(separator: ", ")
        + "; 95 % intervals over prompts, by resampling them")
    output.print("")
    var table = TextTable([
      ("rank", .right), ("model", .left), ("win rate", .right), ("interval", .left),
      ("at equal length", .right), ("interval", .left), ("prompts", .right), ("missing", .right),
    ])
    for index in order {
      let entry = entries[index]
      table.append([
        CompareCommand.ranks(ranks?[index]), ForeignText.printable(entry.model),
        CompareCommand.value(entry.winRate, scale: 100) + " %",
        CompareCommand.interval(entry.winRate, scale: 100),
        entry.lengthControlled.map { CompareCommand.value($0, scale: 100) + " %" } ?? "",
        entry.lengthControlled.map { CompareCommand.interval($0, scale: 100) } ?? "",
        Numeral.count(entry.scores.count), Numeral.count(entry.missing),
      ])
    }
    output.print(table)
    output.print("")
    if ranks != nil {
      output.print("Ranks hold together with 95 % confidence, on the \(shared) prompts all share.")
    }
    if entries.contains(where: { $0.lengthControlled != nil }) { output.print(control.remark) }
    return .success
  }

  /// Rank intervals over the prompts that all files share; nil where those are too few.
  private static func ranks(_ entries: [LeaderboardEntry]) -> ([ClosedRange<Int>]?, Int) {
    let shared = entries.dropFirst().reduce(Set(entries[0].scores.keys)) {
      $0.intersection($1.scores.keys)
    }
    let prompts = shared.sorted()
    let scores = entries.map { entry in prompts.compactMap { entry.scores[$0] } }
    return (RankIntervals.ranks(scores), prompts.count)
  }

  /// What `--json` prints for each model.
  struct Line: Encodable {
    let kind = "model"
    let model: String
    let baseline: String
    let winRate: NumberLine
    let lengthControlled: NumberLine?
    let missing: Int
    let ranks: [Int]?

    private enum CodingKeys: String, CodingKey {
      case kind, model, baseline, missing, ranks
      case winRate = "win_rate"
      case lengthControlled = "length_controlled_win_rate"
    }

    init(_ entry: LeaderboardEntry, _ ranks: ClosedRange<Int>?) {
      model = entry.model
      baseline = entry.baseline
      winRate = NumberLine(entry.winRate)
      lengthControlled = entry.lengthControlled.map { NumberLine($0) }
      missing = entry.missing
      self.ranks = ranks.map { [$0.lowerBound, $0.upperBound] }
    }
  }
}
