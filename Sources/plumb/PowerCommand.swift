import Command
import Foundation
import Published
import Report
import Statistics

/// `plumb power`: how many prompts a comparison needs, or what a number of them can show.
struct PowerCommand {
  let request: PowerRequest

  func perform(_ output: Output) throws -> ExitCode {
    let spread = try Spread(request)
    output.note(spread.remark)
    let lines = try self.lines(spread)
    if output.isJSON {
      for line in lines { try output.print(json: line) }
      return .success
    }
    output.print(
      "Two-sided test at \(request.significance), "
        + "power \(request.power); standard deviation of one "
        + "\(spread.isPaired ? "paired difference" : "preference") "
        + Numeral.fixed(spread.deviation, decimals: 3))
    output.print("")
    var table = TextTable([("difference", .right), ("prompts", .right)])
    for line in lines {
      table.append([
        Numeral.fixed(100 * line.difference, decimals: 1) + " points",
        Numeral.count(line.prompts),
      ])
    }
    output.print(table)
    return .success
  }

  /// One row of the answer.
  struct Line: Encodable {
    let kind = "power"
    let difference: Double
    let prompts: Int
    let deviation: Double
    let isPaired: Bool
    let significance: Double
    let power: Double

    private enum CodingKeys: String, CodingKey {
      case kind, difference, prompts, deviation, significance, power
      case isPaired = "paired"
    }
  }

  private func lines(_ spread: Spread) throws -> [Line] {
    func line(_ difference: Double, _ prompts: Int) -> Line {
      Line(
        difference: difference, prompts: prompts, deviation: spread.deviation,
        isPaired: spread.isPaired, significance: request.significance, power: request.power)
    }
    if let prompts = request.prompts {
      guard
        let difference = SampleSize.detectableDifference(
          standardError: spread.deviation / Double(prompts).squareRoot(),
          significance: request.significance, power: request.power)
      else { throw FrontError.noAnswer("no difference can be found with these settings") }
      return [line(difference, prompts)]
    }
    let differences = request.difference.map { [$0] } ?? [0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.15]
    return try differences.map { difference in
      guard
        let prompts = SampleSize.mean(
          difference: difference, standardDeviation: spread.deviation,
          significance: request.significance, power: request.power)
      else { throw FrontError.noAnswer("the number of prompts is beyond counting") }
      return line(difference, prompts)
    }
  }

  /// The standard deviation that everything rests on, and where it comes from.
  struct Spread {
    let deviation: Double
    let isPaired: Bool
    let remark: String

    init(_ request: PowerRequest) throws {
      let pilots = try request.pilots.map { path in
        (path: path, rows: try AlpacaAnnotation.read(path))
      }
      let deviations = try pilots.map { pilot in
        guard let deviation = Sample.standardDeviation(pilot.rows.compactMap(\.preference)) else {
          throw PublishedError.content(
            file: pilot.path, problem: "has fewer than two preferences",
            advice: "give a pilot with more judgments")
        }
        return deviation
      }
      let first = request.deviation ?? deviations.first ?? 0.5
      let second = request.deviation ?? deviations.last ?? 0.5
      var correlation = request.correlation
      if correlation == nil, pilots.count == 2 {
        correlation = try Self.correlation(pilots[0], pilots[1])
      }
      guard let correlation else {
        deviation = first
        isPaired = false
        remark =
          request.deviation != nil || !pilots.isEmpty
          ? "one model against its baseline"
          : "one model against its baseline; 0.5 is the spread of verdicts without ties"
        return
      }
      guard
        let paired = PairedDesign.standardDeviation(first, second, correlation: correlation)
      else { throw FrontError.noAnswer("no spread follows from these settings") }
      deviation = paired
      isPaired = true
      remark =
        "two models on the same prompts, correlation \(Numeral.fixed(correlation, decimals: 2))"
    }

    private static func correlation(
      _ first: (path: String, rows: [AlpacaAnnotation]),
      _ second: (path: String, rows: [AlpacaAnnotation])
    ) throws -> Double {
      let partners = Dictionary(
        second.rows.map { ($0.instruction, $0.preference) }, uniquingKeysWith: { one, _ in one })
      var pairs: [(Double, Double)] = []
      for row in first.rows {
        if let one = row.preference, let other = partners[row.instruction].flatMap({ $0 }) {
          pairs.append((one, other))
        }
      }
      guard let value = PairedDesign.correlation(pairs.map(\.0), pairs.map(\.1)) else {
        throw PublishedError.content(
          file: second.path, problem: "shares too few prompts with \(first.path)",
          advice: "give pilots of two models on the same prompts")
      }
      return value
    }
  }
}
