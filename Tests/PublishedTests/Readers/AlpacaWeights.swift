@testable import Published

/// The coefficients of AlpacaEval's length-controlled fits, one row for each model.
struct AlpacaWeights: Sendable, Equatable {
  /// Per model: length, instruction difficulty, the model itself.
  let coefficients: [String: [Double]]
  /// In the order of the file.
  let models: [String]

  /// - Throws: ``PublishedError`` where the file is no such table.
  init(path: String) throws(PublishedError) {
    let table = try DelimitedTable(path: path)
    let places = try [
      "np.tanh(std_delta_len)", "instruction_difficulty", "not_gamed_baseline.astype(float)",
    ].map { name throws(PublishedError) in try table.column(name) }
    var coefficients: [String: [Double]] = [:]
    for row in table.rows.indices {
      coefficients[table.rows[row][0]] = try places.map { place throws(PublishedError) in
        guard let value = try table.number(row, place) else {
          throw DelimitedTable.problem(
            table.file, table.lines[row], "a coefficient is empty", "correct the row")
        }
        return value
      }
    }
    self.coefficients = coefficients
    models = table.rows.map { $0[0] }
  }
}
