import Command
import Report
import Statistics

/// What `plumb power` says of labels of people, where a judge's agreement with them is given.
struct LabelLines {
  let request: PowerRequest
  let agreement: Double

  struct Line: Encodable {
    let kind = "labels"
    let difference: Double
    /// Nil where labels of all prompts are too few.
    let labels: Int?
    let prompts: Int
    let agreement: Double
    let deviation: Double
    let significance: Double
    let power: Double
  }

  func perform(_ output: Output) throws -> ExitCode {
    guard let prompts = request.prompts else {
      throw FrontError.noAnswer("--agreement needs --prompts: how many the judge is asked about")
    }
    guard request.seeds == nil, request.seedDeviation == nil, request.pilots.isEmpty else {
      throw FrontError.noAnswer(
        "labels correct one comparison: leave out seeds and pilots beside --agreement")
    }
    guard
      let plan = LabelPlan(
        prompts: prompts, agreement: agreement, deviation: request.deviation ?? 0.5,
        significance: request.significance)
    else { throw FrontError.noAnswer("one prompt has no spread: give --prompts 2 or more") }
    let lines = try self.lines(plan)
    if output.givesRecords {
      for line in lines { try output.print(json: line) }
      return .success
    }
    output.print(
      "\(Numeral.count(prompts)) prompts by a judge that agrees with people on "
        + "\(Percent.value(agreement)); labels drawn at random from them")
    output.print("")
    var table = TextTable([("from 50 %", .right), ("labels", .right), ("power", .right)])
    for line in lines {
      table.append([
        Numeral.fixed(100 * line.difference, decimals: 1) + " points",
        line.labels.map(Numeral.count) ?? "more prompts needed",
        Numeral.fixed(line.power, decimals: 3),
      ])
    }
    output.print(table)
    return .success
  }

  private func lines(_ plan: LabelPlan) throws -> [Line] {
    func line(_ difference: Double, _ labels: Int?, _ power: Double) -> Line {
      Line(
        difference: difference, labels: labels, prompts: plan.prompts, agreement: agreement,
        deviation: plan.deviation, significance: plan.significance, power: power)
    }
    if let labels = request.labels {
      guard labels > 1, labels <= plan.prompts else {
        throw FrontError.noAnswer("--labels must be between 2 and the \(plan.prompts) prompts")
      }
      if let difference = request.difference {
        return [line(difference, labels, plan.power(difference: difference, labels: labels) ?? 0)]
      }
      guard let difference = plan.difference(labels: labels, power: request.power) else {
        throw FrontError.noAnswer("no difference can be found with these settings")
      }
      return [line(difference, labels, request.power)]
    }
    return (request.difference.map { [$0] } ?? [0.02, 0.03, 0.05, 0.075, 0.1, 0.15, 0.2]).map {
      line($0, plan.labels(difference: $0, power: request.power), request.power)
    }
  }
}
