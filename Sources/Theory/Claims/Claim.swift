/// What a paper says, and the examination that decides whether it is so.
public struct Claim: Sendable {
  /// Where the claim comes from.
  public enum Origin: String, Equatable, Sendable {
    /// The paper says so, or it follows at once from what it says.
    case paper
    /// Experiments or common code rely on it; the paper does not say so.
    case practice
  }

  /// Whose claim it is, or whose method it is about.
  public let paper: Paper
  public let origin: Origin
  /// As the paper numbers it, or what it is about: `Theorem 3.2`.
  public let name: String
  /// One sentence, as strong as it is meant.
  public let statement: String
  /// What came out when the claim was last examined with care. Another verdict today means that
  /// something broke, or was repaired.
  public let known: Verdict
  private let examination: @Sendable () throws -> Evidence

  /// - Parameter examination: runs the production code and the exact sums; draws no random numbers
  ///   but seeded ones.
  public init(
    _ paper: Paper, _ name: String, _ statement: String, origin: Origin = .paper,
    known: Verdict = .confirmed, examination: @escaping @Sendable () throws -> Evidence
  ) {
    self.paper = paper
    self.origin = origin
    self.name = name
    self.statement = statement
    self.known = known
    self.examination = examination
  }

  /// - Throws: `TorchError` where the production code does.
  public func examine() throws -> ClaimResult {
    ClaimResult(claim: self, evidence: try examination())
  }
}

/// Whether a claim is so.
public enum Verdict: String, Equatable, Sendable, CaseIterable {
  case confirmed
  case doesNotHold = "does not hold as stated"
}

/// A claim after its examination.
public struct ClaimResult: Sendable {
  public let claim: Claim
  public let evidence: Evidence

  /// Confirmed where everything that the claim says was found. Numbers that are known from elsewhere
  /// do not enter: they tell whether Plumb is right, not whether the paper is.
  public var verdict: Verdict {
    evidence.findings.allSatisfy { $0.role == .known || $0.holds } ? .confirmed : .doesNotHold
  }

  /// Whether the verdict is the known one and every known number was met.
  public var isAsKnown: Bool {
    verdict == claim.known
      && evidence.findings.allSatisfy { $0.role == .claimed || $0.holds }
  }

  /// The finding that stands for the others where there is room for one: the first that breaks the
  /// claim, or else the first.
  public var deciding: Finding? {
    let claimed = evidence.findings.filter { $0.role == .claimed }
    return claimed.first { !$0.holds } ?? claimed.first
  }
}
