import Corpus
import Recipe

extension AlignStage {
  /// Records what does not fit together, before any model is loaded: the objective and the number
  /// of candidates, the step, the anchors, and the rows.
  func check(_ section: Section, data name: String) {
    let method = type(of: objective).name
    let needs = objective.needs
    if let fixed = needs.width, width != fixed {
      let what = fixed == 1 ? "takes single completions" : "compares pairs"
      section.mistake("candidates", "\(method) \(what), not \(width)")
    } else if width < objective.smallestGroup {
      section.mistake(
        "candidates",
        "\(method) compares at least \(objective.smallestGroup) candidates, not \(width)")
    }
    if !needs.isDisjoint(with: [.previous, .winRates]) {
      section.mistake("objective", "\(method) needs rounds of sampling")
    }
    let settings = section.section("training")
    if training.batch < objective.smallestStep {
      settings.mistake(
        "batch",
        "\(method) needs at least \(objective.smallestStep) examples in a step, not "
          + "\(training.batch)")
    }
    if objective.couplesPrompts, training.accumulation > 1 {
      settings.mistake(
        "accumulation",
        "\(method) compares the prompts of a step with each other, so that it cannot be run in "
          + "\(training.accumulation) parts; set accumulation: 1")
    }
    if let problem = dataProblem(name) { section.mistake("data", problem) }
  }

  /// Why the objective cannot use the rows, as far as their first one tells; nil where it can, and
  /// where a file cannot be read, which is named when its rows are.
  private func dataProblem(_ name: String) -> String? {
    let method = type(of: objective).name
    let needs = objective.needs
    switch source {
    case nil: return nil
    case .candidates: return nil
    case .data(let data):
      if needs.contains(.sampler) {
        return
          "\(method) needs \(ObjectiveNeeds.sampler), and \(name) has none; take the candidates "
          + "from a sample stage"
      }
      let wanted: (layout: RowLayout, need: ObjectiveNeeds, columns: String)
      if needs.contains(.pairs) {
        wanted = (.pairs, .pairs, "prompt, chosen and rejected")
      } else if needs.contains(.labels) {
        wanted = (.labelledCompletions, .labels, "prompt, completion and label")
      } else {
        wanted = (.groups, .rewards, "prompt, completions and scores")
      }
      guard let found = try? data.layout() else { return nil }
      guard found == wanted.layout else {
        return "\(method) needs \(wanted.need), that is rows of \(wanted.columns); \(name) holds "
          + found.rawValue
      }
      return needs.contains(.mismatches) ? onlyPrompt(of: data, name) : nil
    }
  }

  /// Why there are no completions of other prompts, or nil.
  private func onlyPrompt(of data: DataSource, _ name: String) -> String? {
    guard let rows = try? data.labelledCompletions(), let first = rows.first,
      rows.allSatisfy({ $0.prompt == first.prompt })
    else { return nil }
    return
      "\(type(of: objective).name) needs completions of other prompts, and all rows of \(name) "
      + "have one prompt"
  }
}
