import Command
import Evaluation
import Foundation
import Recipe
import Report
import Runs

extension NumbersLevel {
  /// Conditions against the numbers that they were held against, those of an evaluation against its
  /// measurements, and those of judges against what comparisons found.
  mutating func gates(_ run: RunDirectory, _ input: ReportInput) throws {
    guard FileManager.default.fileExists(atPath: run.gates.path) else { return }
    let record = try RecordFile.read(
      GateRecord.self, from: run.gates, advice: RecordAdvice.measured)
    let measured = MeasuredRecords(evaluation: input.evaluation, exams: input.exams)
    var ends = Set<Double>()
    let exams =
      (input.exams?.scores.map(\.measurement) ?? [])
      + (input.exams?.contrasts.map(\.difference) ?? [])
    let terms = input.evaluation.equalTerms
    let equal =
      (terms?.methods.flatMap(\.readings).flatMap { [$0.reward, $0.heldOutReward] } ?? [])
      .compactMap(\.self) + (terms?.contrasts.map(\.difference) ?? [])
    for found in input.evaluation.measurements + exams + equal {
      for end in [found.low, found.high] { if let end { ends.formUnion([end, -end]) } }
    }
    let required = try run.requirements()
    for condition in record.conditions {
      if !required.contains(condition.condition) {
        level.problems.append(
          "gates.json: '\(condition.condition)' is no condition of the recipe")
      }
      guard let requirement = Requirement(condition.condition) else {
        level.problems.append("gates.json: '\(condition.condition)' is no condition")
        continue
      }
      var again = Gate(of: condition.key)
      if condition.key.hasPrefix("evaluation.") { measured.hold([requirement], nil, &again) }
      let numbers = again.conditions.flatMap(\.numbers)
      let judged = Self.judged(requirement, condition.key, input.judging)
      for (place, number) in condition.numbers.enumerated() {
        let isMeasured =
          judged.map { number.low == nil && number.high == nil || $0.contains(number) }
          ?? (!condition.key.hasPrefix("evaluation.")
            || [number.low, number.high].allSatisfy { $0.map(ends.contains) ?? true })
        let isShown =
          numbers.count != condition.numbers.count || numbers[place].low != number.low
          || numbers[place].shown == number.shown
        if !isMeasured || !isShown
          || number.verdict != requirement.verdict(low: number.low, high: number.high)
        {
          level.problems.append(
            "gates.json: '\(condition.condition)': \(number.shown) is not what was measured")
        }
      }
      if condition.verdict
        != GateRecord.Condition(
          key: condition.key, condition: condition.condition, numbers: condition.numbers
        ).verdict
      {
        level.problems.append(
          "gates.json: '\(condition.condition)' is \(condition.verdict.rawValue); its numbers say otherwise"
        )
      }
    }
  }

  /// What each comparison makes of a condition; nil where it is not of comparisons, or none were made.
  private static func judged(
    _ requirement: Requirement, _ key: String, _ report: JudgingReport?
  ) -> [GateRecord.Number]? {
    guard key == JudgingPlan.key, JudgeRequest.quantities.contains(requirement.quantity),
      let report, !report.comparisons.isEmpty
    else { return nil }
    var gate = Gate(of: key)
    for one in report.comparisons { JudgingPlan.hold(requirement, one.summary, &gate) }
    return gate.conditions.flatMap(\.numbers)
  }
}
