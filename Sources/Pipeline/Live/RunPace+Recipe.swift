import Evaluation
import Runs
import Training

extension RunPace {
  /// The parts of a recipe's run, with the seconds that `plumb check` foresees of each.
  ///
  /// - Parameters:
  ///   - costs: of the recipe; nil where nothing is to be foreseen.
  ///   - choice: what a selection chose; nil where it has not.
  ///   - some: these trainings alone; nil for those of the recipe.
  ///   - isDone: whether a training is finished.
  init(
    _ recipe: RunRecipe, _ extent: RunExecution.Extent, _ costs: CostEstimate?,
    choice: [String]? = nil, of some: [RunRecipe.Training]? = nil,
    isDone: (RunRecipe.Training) throws -> Bool
  ) rethrows {
    let lines = Dictionary((costs?.lines ?? []).map { ($0.stage, $0) }) { first, _ in first }
    func part(_ training: RunRecipe.Training) throws -> Part {
      let name = training.planned.name
      let line = lines[name]
      return Part(
        name: training.label, family: name, kind: type(of: training.planned.stage).kind,
        folder: training.folder,
        foreseen: Self.seconds(line).map { $0 / Double(max(1, line?.seeds ?? 1)) },
        isDone: try isDone(training))
    }
    let first = some ?? recipe.firstTrainings
    var parts = try first.map(part)
    var isAtMost = false
    guard let evaluation = recipe.evaluation else {
      self.init(parts)
      return
    }
    func measuring(_ name: String, share: Double = 1) -> Part {
      Part(
        name: name, family: name, kind: "evaluation",
        foreseen: Self.seconds(lines[name == SelectionPlan.folder ? name : "evaluation"])
          .map { $0 * share })
    }
    if evaluation.selection != nil, extent != .training {
      parts.append(measuring(SelectionPlan.folder))
      if extent == .whole, let choice {
        let known = Set(first.map(\.label))
        parts += try recipe.trainings(following: choice).filter { !known.contains($0.label) }
          .map(part)
      } else if extent == .whole, let following = costs?.following {
        isAtMost = true
        parts += (0..<following.trainings).map { number in
          Part(
            name: "training that follows \(number + 1)", family: "following", kind: "align",
            foreseen: following.seconds / Double(following.trainings))
        }
      }
    }
    if extent == .whole {
      let sitting = lines["evaluation"]?.examShare ?? 0
      parts.append(measuring("evaluation", share: 1 - sitting))
      if !evaluation.exams.isEmpty { parts.append(measuring("exams", share: sitting)) }
      if let judging = recipe.judging {
        let asks = judging.settings.questions(1) != QuestionCount()
        parts.append(
          Part(name: "judging", family: "judging", kind: "judging", foreseen: asks ? nil : 0))
      }
    }
    self.init(parts, isAtMost: isAtMost)
  }

  /// Of a line of the estimate: nothing where nothing computes, unknown where judges are asked.
  private static func seconds(_ line: CostEstimate.Line?) -> Double? {
    guard let line else { return nil }
    return line.questions == QuestionCount() ? line.seconds ?? 0 : nil
  }
}
