import Foundation
import Runs
import Statistics

/// A table as papers print it: what stands in each cell, apart from how it is written.
public struct PaperTable: Sendable, Equatable {
  public enum Cell: Sendable, Equatable {
    /// Nothing was measured.
    case none
    case text(String)
    case count(Int)
    /// A number without an interval.
    case number(Double)
    case estimate(Double, low: Double?, high: Double?)

    init(_ measurement: Runs.Measurement?) {
      guard let measurement, let value = measurement.value, value.isFinite else {
        self = .none
        return
      }
      self = .estimate(value, low: measurement.low, high: measurement.high)
    }

    init(_ estimate: Statistics.Estimate?) {
      self =
        estimate.map {
          .estimate($0.value, low: $0.interval?.low, high: $0.interval?.high)
        } ?? .none
    }

    var value: Double? {
      switch self {
      case .number(let value), .estimate(let value, _, _): value
      case .none, .text, .count: nil
      }
    }

    var interval: (low: Double, high: Double)? {
      guard case .estimate(_, let low?, let high?) = self, low.isFinite, high.isFinite else {
        return nil
      }
      return (low, high)
    }
  }

  public struct Column: Sendable, Equatable {
    /// What programs call it.
    public let key: String
    public let title: String
    /// Empty for a bare number.
    public let unit: String
    /// Values are shares, printed in percent.
    public let isShare: Bool

    init(_ key: String, _ title: String, unit: String = "", isShare: Bool = false) {
      self.key = key
      self.title = title
      self.unit = unit
      self.isShare = isShare
    }
  }

  /// What the command calls it.
  public let name: String
  /// One sentence, with what intervals are.
  public let caption: String
  public let columns: [Column]
  public let rows: [[Cell]]
  /// What a reader must know beside it.
  public let notes: [String]

  init(
    _ name: String, caption: String, columns: [Column], rows: [[Cell]], notes: [String] = []
  ) {
    self.name = name
    self.caption = caption
    self.columns = columns
    self.rows = rows
    self.notes = notes
  }

  /// The table without columns in which nothing stands; nil where no number is left.
  var filled: PaperTable? {
    let kept = columns.indices.filter { column in
      rows.contains { $0[column] != .none && $0[column] != .text("") }
    }
    guard kept.contains(where: { !isText($0) }) else { return nil }
    return PaperTable(
      name, caption: caption, columns: kept.map { columns[$0] },
      rows: rows.map { row in kept.map { row[$0] } }, notes: notes)
  }

  /// The table with its constant columns in the caption: those of more than one row in which the same text or
  /// number without an interval stands everywhere. The first column stays, and so does one of numbers.
  var withoutConstants: PaperTable {
    guard rows.count > 1 else { return self }
    let constants = columns.indices.dropFirst().filter { column in
      switch rows[0][column] {
      case .none, .estimate: false
      case .text, .count, .number: rows.allSatisfy { $0[column] == rows[0][column] }
      }
    }
    let kept = columns.indices.filter { !constants.contains($0) }
    guard !constants.isEmpty, kept.contains(where: { !isText($0) }) else { return self }
    let told = constants.map { "\(heading(columns[$0])) \(printed(0, $0).value)" }
    return PaperTable(
      name, caption: "\(caption) In all rows: \(told.joined(separator: "; ")).",
      columns: kept.map { columns[$0] }, rows: rows.map { row in kept.map { row[$0] } },
      notes: notes)
  }

  /// Decimals of a column: two digits of the half-width of its widest interval, so that no number shows more
  /// than its interval allows, and up to ``mostMore`` more where a narrower one needs them to have a width; of
  /// numbers without intervals three digits of the largest, and of shares one decimal of a percent.
  func decimals(of column: Int) -> Int {
    let scale = columns[column].isShare ? 100.0 : 1
    let cells = rows.map { $0[column] }
    let allowed = cells.compactMap { cell in
      cell.interval.flatMap { Numeral.decimals(halfWidth: scale * ($0.high - $0.low) / 2) }
    }
    if let widest = allowed.min(), let narrowest = allowed.max() {
      let least = columns[column].isShare ? max(1, widest) : widest
      let most = max(least, min(narrowest, least + Self.mostMore))
      func hasWidth(_ interval: (low: Double, high: Double), _ decimals: Int) -> Bool {
        Numeral.fixed(scale * interval.low, decimals: decimals)
          != Numeral.fixed(scale * interval.high, decimals: decimals)
      }
      // What has none in any of these is known too well to give the others digits.
      let told = cells.compactMap(\.interval).filter { hasWidth($0, most) }
      return (least...most).first { decimals in told.allSatisfy { hasWidth($0, decimals) } } ?? most
    }
    let largest = cells.compactMap(\.value).filter(\.isFinite).map { abs(scale * $0) }.max() ?? 0
    guard largest > 0, !columns[column].isShare else { return columns[column].isShare ? 1 : 0 }
    return min(6, max(0, 2 - Int(log10(largest).rounded(.down))))
  }

  private static let mostMore = 2

  /// Value and interval as they are printed, without unit; shares in percent. An interval whose ends are the same
  /// in these digits is left out.
  func printed(_ row: Int, _ column: Int) -> (value: String, interval: String?) {
    let scale = columns[column].isShare ? 100.0 : 1
    let decimals = decimals(of: column)
    func digits(_ value: Double) -> String { Numeral.fixed(scale * value, decimals: decimals) }
    switch rows[row][column] {
    case .none: return ("–", nil)
    case .text(let text): return (text, nil)
    case .count(let count): return (Numeral.count(count), nil)
    case .number(let value): return (digits(value), nil)
    case .estimate(let value, _, _):
      let interval = rows[row][column].interval
      guard let interval, digits(interval.low) != digits(interval.high) else {
        return (digits(value), nil)
      }
      return (digits(value), "[\(digits(interval.low)), \(digits(interval.high))]")
    }
  }

  /// The title with its unit.
  func heading(_ column: Column) -> String {
    let unit = column.isShare ? "%" : column.unit
    return unit.isEmpty ? column.title : "\(column.title) (\(unit))"
  }

  /// Whether a column is of texts, which stand on the left.
  public func isText(_ column: Int) -> Bool {
    rows.allSatisfy {
      switch $0[column] {
      case .text, .none: true
      case .count, .number, .estimate: false
      }
    }
  }
}
