import Command
import Comparing
import Report
import Runs

/// Runs that were measured without a reward: what is known of their policies, and how a judge ranks
/// them where one was asked.
struct UnrankedRuns {
  private let inputs: [ReportInput]
  private let severalRuns: Bool

  init(_ inputs: [ReportInput], severalRuns: Bool) {
    self.inputs = inputs
    self.severalRuns = severalRuns
  }

  func show(_ output: Output) throws {
    try PolicyTable(inputs, severalRuns: severalRuns).show(output)
    for input in inputs {
      let prefix = severalRuns ? "\(input.name)/" : ""
      guard let (systems, yardstick) = try Comparison.judged(input, prefix: prefix, name: \.group)
      else {
        let stops = input.judging?.comparisons.contains { $0.summary.looks != nil } ?? false
        let isFooled = input.judging?.comparisons.contains { !$0.summary.alarms.isEmpty } ?? false
        output.note(
          "\(input.name): "
            + (isFooled
              ? "canaries won too often, so that what the judge says ranks nothing"
              : stops
                ? "judging that stops once it is decided overstates differences: the report has its win "
                  + "rates, and nothing ranks these policies"
                : "no reward, and no judge was asked: nothing ranks these policies"))
        continue
      }
      if !output.givesRecords { output.print("") }
      try CompareCommand.show(
        Comparison(
          systems, by: yardstick, confidence: input.evaluation.confidence,
          resamples: input.evaluation.resamples), of: "policies", output)
    }
  }
}
