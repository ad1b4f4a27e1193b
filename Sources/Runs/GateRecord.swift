/// What a recipe requires of its numbers, and what came of it: `gates.json`.
public struct GateRecord: Codable, Sendable, Equatable {
  public enum Verdict: String, Codable, Sendable {
    case met, missed
    case undecided = "cannot be decided"
  }

  /// A number that a condition was held against.
  public struct Number: Codable, Sendable, Equatable {
    /// With whose number it is and its interval, in words.
    public var shown: String
    /// Of its interval; nil where it has none.
    public var low: Double?
    public var high: Double?
    public var verdict: Verdict

    public init(shown: String, low: Double?, high: Double?, verdict: Verdict) {
      self.shown = shown
      self.low = low
      self.high = high
      self.verdict = verdict
    }
  }

  public struct Condition: Codable, Sendable, Equatable {
    /// Where the recipe has it: `evaluation.require`, `evaluation.exams.arc.require`, `judging.require`.
    public var key: String
    /// As in `dpo: win_rate > 0.5`.
    public var condition: String
    public var verdict: Verdict
    public var numbers: [Number]

    /// - Parameter numbers: one misses where one of them does; none at all decides nothing.
    public init(key: String, condition: String, numbers: [Number]) {
      self.key = key
      self.condition = condition
      self.numbers = numbers
      verdict = Verdict.of(numbers.map(\.verdict))
    }
  }

  public var conditions: [Condition]

  public init(conditions: [Condition]) { self.conditions = conditions }

  /// Of all conditions together.
  public var verdict: Verdict { Verdict.of(conditions.map(\.verdict)) }
}

extension GateRecord.Verdict {
  /// Missed where one is, else undecided where one is or there is none.
  static func of(_ verdicts: [Self]) -> Self {
    if verdicts.contains(.missed) { return .missed }
    return verdicts.isEmpty || verdicts.contains(.undecided) ? .undecided : .met
  }
}
