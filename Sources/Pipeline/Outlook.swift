import Evaluation
import Recipe
import Report
import Training

/// What is known of a recipe before anything runs: the estimates of all stages, for which every row
/// of their data is read, what cannot work, and what will disappoint.
struct Outlook {
  /// One stage, or the evaluation.
  struct Part {
    let name: String
    let kind: String
    let seeds: Int
    let estimate: StageEstimate
  }

  let parts: [Part]
  /// One line each.
  let remarks: [String]
  /// With the places in the recipe.
  private let problems: [String]

  /// - Throws: for data and models that cannot be read, as the stage itself would.
  init(_ plan: RunRecipe, memory: MachineMemory = .current) throws {
    var sizes = StageSizes(base: plan.base)
    sizes.chatTemplate = plan.chatTemplate
    var parts: [Part] = []
    for planned in plan.stages {
      parts.append(
        Part(
          name: planned.name, kind: type(of: planned.stage).kind,
          seeds: planned.repeats ? plan.seeds.count : 1,
          estimate: try planned.stage.estimate(planned.name, &sizes)))
    }
    if let evaluation = plan.evaluation {
      parts.append(
        Part(
          name: "evaluation", kind: "evaluation", seeds: 1,
          estimate: try evaluation.estimate(plan, sizes)))
    }
    var problems: [String] = []
    var remarks: [String] = []
    for part in parts {
      let path = part.kind == "evaluation" ? "evaluation" : "stages.\(part.name)"
      func place(_ keys: [Substring]) -> String {
        let way = part.kind == "evaluation" ? ["evaluation"] : ["stages", part.name]
        return "\(plan.document.place(of: way + keys.map(String.init))): "
      }
      problems += part.estimate.problems.map { problem in
        // `max_tokens: …`: the key, and what is wrong with it.
        let key = problem.prefix { $0 != ":" && $0 != " " }
        return place(key.split(separator: ".")) + "\(path).\(problem)"
      }
      remarks += part.estimate.remarks.map { "\(path).\($0)" }
      let needed = part.estimate.memory
      guard plan.device == .cpu, needed > 0, let missing = memory.shortage(of: needed) else {
        continue
      }
      let advice =
        memory.room.flatMap(part.estimate.largestSetting)
        ?? (part.estimate.steps == nil
          ? "chunk or batch decides: lower it"
          : "training.batch decides: lower it, or raise training.accumulation, which runs a batch in parts")
      let text = "\(path): \(missing); \(advice)"
      let isCertain = memory.cannotHold(needed, doubt: part.estimate.doubt)
      if isCertain { problems.append(place([]) + text) } else { remarks.append(text) }
    }
    if let evaluation = plan.evaluation, evaluation.reward == nil {
      remarks.append(
        "evaluation: without a reward it measures divergence, length and diversity"
          + (plan.judging == nil
            ? "; judging compares what policies write" : ", and judges compare what policies write")
      )
    }
    let judging = plan.document.place(of: ["judging", "judges"])
    problems +=
      try plan.judging?.contextProblems(base: plan.base)
      .map { "\(judging): judging.judges: \($0)" } ?? []
    self.parts = parts
    self.problems = problems
    self.remarks = remarks
  }

  /// - Throws: `TrainingError.unusable` with everything that cannot work, a line each.
  func check() throws {
    if !problems.isEmpty { throw TrainingError.unusable(problems.joined(separator: "\n")) }
  }
}
