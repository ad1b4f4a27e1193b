/// One comparison: what should come out, what Plumb found, and how far the two may differ.
public struct Finding: Equatable, Sendable {
  public enum Role: String, Equatable, Sendable {
    /// Belongs to the claim and decides its verdict.
    case claimed
    /// A number known from an independent computation, which tells whether Plumb computes rightly.
    case known
  }

  public enum Relation: String, Equatable, Sendable {
    case equal = "="
    case atMost = "≤"
    case atLeast = "≥"
  }

  public let name: String
  public let role: Role
  /// How `found` should stand to `exact`.
  public let relation: Relation
  /// A number, or one for each response.
  public let exact: [Double]
  public let found: [Double]
  public let tolerance: Tolerance

  public init(
    _ name: String, _ found: [Double], _ relation: Relation = .equal, _ exact: [Double],
    _ tolerance: Tolerance, role: Role = .claimed
  ) {
    self.name = name
    self.found = found
    self.relation = relation
    self.exact = exact
    self.tolerance = tolerance
    self.role = role
  }

  public init(
    _ name: String, _ found: Double, _ relation: Relation = .equal, _ exact: Double,
    _ tolerance: Tolerance, role: Role = .claimed
  ) {
    self.init(name, [found], relation, [exact], tolerance, role: role)
  }

  /// Never of a number that is not finite, nor of lists that differ in length.
  public var holds: Bool {
    guard exact.count == found.count, !exact.isEmpty, found.allSatisfy(\.isFinite) else {
      return false
    }
    return zip(found, exact).allSatisfy { found, exact in
      switch relation {
      case .equal: abs(found - exact) <= tolerance.size
      case .atMost: found <= exact + tolerance.size
      case .atLeast: found >= exact - tolerance.size
      }
    }
  }
}

extension Finding {
  /// The entry that comes closest to breaking the relation, or breaks it most.
  public var tightest: (exact: Double, found: Double) {
    let entries = Array(zip(exact, found))
    func excess(_ entry: (exact: Double, found: Double)) -> Double {
      guard entry.found.isFinite else { return .infinity }
      switch relation {
      case .equal: return abs(entry.found - entry.exact)
      case .atMost: return entry.found - entry.exact
      case .atLeast: return entry.exact - entry.found
      }
    }
    return entries.max { excess($0) < excess($1) } ?? (.nan, .nan)
  }
}

/// How far two numbers may differ, and why they may.
public struct Tolerance: Equatable, Sendable {
  public let size: Double
  public let reason: String

  public init(_ size: Double, _ reason: String) {
    self.size = size
    self.reason = reason
  }

  public static let arithmetic = Tolerance(1e-11, "two orders of summing in float64")
  public static let descent = Tolerance(1e-6, "a minimum found by descent; flat at the end")
  public static let differences = Tolerance(1e-9, "one side is by finite differences")
  public static let sixDecimals = Tolerance(6e-7, "known to six decimals")
  public static let fourDecimals = Tolerance(6e-5, "known to four decimals")
  public static let threeDecimals = Tolerance(6e-4, "known to three decimals")
  public static let none = Tolerance(0, "a bound, not an equality")
}

/// What an examination brought to light.
public struct Evidence: Equatable, Sendable {
  public var findings: [Finding]
  public var curves: [Curve]

  public init(_ findings: [Finding], curves: [Curve] = []) {
    self.findings = findings
    self.curves = curves
  }
}

/// Numbers along an axis, for a drawing.
public struct Curve: Equatable, Sendable {
  public let name: String
  public let x: String
  public let y: String
  public let points: [(x: Double, y: Double)]

  public init(_ name: String, x: String, y: String, _ points: [(x: Double, y: Double)]) {
    self.name = name
    self.x = x
    self.y = y
    self.points = points
  }

  public static func == (left: Curve, right: Curve) -> Bool {
    left.name == right.name && left.x == right.x && left.y == right.y
      && left.points.elementsEqual(right.points) { $0 == $1 }
  }
}
