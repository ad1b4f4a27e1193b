import Corpus
import Runs

/// Ratings of items by several raters, from any file of rows.
public struct RatingTable: Sendable, Equatable {
  /// The raters' names; empty where each row has a list of ratings by whomever.
  public let raters: [String]
  /// `[item][rater]`; nil is a gap.
  public let ratings: [[String?]]

  /// The ratings that each item got.
  public var items: [[String]] { ratings.map { $0.compactMap { $0 } } }

  /// - Parameters:
  ///   - path: JSON Lines, a JSON list, or a CSV table where the name ends in `.csv` or `.csv.gz`.
  ///   - fields: one rater each; none for a list named `ratings`, which a CSV table cannot hold.
  /// - Throws: ``PublishedError`` where the file cannot be read or lacks a field.
  public init(path: String, fields: [String]) throws(PublishedError) {
    raters = fields
    if path.hasSuffix(".csv") || path.hasSuffix(".csv.gz") {
      guard !fields.isEmpty else {
        throw .content(
          file: path, problem: "no columns are named", advice: "name them, as --fields first,second"
        )
      }
      let table = try DelimitedTable(path: path)
      let places = try fields.map { name throws(PublishedError) in try table.column(name) }
      ratings = table.rows.map { row in places.map { row[$0].isEmpty ? nil : row[$0] } }
      return
    }
    ratings = try RowFile.read(path) { row throws(PublishedError) in
      guard fields.isEmpty else {
        return try fields.map { name throws(PublishedError) in
          guard let value = row.object[name] else {
            throw row.wrong(
              name, "is missing", advice: "name a field of the file, or null for a gap")
          }
          return try Self.rating(value, name, row)
        }
      }
      guard let values = row.object["ratings"]?.array else {
        throw row.wrong(
          "ratings", "is no list", advice: "give a list, or name fields, as --fields first,second")
      }
      return try values.map { value throws(PublishedError) in
        try Self.rating(value, "ratings", row)
      }
    }
  }

  private static func rating(
    _ value: JSONValue, _ name: String, _ row: FieldReader
  ) throws(PublishedError) -> String? {
    switch value {
    case .null: return nil
    case .string(let text): return text
    case .integer, .boolean: return JSONText.line(value)
    case .number(let number):
      return Int(exactly: number).map(String.init) ?? JSONText.line(value)
    case .array, .object:
      throw row.wrong(name, "is \(value.kind)", advice: "give a text, a number or null")
    }
  }
}
