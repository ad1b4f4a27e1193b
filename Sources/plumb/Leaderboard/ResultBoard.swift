import Command
import Published

/// Boards of benchmarks that need no judge: their files say who is right.
enum ResultBoard {
  case rewards(RewardBoard)
  case scores(ScoreBoard)

  /// Nil where the files hold judgments.
  ///
  /// - Throws: ``PublishedError`` for files that do not belong on one board.
  init?(_ paths: [String]) throws {
    let formats = paths.map { ResultFormat(path: $0) }
    guard formats.contains(where: { $0 != nil }) else { return nil }
    let kinds = formats.map { format in
      switch format {
      case .rewardBench, .rewardBenchPairs, .rewardBenchTwo: 1
      case .harness, .inspect: 2
      case nil: 0
      }
    }
    for (path, kind) in zip(paths, kinds) where kind != kinds[0] {
      throw PublishedError.content(
        file: path, problem: "is not of the kind that \(paths[0]) is",
        advice: "give files of one benchmark")
    }
    let files = zip(paths, formats).compactMap { path, format in format.map { (path, $0) } }
    self = kinds[0] == 1 ? .rewards(try RewardBoard(files)) : .scores(try ScoreBoard(files))
  }

  func show(_ output: Output) throws {
    switch self {
    case .rewards(let board): try board.show(output)
    case .scores(let board): try board.show(output)
    }
  }
}
