import Runs

/// Requirements held against numbers, and the exit code that follows.
public struct Gate: Sendable, Equatable {
  public private(set) var conditions: [GateRecord.Condition] = []
  /// Where requirements were written: an option or a key of a recipe.
  private let origin: String

  public init(of origin: String = "--require") { self.origin = origin }

  /// Holds a requirement against a number.
  ///
  /// - Parameters:
  ///   - shown: the number with its interval, in words.
  public mutating func hold(
    _ requirement: Requirement, against shown: String, low: Double?, high: Double?
  ) {
    let number = GateRecord.Number(
      shown: shown, low: low, high: high, verdict: requirement.verdict(low: low, high: high))
    let place = conditions.firstIndex { $0.key == origin && $0.condition == requirement.words }
    let before = place.map { conditions.remove(at: $0).numbers } ?? []
    conditions.insert(
      GateRecord.Condition(key: origin, condition: requirement.words, numbers: before + [number]),
      at: place ?? conditions.endIndex)
  }

  /// Takes over what another gate holds.
  public mutating func add(_ other: Gate) { conditions += other.conditions }

  /// What came of each number, in words.
  public var verdicts: [(words: String, verdict: GateRecord.Verdict)] {
    GateRecord(conditions: conditions).lines
  }

  /// 1 where one is missed, else 7 where one cannot be decided.
  public var exitCode: ExitCode {
    conditions.isEmpty ? .success : GateRecord(conditions: conditions).exitCode
  }

  /// Says what came of each; what is not met decides the exit code, and is told to those who asked for quiet too.
  public func tell(_ output: Output) {
    for one in verdicts {
      if one.verdict == .met || output.isJSON {
        output.note(one.words)
      } else {
        output.complain(one.words)
      }
    }
  }
}

extension GateRecord {
  /// What came of each number, in words: `--require 'reward > 0.2': met: exo 0.50 [0.30, 0.70]`.
  public var lines: [(words: String, verdict: Verdict)] {
    conditions.flatMap { condition in
      condition.numbers.map {
        (
          "\(condition.key) '\(condition.condition)': \($0.verdict.rawValue): \($0.shown)",
          $0.verdict
        )
      }
    }
  }

  /// 1 where one is missed, else 7 where one cannot be decided.
  public var exitCode: ExitCode {
    switch verdict {
    case .met: .success
    case .missed: .expectationMissed
    case .undecided: .undecided
    }
  }
}
