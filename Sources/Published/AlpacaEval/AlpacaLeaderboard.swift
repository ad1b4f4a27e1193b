import Corpus
import Statistics

/// AlpacaEval's leaderboard: a CSV whose unnamed first column is the model; rates in percent.
public struct AlpacaLeaderboard: Sendable, Equatable {
  public struct Row: Sendable, Equatable {
    public var model: String
    public var winRate: Double
    public var standardError: Double?
    public var wins: Int
    public var losses: Int
    public var draws: Int
    public var count: Int
    public var discreteWinRate: Double?
    public var mode: String
    public var averageLength: Int?
    public var lengthControlledWinRate: Double?
    public var lengthControlledError: Double?
  }

  public var rows: [Row]

  public init(rows: [Row]) { self.rows = rows }

  public subscript(model: String) -> Row? { rows.first { $0.model == model } }

  /// - Throws: ``PublishedError`` where the file is no table, lacks a column, or has a field that
  ///   is not what the column holds.
  public init(path: String) throws(PublishedError) {
    try self.init(DelimitedTable(path: path))
  }

  public init(_ table: DelimitedTable) throws(PublishedError) {
    guard table.header.first == "" else {
      throw .content(
        file: table.file, problem: "the first column has a name",
        advice: "give a leaderboard whose first, unnamed column is the model")
    }
    let places = try ["win_rate", "n_wins", "n_wins_base", "n_draws", "n_total", "mode"].map {
      name throws(PublishedError) in try table.column(name)
    }
    func optional(_ name: String, _ row: Int) throws(PublishedError) -> Double? {
      guard let place = table.header.firstIndex(of: name) else { return nil }
      return try table.number(row, place)
    }
    func number(_ place: Int, _ row: Int) throws(PublishedError) -> Double {
      guard let value = try table.number(row, place) else {
        throw DelimitedTable.problem(
          table.file, table.lines[row], "column '\(table.header[place])' is empty",
          "correct the row")
      }
      return value
    }
    func count(_ place: Int, _ row: Int) throws(PublishedError) -> Int {
      guard let value = Int(exactly: try number(place, row)), value >= 0 else {
        throw DelimitedTable.problem(
          table.file, table.lines[row], "column '\(table.header[place])' is no count",
          "correct the row")
      }
      return value
    }
    rows = try table.rows.indices.map { row throws(PublishedError) in
      Row(
        model: table.rows[row][0], winRate: try number(places[0], row),
        standardError: try optional("standard_error", row), wins: try count(places[1], row),
        losses: try count(places[2], row), draws: try count(places[3], row),
        count: try count(places[4], row),
        discreteWinRate: try optional("discrete_win_rate", row),
        mode: table.rows[row][places[5]],
        averageLength: try optional("avg_length", row).flatMap { Int(exactly: $0) },
        lengthControlledWinRate: try optional("length_controlled_winrate", row),
        lengthControlledError: try optional("lc_standard_error", row))
    }
  }

  /// The table as AlpacaEval writes it.
  public var text: String {
    func shown(_ value: Double?) -> String { value.map { "\($0)" } ?? "" }
    return DelimitedTable.text(
      header: [
        "", "win_rate", "standard_error", "n_wins", "n_wins_base", "n_draws", "n_total",
        "discrete_win_rate", "mode", "avg_length", "length_controlled_winrate",
        "lc_standard_error",
      ],
      rows: rows.map {
        [
          $0.model, "\($0.winRate)", shown($0.standardError), "\($0.wins)", "\($0.losses)",
          "\($0.draws)", "\($0.count)", shown($0.discreteWinRate), $0.mode,
          $0.averageLength.map(String.init) ?? "", shown($0.lengthControlledWinRate),
          shown($0.lengthControlledError),
        ]
      })
  }
}
