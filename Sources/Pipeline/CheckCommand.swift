import Auditing
import Command
import Comparing
import Foundation
import Recipe
import Report
import Training

/// `plumb check`: validates a recipe and prints what it will cost; as records what it resolves to as well.
public struct CheckCommand {
  let recipe: String
  let overrides: [String]
  let console: Console

  public init(recipe: String, overrides: [String], console: Console) {
    self.recipe = recipe
    self.overrides = overrides
    self.console = console
  }

  public func perform() throws -> ExitCode {
    let document = try RecipeDocument.load(path: recipe, overrides: overrides)
    let base = URL(fileURLWithPath: recipe).deletingLastPathComponent()
    let plan = try RunRecipe(document, base: base)
    try document.checkFiles()
    try plan.device.check()
    try plan.judging?.check()
    try plan.judging?.checkCalibration(plan)
    let outlook = try Outlook(plan)
    try outlook.check()
    let estimate = try CostEstimate(plan, outlook)
    let audit = try plan.audit()
    let remarks =
      outlook.remarks + trust(plan) + plan.idleRemarks + (try plan.choosingRemarks())
    if console.givesRecords {
      // Of hundreds of settings no row is made.
      if console.isJSON {
        let line = try JSONSerialization.data(
          withJSONObject: JSONSerialization.jsonObject(with: document.resolvedJSON()),
          options: [.sortedKeys, .withoutEscapingSlashes])
        console.print(jsonLine: String(decoding: line, as: UTF8.self))
      }
      for line in estimate.lines { try console.print(json: line) }
      if let trainings = estimate.counted { try console.print(json: trainings) }
      for line in questions(plan, estimate) { try console.print(json: line) }
      for line in outlook.defaults { try console.print(json: ["default": line]) }
      for remark in remarks { try console.print(json: ["remark": remark]) }
      for line in audit.within.joined() + audit.across { try console.print(json: line) }
      if let densities = densities(plan) { try console.print(json: densities) }
      if let remark = seedRemark(plan) { try console.print(json: remark) }
    } else {
      console.print(estimate.table)
      for line in estimate.notes(on: plan.device) { console.print(line) }
      for line in questions(plan, estimate) { console.print(line.text) }
      for line in outlook.defaults { console.print(line) }
      for remark in remarks { console.print(ForeignText.printable(remark)) }
      for line in audit.warnings { console.print(ForeignText.printable(line)) }
      if let densities = densities(plan) { console.print(densities.text) }
      if let remark = seedRemark(plan) { console.print(remark.text) }
    }
    return .success
  }

  /// What a calibration says beforehand of the judge's agreement with people.
  private func trust(_ plan: RunRecipe) -> [String] {
    guard let judging = plan.judging,
      let record = (try? CalibrationFile(judging.calibration, for: nil))?.record
    else { return [] }
    let gate = judging.trust(record)
    let end = gate.exitCode == .success ? "" : "; nobody would be asked"
    return gate.verdicts.map { $0.words + end }
  }

  /// What density ratios draw and score; nil without them.
  private func densities(_ plan: RunRecipe) -> DensityEstimate? {
    guard let evaluation = plan.evaluation, evaluation.reward != nil else { return nil }
    let settings = evaluation.settings
    let found = DensityEstimate(
      settings, prompts: settings.prompts, policies: evaluation.finals(plan).count)
    return found.draws > 0 ? found : nil
  }

  /// What the number of seeds leaves open.
  private struct SeedRemark: Encodable {
    let kind = "seeds"
    let seeds: Int
    let text: String
  }

  private func seedRemark(_ plan: RunRecipe) -> SeedRemark? {
    guard plan.evaluation != nil, plan.stages.contains(where: \.repeats) else { return nil }
    let words: String
    switch plan.seeds.count {
    case 1: words = "one seed: luck of training is not measured"
    case 2:
      words =
        "two seeds settle nothing: one degree of freedom makes intervals 12.7 standard "
        + "errors wide on each side; give three or more (plumb power counts them)"
    default: return nil
    }
    return SeedRemark(seeds: plan.seeds.count, text: words)
  }

  /// What judges will be asked, at most.
  private struct Questions: Encodable {
    let stage: String
    let requests: Int
    let local: Int

    init(_ stage: String, _ count: QuestionCount) {
      self.stage = stage
      requests = count.remote
      local = count.local
    }

    var text: String {
      "\(stage): at most \(Numeral.count(requests)) requests to servers and "
        + "\(Numeral.count(local)) questions for models in this process."
    }
  }

  private func questions(_ plan: RunRecipe, _ estimate: CostEstimate) -> [Questions] {
    let oracles = estimate.lines.filter { $0.questions != QuestionCount() }
      .map { Questions($0.stage, $0.questions * $0.seeds) }
    guard let judging = plan.judging, let evaluation = plan.evaluation else { return oracles }
    let found = judging.questions(
      policies: evaluation.finals(plan), prompts: evaluation.settings.prompts)
    return oracles + [Questions("judging", found)]
  }
}
