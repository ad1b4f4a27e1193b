import Runs

/// What happened to the rows of a source while they were read, for whoever asks to tell it.
public final class RowNotes {
  /// Whether bad rows are noted and left out whatever the source says of them.
  let forgives: Bool
  /// Rows that were read, bad ones included.
  public internal(set) var read = 0
  /// The bad rows that were left out.
  public internal(set) var bad: [RowProblem] = []
  /// Pairs of equal scores, which say nothing and are left out.
  public internal(set) var ties = 0
  /// Examples that say the same as an earlier one, left out where the source asks for it.
  public internal(set) var duplicates = 0
  /// Examples longer than the source allows.
  public internal(set) var long = 0
  /// Turns of the assistant before the last one of a demonstration, which only stand in its prompt.
  public internal(set) var unlearntTurns = 0

  /// Columns of the files' first rows that nothing reads.
  public internal(set) var unreadColumns: [String] = []

  public init(forgivesBadRows: Bool = false) { forgives = forgivesBadRows }

  /// What was left out, a line for each reason.
  public var remarks: [String] {
    guard let first = bad.first else { return otherRemarks }
    let be = bad.count == 1 ? "is" : "are"
    return ["\(bad.count) of \(read) rows \(be) bad and left out; the first: \(first)"]
      + otherRemarks
  }

  /// The remarks that are not about bad rows.
  public var otherRemarks: [String] {
    var lines: [String] = []
    func add(_ count: Int, _ one: String, _ more: String) {
      if count > 0 { lines.append("\(count) \(count == 1 ? one : more)") }
    }
    add(ties, "pair has equal scores and is left out", "pairs have equal scores and are left out")
    add(
      duplicates, "example repeats another and is left out",
      "examples repeat others and are left out")
    add(
      long, "example exceeds max_characters and is left out",
      "examples exceed max_characters and are left out")
    add(
      unlearntTurns,
      "answer before the last of its conversation is not learnt; learn_turns: all learns it",
      "answers before the last of their conversation are not learnt; learn_turns: all learns them")
    return lines
  }
}
