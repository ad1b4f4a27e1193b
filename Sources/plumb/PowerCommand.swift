import Command
import Foundation
import Published
import Report
import Statistics

/// `plumb power`: how many prompts and seeds a comparison needs, or what a number of them can show.
struct PowerCommand {
  let request: PowerRequest

  func perform(_ output: Output) throws -> ExitCode {
    if let prompts = request.prompts, prompts < 2 {
      throw FrontError.noAnswer("one prompt has no spread: give --prompts 2 or more")
    }
    guard request.power > request.significance else {
      throw FrontError.noAnswer(
        "--power \(request.power) is no more than chance finds at --significance "
          + "\(request.significance)")
    }
    if let agreement = request.agreement {
      return try LabelLines(request: request, agreement: agreement).perform(output)
    }
    let spread = try Spread(request)
    let seeds = request.seeds ?? 1
    if seeds > 1, request.seedDeviation == nil {
      throw FrontError.noAnswer(
        "--seeds needs --seed-deviation: how much a method's mean differs between trainings")
    }
    if seeds == 1, request.seedDeviation != nil {
      throw FrontError.noAnswer(
        "--seed-deviation says how much trainings differ: give --seeds, how many there are a method"
      )
    }
    guard
      let plan = ComparisonPlan(
        deviation: spread.deviation, seedDeviation: request.seedDeviation ?? 0, seeds: seeds,
        trained: spread.isPaired ? 2 : 1, significance: request.significance)
    else { throw FrontError.noAnswer("no spread follows from these settings") }
    output.note(spread.remark)
    output.note(
      seeds == 1
        ? IntervalBasis.Caveat.oneSeed.rawValue
        : "\(seeds) seeds a method, whose means differ by \(plan.seedDeviation)"
          + (seeds == 2 ? "; \(IntervalBasis.Caveat.twoSeeds.rawValue)" : ""))
    let lines = try self.lines(plan, isPaired: spread.isPaired)
    if output.givesRecords {
      for line in lines { try output.print(json: line) }
      for remark in spread.remarks { try output.print(json: RemarkLine(remark)) }
      return .success
    }
    output.print(
      "Two-sided test at \(request.significance); standard deviation of one "
        + "\(spread.isPaired ? "paired difference" : "preference") "
        + Numeral.fixed(spread.deviation, decimals: 3))
    output.print("")
    var table = TextTable([("difference", .right), ("prompts", .right), ("power", .right)])
    for line in lines {
      table.append([
        Numeral.fixed(100 * line.difference, decimals: 1) + " points",
        line.prompts.map(Numeral.count) ?? "more seeds needed",
        Numeral.fixed(line.power, decimals: 3),
      ])
    }
    output.print(table)
    if !spread.remarks.isEmpty { output.print("") }
    for remark in spread.remarks { output.print("\(remark)") }
    return .success
  }

  /// One row of the answer.
  struct Line: Encodable {
    let kind = "power"
    let difference: Double
    /// Nil where no number of prompts is enough.
    let prompts: Int?
    let seeds: Int
    let deviation: Double
    let seedDeviation: Double
    let isPaired: Bool
    let significance: Double
    /// The chance to find the difference.
    let power: Double

    private enum CodingKeys: String, CodingKey {
      case kind, difference, prompts, seeds, deviation, significance, power, seedDeviation
      case isPaired = "paired"
    }
  }

  private func lines(_ plan: ComparisonPlan, isPaired: Bool) throws -> [Line] {
    func line(_ difference: Double, _ prompts: Int?, _ power: Double) -> Line {
      Line(
        difference: difference, prompts: prompts, seeds: plan.seeds, deviation: plan.deviation,
        seedDeviation: plan.seedDeviation, isPaired: isPaired,
        significance: request.significance, power: power)
    }
    if let prompts = request.prompts {
      if let difference = request.difference {
        guard let power = plan.power(difference: difference, prompts: prompts) else {
          throw FrontError.noAnswer("no power follows from these settings")
        }
        return [line(difference, prompts, power)]
      }
      guard let difference = plan.difference(prompts: prompts, power: request.power) else {
        throw FrontError.noAnswer("no difference can be found with these settings")
      }
      guard difference <= 1 else {
        throw FrontError.noAnswer(
          "\(prompts) prompts and \(plan.seeds) seed\(plan.seeds == 1 ? "" : "s") cannot show any "
            + "difference of preferences: it would have to be above 100 points; give more")
      }
      return [line(difference, prompts, request.power)]
    }
    if let difference = request.difference {
      guard let prompts = plan.prompts(difference: difference, power: request.power) else {
        throw FrontError.noAnswer(
          plan.seeds > 1
            ? "no number of prompts is enough with \(plan.seeds) seeds: give more --seeds"
            : "the number of prompts is beyond counting")
      }
      return [line(difference, prompts, request.power)]
    }
    return [0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.15].map {
      line($0, plan.prompts(difference: $0, power: request.power), request.power)
    }
  }

  /// The standard deviation that everything rests on, and where it comes from.
  struct Spread {
    let deviation: Double
    let isPaired: Bool
    let remark: String
    /// What has to be known about the pilots' rows.
    let remarks: [RowRemark]

    init(_ request: PowerRequest) throws {
      let pilots = try request.pilots.map { try Pilot($0, judge: request.judge) }
      remarks = pilots.flatMap(\.remarks)
      let deviations = request.deviation == nil ? try pilots.map { try $0.deviation } : []
      let fewest = pilots.map(\.shares.count).min()
      let few =
        fewest.map { $0 < Inference.few ? "; a pilot of \($0) is too few to trust" : "" } ?? ""
      let first = request.deviation ?? deviations.first ?? 0.5
      let second = request.deviation ?? deviations.last ?? 0.5
      var correlation = request.correlation
      if correlation == nil, pilots.count == 2 {
        correlation = try pilots[0].correlation(with: pilots[1])
      }
      guard let correlation else {
        deviation = first
        isPaired = false
        remark =
          request.deviation != nil || !pilots.isEmpty
          ? "one model against its baseline" + few
          : "one model against its baseline; 0.5 is the spread of verdicts without ties"
        return
      }
      guard
        let paired = PairedDesign.standardDeviation(first, second, correlation: correlation)
      else { throw FrontError.noAnswer("no spread follows from these settings") }
      guard paired > 0 else {
        throw FrontError.noAnswer(
          "two models that agree on every prompt have no spread: there is nothing to find")
      }
      deviation = paired
      isPaired = true
      remark =
        "two models on the same prompts, correlation \(Numeral.fixed(correlation, decimals: 2))"
        + few
    }
  }
}
