/// Requirements held against numbers, and the exit code that follows.
public struct Gate: Sendable, Equatable {
  public private(set) var verdicts: [(words: String, verdict: Requirement.Verdict)] = []

  public init() {}

  public static func == (one: Gate, other: Gate) -> Bool {
    one.verdicts.elementsEqual(other.verdicts) { $0.words == $1.words && $0.verdict == $1.verdict }
  }

  /// Holds a requirement against a number.
  ///
  /// - Parameters:
  ///   - shown: the number with its interval, in words.
  public mutating func hold(
    _ requirement: Requirement, against shown: String, low: Double?, high: Double?
  ) {
    let verdict = requirement.verdict(low: low, high: high)
    let end =
      switch verdict {
      case .met: "met"
      case .missed: "missed"
      case .undecided: "cannot be decided"
      }
    verdicts.append(("--require '\(requirement.words)': \(end): \(shown)", verdict))
  }

  /// 1 where one is missed, else 7 where one cannot be decided.
  public var exitCode: ExitCode {
    if verdicts.contains(where: { $0.verdict == .missed }) { return .expectationMissed }
    return verdicts.contains { $0.verdict == .undecided } ? .undecided : .success
  }

  /// Says what came of each.
  public func tell(_ output: Output) {
    for one in verdicts { output.note(one.words) }
  }
}
