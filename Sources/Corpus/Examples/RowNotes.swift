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

  public init(forgivesBadRows: Bool = false) { forgives = forgivesBadRows }

  /// What was left out, a line for each reason.
  public var remarks: [String] {
    var lines: [String] = []
    if let first = bad.first {
      lines.append(
        "\(bad.count) of \(read) rows \(bad.count == 1 ? "is" : "are") bad and left out; "
          + "the first: \(first)")
    }
    if ties > 0 { lines.append("\(ties) pairs have equal scores and are left out") }
    if duplicates > 0 { lines.append("\(duplicates) examples repeat others and are left out") }
    if long > 0 { lines.append("\(long) examples exceed max_characters and are left out") }
    if unlearntTurns > 0 {
      lines.append(
        "\(unlearntTurns) answers before the last of their conversation are not learnt; "
          + "learn_turns: all learns them")
    }
    return lines
  }
}
