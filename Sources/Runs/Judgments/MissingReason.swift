/// Why answers are missing: one kind of reason, how often it came, and what the server said.
public struct MissingReason: Sendable, Equatable, Codable {
  public var state: Judgment.State
  /// What a reason says before its first colon: `answers 400`, `no verdict on the last line`.
  public var kind: String
  public var count: Int
  /// The most frequent words behind the colon; nil where there are none.
  public var words: String?

  /// The kind of a question that a judge cannot hold.
  public static let tooLong = "longer than the judge's context"
  /// The kind of a question without the reference that a judge compares with.
  public static let withoutReference = "no reference to compare with"

  /// The kinds that no repetition mends.
  private static let lasting: Set = [tooLong, withoutReference]

  /// Whether the judge can never be asked this; such questions are left out, and counted.
  public var isLasting: Bool { state == .failed && Self.lasting.contains(kind) }

  /// Whether this reason of a failed question is one that no repetition mends.
  public static func isLasting(_ reason: String) -> Bool {
    lasting.contains { reason.hasPrefix("\($0): ") }
  }

  /// How many answers failed that the same command may still get.
  public static func repeatable(_ reasons: [MissingReason]) -> Int {
    reasons.filter { $0.state == .failed && !$0.isLasting }.reduce(0) { $0 + $1.count }
  }

  /// What stays out for good, on one line, as in `5 questions can never be put to this judge and are left out:
  /// longer than the judge's context: …`; nil where there is nothing.
  public static func leftOut(_ reasons: [MissingReason]) -> String? {
    let lasting = reasons.filter(\.isLasting)
    guard let most = lasting.first else { return nil }
    let count = lasting.reduce(0) { $0 + $1.count }
    return "\(count) question\(count == 1 ? "" : "s") can never be put to this judge and "
      + "\(count == 1 ? "is" : "are") left out (\(most.kind)"
      + (most.words.map { ": \($0)" } ?? "") + ")"
  }

  public init(state: Judgment.State, kind: String, count: Int, words: String?) {
    self.state = state
    self.kind = kind
    self.count = count
    self.words = words
  }

  /// The reasons of all judgments without a verdict, the most frequent first.
  public static func all(_ judgments: some Sequence<Judgment>) -> [MissingReason] {
    var counts: [Key: [String: Int]] = [:]
    for judgment in judgments where judgment.state != .verdict {
      let reason = judgment.reason ?? "no reason is on record"
      let colon = reason.firstRange(of: ": ")
      let kind = colon.map { String(reason[..<$0.lowerBound]) } ?? reason
      let words = colon.map { String(reason[$0.upperBound...]) } ?? ""
      counts[Key(state: judgment.state, kind: kind), default: [:]][words, default: 0] += 1
    }
    return sorted(
      counts.map { key, words in
        let most = words.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key ?? ""
        return MissingReason(
          state: key.state, kind: key.kind, count: words.values.reduce(0, +),
          words: most.isEmpty ? nil : most)
      })
  }

  /// The reasons of several lists together, each with the words of its largest part.
  public static func merged(_ lists: some Sequence<[MissingReason]>) -> [MissingReason] {
    let groups = Dictionary(grouping: lists.joined()) { Key(state: $0.state, kind: $0.kind) }
    return sorted(
      groups.map { key, parts in
        MissingReason(
          state: key.state, kind: key.kind, count: parts.reduce(0) { $0 + $1.count },
          words: sorted(parts).first?.words)
      })
  }

  private struct Key: Hashable {
    let state: Judgment.State
    let kind: String
  }

  private static func sorted(_ reasons: [MissingReason]) -> [MissingReason] {
    reasons.sorted {
      ($1.count, $0.state.rawValue, $0.kind, $0.words ?? "")
        < ($0.count, $1.state.rawValue, $1.kind, $1.words ?? "")
    }
  }

  /// On one line: `8 failed: answers 400: Unknown name "seed"`.
  public var text: String {
    "\(count) \(state.rawValue): \(kind)" + (words.map { ": \($0)" } ?? "")
  }
}
