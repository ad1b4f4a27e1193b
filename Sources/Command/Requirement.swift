import Runs

/// Something that a number has to be: `win_rate > 0.5`, `exo-rw: reward > 1`, `reward(exo-rw) > 1`.
///
/// What counts is the number's interval: a requirement is met where all of it is on the right side,
/// missed where all of it is on the other, and between them nothing is decided.
public struct Requirement: Sendable, Equatable {
  public enum Relation: String, Sendable, CaseIterable {
    case atLeast = ">="
    case atMost = "<="
    case above = ">"
    case below = "<"
  }

  public typealias Verdict = GateRecord.Verdict

  /// Whose number; nil for that of all, or the only one.
  public let subject: String?
  public let quantity: String
  public let relation: Relation
  public let bound: Double

  public init(subject: String? = nil, quantity: String, relation: Relation, bound: Double) {
    self.subject = subject
    self.quantity = quantity
    self.relation = relation
    self.bound = bound
  }

  /// Reads `[SUBJECT:] QUANTITY > NUMBER` or `QUANTITY(SUBJECT) > NUMBER`, with `>`, `>=`, `<` or `<=`.
  ///
  /// The second stands in YAML without quotes.
  ///
  /// - Returns: nil for anything else.
  public init?(_ text: String) {
    guard
      let relation = Relation.allCases.first(where: { text.contains($0.rawValue) }),
      let place = text.range(of: relation.rawValue),
      let bound = Double(Self.trimmed(text[place.upperBound...])), bound.isFinite
    else { return nil }
    var name = text[..<place.lowerBound]
    var subject: String?
    let left = Self.trimmed(name)
    if left.last == ")", let open = left.firstIndex(of: "("), !left[..<open].contains(":") {
      subject = Self.trimmed(left[left.index(after: open)...].dropLast())
      name = left[..<open]
    } else if let colon = name.lastIndex(of: ":") {
      subject = Self.trimmed(name[..<colon])
      name = name[name.index(after: colon)...]
    }
    let quantity = Self.trimmed(name)
    guard !quantity.isEmpty, subject?.isEmpty != true else { return nil }
    self.init(subject: subject, quantity: quantity, relation: relation, bound: bound)
  }

  /// What one wants of a share whose bound is none, as in `win_rate < 60`; nil where nothing is wrong.
  public var shareAdvice: String? {
    let isShare = Measure.named(quantity)?.kind == .share || Self.shares.contains(quantity)
    guard isShare, !(0...1).contains(bound) else { return nil }
    return "a number from 0 to 1, as \(quantity) is a share: 0.6 for 60 %"
  }

  private static let shares: Set<String> = [
    "win_rate", "judge_win_rate", "flip_rate", "first_place", "longer_wins", "agreement", "acc",
    "acc_norm", "accuracy", "exact_match", "strict_match", "flexible_extract",
  ]

  private static func trimmed(_ text: Substring) -> String {
    var text = text
    while text.first == " " { text.removeFirst() }
    while text.last == " " { text.removeLast() }
    return String(text)
  }

  /// - Parameters:
  ///   - low: of the number's interval; nil where there is none, which decides nothing.
  public func verdict(low: Double?, high: Double?) -> Verdict {
    guard let low, let high else { return .undecided }
    switch relation {
    case .above: return low > bound ? .met : high <= bound ? .missed : .undecided
    case .atLeast: return low >= bound ? .met : high < bound ? .missed : .undecided
    case .below: return high < bound ? .met : low >= bound ? .missed : .undecided
    case .atMost: return high <= bound ? .met : low > bound ? .missed : .undecided
    }
  }

  /// As it was asked for: `exo-rw: reward > 1`.
  public var words: String {
    (subject.map { "\($0): " } ?? "") + "\(quantity) \(relation.rawValue) \(bound)"
  }
}
