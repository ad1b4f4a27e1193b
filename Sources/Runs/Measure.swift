/// A kind of measurement, declared once: evaluation, tables, vocabulary and JSON read it here.
///
/// A measure is one value in `Measure+Known.swift`; what computes it is one entry of Evaluation's
/// `PolicyMeasures`.
public struct Measure: Sendable, Equatable {
  /// What values are possible, and so which interval suits their mean.
  public enum Kind: String, Sendable, Equatable {
    case real
    /// Values in 0 … 1, printed in percent.
    case share
    /// Values not below 0.
    case nonnegative
    /// exp of a mean.
    case exponential
  }

  /// Where the first table of a report shows it.
  public enum Column: Sendable, Equatable {
    case none
    /// One column.
    case plain
    /// One column, compared with the reference policy.
    case reference
    /// Two columns, compared with the reference policy and with the data's chosen completions.
    case referenceAndChosen
  }

  /// As records have it: lower case, words joined by `_`.
  public let name: String
  /// As a column has it.
  public let title: String
  /// `nats`, `tokens`, …; empty for a bare number, `share` for a share.
  public let unit: String
  public let direction: Direction
  public let kind: Kind
  /// One line for a reader.
  public let definition: String
  /// Who defined it, where that is not plain; empty for nobody.
  public let source: String
  /// Raised when the number would mean something else than before.
  public let version: Int
  public let column: Column

  public init(
    _ name: String, title: String, unit: String = "", _ direction: Direction, _ kind: Kind = .real,
    version: Int = 1, column: Column = .none, definition: String,
    source: String = ""
  ) {
    self.name = name
    self.title = title
    self.unit = kind == .share ? "share" : unit
    self.direction = direction
    self.kind = kind
    self.version = version
    self.column = column
    self.definition = definition
    self.source = source
  }

  /// The measure of a name; nil for one that this program does not know.
  public static func named(_ name: String) -> Measure? { known.first { $0.name == name } }

  /// Position of a name in tables; unknown names come last.
  public static func rank(_ name: String) -> Int {
    known.firstIndex { $0.name == name } ?? known.count
  }
}
