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
    /// The stage that the recipe writes, where this is one of its settings.
    var sweep: String?
    /// The stage whose settings it has, where that is another one.
    var serves: String?
  }

  let parts: [Part]
  /// What they may have, and what the program takes of it.
  let memory: MachineMemory
  /// One line each.
  let remarks: [String]
  /// Defaults that follow from models, with their reasons; those of a sweep once.
  var defaults: [String] {
    var known: Set<String> = []
    return parts.flatMap { part in
      part.estimate.defaults.map { "stages.\(part.sweep ?? part.name).\($0)" }
    }.filter { known.insert($0).inserted }
  }

  /// With the places in the recipe.
  private let problems: [String]

  /// - Parameter some: these stages alone, with all that they are made from, and no evaluation; nil for
  ///   the whole recipe.
  /// - Throws: for data and models that cannot be read, as the stage itself would.
  init(
    _ plan: RunRecipe, of some: Set<String>? = nil, memory: MachineMemory = .current
  ) throws {
    var memory = memory
    memory.precision = plan.precision
    self.memory = memory
    var sizes = StageSizes(base: plan.base)
    sizes.chatTemplate = plan.chatTemplate
    sizes.precision = plan.precision
    var parts: [Part] = []
    for planned in plan.stages where some?.contains(planned.name) ?? true {
      sizes.reads = planned.sweep.map { "\($0) \(planned.inputs)" }
      parts.append(
        Part(
          name: planned.name, kind: type(of: planned.stage).kind,
          seeds: planned.repeats ? plan.seeds(of: planned).count : 1,
          estimate: try planned.stage.estimate(planned.name, &sizes), sweep: planned.sweep,
          serves: planned.serves))
    }
    let evaluation = some == nil ? plan.evaluation : nil
    if let evaluation, let selection = evaluation.selection {
      parts.append(
        Part(
          name: "selection", kind: "evaluation", seeds: 1,
          estimate: try evaluation.estimate(selection, plan, sizes)))
    }
    if let evaluation {
      parts.append(
        Part(
          name: "evaluation", kind: "evaluation", seeds: 1,
          estimate: try evaluation.estimate(plan, sizes)))
    }
    var problems: [String] = []
    var remarks: [String] = []
    let sizesOfSweeps = Dictionary(grouping: parts.filter { $0.sweep != nil }) { $0.sweep ?? "" }
      .mapValues(\.count)
    // What is said of many settings of a sweep is said once.
    var told: [String: [String]] = [:]
    func remark(_ part: Part, _ path: String, _ text: String) {
      guard let sweep = part.sweep else {
        remarks.append(path + text)
        return
      }
      let key = "stages.\(sweep)\(text)"
      if told[key] == nil { remarks.append(key) }
      told[key, default: []].append(part.name)
    }
    for part in parts {
      let stage = part.serves ?? part.name
      let path = part.kind == "evaluation" ? "evaluation" : "stages.\(stage)"
      func place(_ keys: [Substring], item: Int? = nil) -> String {
        let way = part.kind == "evaluation" ? ["evaluation"] : ["stages", stage]
        return "\(plan.document.place(of: way + keys.map(String.init), item: item)): "
      }
      problems += part.estimate.problems.map { problem in
        // `max_tokens: …`, `require[1]: …`: the key, perhaps an item, and what is wrong with it.
        let key = problem.prefix { $0 != ":" && $0 != " " }
        let parts = key.split(separator: "[")
        let item = parts.count == 2 ? Int(parts[1].dropLast()) : nil
        let keys = item == nil ? key : parts[0]
        return place(keys.split(separator: "."), item: item)
          + "\(path).\(keys)\(problem.dropFirst(key.count))"
      }
      for text in part.estimate.remarks { remark(part, path, ".\(text)") }
      let needed = part.estimate.memory
      guard plan.device == .cpu, needed > 0, let missing = memory.shortage(of: needed) else {
        continue
      }
      let advice =
        memory.room.flatMap(part.estimate.largestSetting)
        ?? (part.estimate.steps == nil
          ? "chunk or batch decides: lower it"
          : "training.batch decides: lower it, or raise training.accumulation, which runs a batch in parts")
      let text = ": \(missing); \(advice)"
      let isCertain = memory.cannotHold(needed, doubt: part.estimate.doubt)
      if isCertain {
        problems.append(place([]) + path + text)
      } else {
        remark(part, path, text)
      }
    }
    remarks = remarks.map { text in
      guard let names = told[text], let first = names.first else { return text }
      let sweep = parts.first { $0.name == first }?.sweep ?? ""
      let rest = text.dropFirst("stages.\(sweep)".count)
      if names.count == 1 { return "stages.\(first)\(rest)" }
      return "stages.\(sweep), \(names.count) of \(sizesOfSweeps[sweep] ?? 0) settings: "
        + rest.drop { $0 == "." || $0 == ":" || $0 == " " }
    }
    if let evaluation, evaluation.reward == nil {
      remarks.append(
        "evaluation: without a reward it measures divergence, length and diversity"
          + (plan.judging == nil
            ? "; judging compares what policies write" : ", and judges compare what policies write")
      )
    }
    let judging = plan.document.place(of: ["judging", "judges"])
    if some == nil {
      problems +=
        try plan.judging?.contextProblems(base: plan.base)
        .map { "\(judging): judging.judges: \($0)" } ?? []
    }
    self.parts = parts
    self.problems = problems.distinctTexts
    self.remarks = remarks
  }

  /// - Throws: `TrainingError.unusable` with everything that cannot work, a line each.
  func check() throws {
    if !problems.isEmpty { throw TrainingError.unusable(problems.joined(separator: "\n")) }
  }
}
