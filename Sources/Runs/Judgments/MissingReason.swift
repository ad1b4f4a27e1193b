/// Why answers are missing: one kind of reason, how often it came, and what the server said.
public struct MissingReason: Sendable, Equatable, Codable {
  public var state: Judgment.State
  /// What a reason says before its first colon: `answers 400`, `no verdict on the last line`.
  public var kind: String
  public var count: Int
  /// The most frequent words behind the colon; nil where there are none.
  public var words: String?

  /// The kind of what no repetition mends.
  public static let tooLong = "longer than the judge's context"

  /// What may become of the answers that failed, to stand behind their number.
  public static func outlook(_ reasons: [MissingReason]) -> String {
    reasons.contains { $0.state == .failed && $0.kind != tooLong }
      ? "; the same command asks them again" : ""
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
