import Command
import Runs

/// `plumb help measures`: what stands in a report.
struct MeasuresCommand {
  func perform(_ output: Output) throws -> ExitCode {
    for quantity in Quantity.all {
      if output.givesRecords {
        try output.print(json: quantity)
      } else {
        for line in Self.lines(quantity) { output.print(line) }
      }
    }
    return .success
  }

  static func lines(_ quantity: Quantity) -> [String] {
    let unit = quantity.unit.isEmpty ? "" : ", in \(quantity.unit)"
    let better =
      switch quantity.direction {
      case "higher": ", higher is better"
      case "lower": ", lower is better"
      default: ""
      }
    return [
      "\(quantity.name): \(quantity.title)\(unit)\(better)", "    \(quantity.definition)",
      "    interval: \(quantity.interval)",
    ] + (quantity.source.isEmpty ? [] : ["    source: \(quantity.source)"])
  }
}
