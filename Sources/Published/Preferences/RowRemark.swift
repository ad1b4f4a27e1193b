/// What a reader of numbers has to know about the rows that they come from; each is one line.
public enum RowRemark: Sendable, Equatable, CustomStringConvertible {
  /// Rows that say what an earlier row of the same comparison says.
  case repeated(rows: Int)
  /// Comparisons without a verdict that were judged again.
  case judgedAgain(comparisons: Int)
  /// Comparisons that one rater judged more than once, not always alike.
  case contradicted(comparisons: Int)
  /// Questions with a score of only one of two models.
  case scoredForOne(MatchUp, questions: Int)
  /// Raters of one match-up who judged other prompts.
  case differentPrompts(MatchUp, shared: Int, of: Int)
  /// One name for several files or judges.
  case sharedName(String, shown: [String])

  /// As JSON names it.
  public var kind: String {
    switch self {
    case .repeated: "repeated_rows"
    case .judgedAgain: "judged_again"
    case .contradicted: "judged_differently"
    case .scoredForOne: "scored_for_one_model"
    case .differentPrompts: "different_prompts"
    case .sharedName: "shared_name"
    }
  }

  /// Of what the remark is about.
  public var count: Int {
    switch self {
    case .repeated(let count), .judgedAgain(let count), .contradicted(let count),
      .scoredForOne(_, let count):
      count
    case .differentPrompts(_, let shared, let all): all - shared
    case .sharedName(_, let shown): shown.count
    }
  }

  public var description: String {
    func counted(_ count: Int, _ noun: String, _ verb: (String, String)) -> String {
      "\(count) \(noun)\(count == 1 ? "" : "s") \(count == 1 ? verb.0 : verb.1)"
    }
    switch self {
    case .repeated(let count):
      return counted(count, "row", ("repeats", "repeat"))
        + " an earlier row of the same comparison; each comparison counts once"
    case .judgedAgain(let count):
      return counted(count, "comparison", ("was", "were"))
        + " without a verdict and judged again; the verdict counts"
    case .contradicted(let count):
      return counted(count, "comparison", ("was", "were"))
        + " judged more than once, not always alike; the mean of the verdicts counts"
    case .scoredForOne(let matchUp, let count):
      return counted(count, "question", ("was", "were"))
        + " scored for only one of \(matchUp.first) and \(matchUp.second): left out of their "
        + "comparison, so that their mean scores are over different questions"
    case .differentPrompts(let matchUp, let shared, let all):
      return
        "\(matchUp.first) against \(matchUp.second): \(shared) of \(all) prompts were judged by "
        + "all raters; each rate is over its rater's own prompts"
    case .sharedName(let name, let shown):
      return "'\(name)' names different contents, which are kept apart: "
        + shown.joined(separator: ", ")
    }
  }
}
