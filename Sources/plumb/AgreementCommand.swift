import Command
import Foundation
import Published
import Report
import Statistics

/// `plumb agreement`: every common coefficient of agreement, beside raw agreement and prevalence.
struct AgreementCommand {
  let file: String
  let fields: [String]
  let scale: String

  /// One coefficient, with the interval that resampling items gives.
  struct Line: Encodable {
    let kind = "agreement"
    let name: String
    let estimate: NumberLine
  }

  func perform(_ output: Output) throws -> ExitCode {
    let table = try RatingTable(path: file, fields: fields)
    guard let summary = AgreementSummary(table.items) else {
      throw PublishedError.content(
        file: file, problem: "no item has two ratings", advice: "name the fields of two raters")
    }
    let lines = try lines(table, summary)
    if output.givesRecords {
      for line in lines { try output.print(json: line) }
      for (category, share) in summary.prevalence {
        try output.print(json: CategoryLine(category: category, share: share))
      }
      return .success
    }
    output.print(
      "\(Numeral.count(summary.items)) items with two or more ratings, "
        + "\(Numeral.count(summary.ratings)) ratings; 95 % intervals over items")
    output.print("")
    var coefficients = TextTable([("", .left), ("value", .right), ("interval", .left)])
    for line in lines {
      coefficients.append([
        ForeignText.printable(line.name), Numeral.fixed(line.estimate.value, decimals: 3),
        Self.interval(line.estimate),
      ])
    }
    output.print(coefficients)
    output.print("")
    var prevalence = TextTable([("category", .left), ("share", .right)])
    for (category, share) in summary.prevalence {
      prevalence.append([
        ForeignText.printable(category), Numeral.fixed(100 * share, decimals: 1) + " %",
      ])
    }
    output.print(prevalence)
    output.print("")
    output.print(
      "Where one category is frequent, kappa and alpha are low however well raters agree; read them"
    )
    output.print("beside raw agreement and AC1.")
    return .success
  }

  struct CategoryLine: Encodable {
    let kind = "category"
    let category: String
    let share: Double
  }

  private func lines(_ table: RatingTable, _ summary: AgreementSummary) throws -> [Line] {
    var lines: [Line] = []
    func add(_ name: String, _ estimate: Estimate?) {
      if let estimate { lines.append(Line(name: name, estimate: NumberLine(estimate))) }
    }
    add("raw agreement", summary.raw)
    add("Gwet's AC1", summary.gwet)
    add("Fleiss' kappa", summary.fleiss)
    let scale = KrippendorffAlpha.Scale(rawValue: scale) ?? .nominal
    if scale == .nominal {
      add("Krippendorff's alpha, nominal", summary.krippendorff)
    } else {
      let units = try table.items.map { item in
        try item.map { rating in
          // Squares of larger ones are beyond counting.
          guard let value = Double(rating.text), abs(value) <= 1e100 else {
            throw PublishedError.content(
              file: file, problem: "the rating '\(rating)' is no number that can be counted with",
              advice: "use --scale nominal")
          }
          guard scale != .ratio || value >= 0 else {
            throw PublishedError.content(
              file: file, problem: "the rating \(rating) is below 0, which no ratio has",
              advice: "use --scale interval")
          }
          return value
        }
      }
      add(
        "Krippendorff's alpha, \(scale.rawValue)",
        KrippendorffAlpha.estimate(units, scale: scale))
    }
    for first in table.raters.indices {
      for second in table.raters.indices where second > first {
        let both = table.ratings.filter { $0[first] != nil && $0[second] != nil }
        add(
          "Cohen's kappa, \(table.raters[first]) and \(table.raters[second])",
          CohenKappa.estimate(both.map { $0[first] }, both.map { $0[second] }))
      }
    }
    return lines
  }

  static func interval(_ estimate: NumberLine) -> String {
    guard let low = estimate.low, let high = estimate.high else { return "" }
    return "[\(Numeral.fixed(low, decimals: 3)), \(Numeral.fixed(high, decimals: 3))]"
  }
}
