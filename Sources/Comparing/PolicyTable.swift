import Command
import Report
import Runs

/// What is known of policies whose reward was not measured: how far each moved from the reference, and how it
/// writes.
public struct PolicyTable {
  private let inputs: [ReportInput]
  private let severalRuns: Bool

  public init(_ inputs: [ReportInput], severalRuns: Bool) {
    self.inputs = inputs
    self.severalRuns = severalRuns
  }

  private static let measures = [Measure.kl, .length, .truncated, .distinct(2)]

  /// A row for each policy, over its seeds where that was measured.
  private var rows: [(name: String, seeds: Int, values: [Measurement?])] {
    inputs.flatMap { input in
      let record = input.evaluation
      var groups: Set<String> = []
      return record.policies.filter { $0.isFinal && groups.insert($0.group).inserted }
        .map { policy in
          let seeds = record.policies.filter { $0.isFinal && $0.group == policy.group }.count
          let subject = seeds > 1 ? policy.group : policy.id
          return (
            (severalRuns ? "\(input.name)/" : "") + policy.group, seeds,
            Self.measures.map { measure in
              func found(_ measure: Measure) -> Measurement? {
                record.measurements.first { $0.name == measure.name && $0.subject == subject }
              }
              // A server tells no exact one.
              return found(measure) ?? (measure == .kl ? found(.k1) : nil)
            }
          )
        }
    }
  }

  public func show(_ output: Output) throws {
    if output.givesRecords {
      for row in rows {
        for found in row.values.compactMap(\.self) {
          try output.print(json: Line(name: row.name, seeds: row.seeds, measurement: found))
        }
      }
      return
    }
    var table = TextTable(
      [("name", .left), ("seeds", .right)]
        + Self.measures.flatMap { measure in
          [(measure.title, .right), ("interval", .left)]
            as [(heading: String, alignment: TextTable.Alignment)]
        })
    for row in rows {
      table.append(
        [ForeignText.printable(row.name), "\(row.seeds)"]
          + row.values.flatMap { found -> [String] in
            guard let found else { return ["—", ""] }
            let printed = PrintedEstimate(found)
            let mark = found.unit == "share" ? " %" : found.name == Measure.k1.name ? " (k1)" : ""
            return [printed.value + mark, printed.interval ?? ""]
          })
    }
    output.print(table)
  }

  private struct Line: Encodable {
    let kind = "measurement"
    let name: String
    let seeds: Int
    let measurement: Measurement
  }
}
