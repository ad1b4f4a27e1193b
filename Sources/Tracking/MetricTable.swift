import Foundation
import Runs

/// Step records as a table with a column for each metric, under the names of the records.
///
/// Not-a-number is `nan`, infinities are `inf` and `-inf`, as Python and pandas read them; what a step
/// did not report is empty.
enum MetricTable {
  static let name = "metrics.csv"

  static func bytes(_ records: [StepRecord]) -> Data {
    let names = Set(records.flatMap(\.metrics.keys)).sorted()
    var text = (["step"] + names).map(CSVText.escaped).joined(separator: ",") + "\n"
    for record in records {
      let cells = names.map { record.metrics[$0].map(number) ?? "" }
      text += ([String(record.step)] + cells).joined(separator: ",") + "\n"
    }
    return Data(text.utf8)
  }

  /// The shortest digits that are read back as the same number.
  static func number(_ value: Double) -> String {
    if value.isNaN { return "nan" }
    if value.isInfinite { return value > 0 ? "inf" : "-inf" }
    return value == value.rounded() && abs(value) < 1e15 ? String(Int(value)) : "\(value)"
  }
}
