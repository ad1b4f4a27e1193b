/// An examination that cannot be held.
public enum ExamError: Error, Equatable, Sendable, CustomStringConvertible {
  case tooFewExamples(exam: String, category: String?, wanted: Int, found: Int)
  case noShots(exam: String, kind: String)
  /// Items that a model's context does not hold.
  case tooLong(exam: String, policy: String, items: Int, longest: Int, positions: Int)
  /// A model of another kind.
  case wrongModel(exam: String, policy: String, problem: String)
  case unreadable(exam: String, item: String, problem: String)
  case nothingLeft(exam: String, policy: String)
  case repeated(String)
  case notFinite(exam: String, policy: String)

  public var description: String {
    switch self {
    case .tooFewExamples(let exam, let category, let wanted, let found):
      "exam \(exam): \(wanted) shots are wanted and shots_from has \(found) examples"
        + (category.map { " of \($0)" } ?? "") + "; lower shots, or give more"
    case .noShots(let exam, let kind):
      "exam \(exam): \(kind) takes no examples in front of its items; leave shots out"
    case .tooLong(let exam, let policy, let items, let longest, let positions):
      "exam \(exam): \(items) items are too long for \(policy), whose context holds \(positions) "
        + "tokens (the longest has \(longest)); take fewer shots, or say too_long: skip or cut"
    case .wrongModel(let exam, let policy, let problem):
      "exam \(exam): \(policy) \(problem)"
    case .unreadable(let exam, let item, let problem):
      "exam \(exam), \(item): \(problem)"
    case .nothingLeft(let exam, let policy):
      "exam \(exam): no item is short enough for the context of \(policy); take fewer shots, or a model of "
        + "a longer context"
    case .repeated(let name):
      "exam or model \(name) is named twice; keep one"
    case .notFinite(let exam, let policy):
      "exam \(exam): \(policy) gives a log-probability that is no number; train again from an earlier "
        + "checkpoint"
    }
  }
}
