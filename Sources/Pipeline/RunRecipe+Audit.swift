import Auditing
import Evaluation
import Recipe
import Runs
import Training

extension RunRecipe {
  /// By the data sets' names, the stages that learn from them; a tokenizer counts words and learns no
  /// answers.
  private var training: [String: [String]] {
    var found: [String: [String]] = [:]
    for planned in stages where !(planned.stage is TokenizerStage) {
      for case .data(let name) in planned.inputs {
        // Of a sweep one name stands for all.
        let stage = planned.sweep ?? planned.name
        if found[name]?.contains(stage) != true { found[name, default: []].append(stage) }
      }
    }
    return found
  }

  /// The data set whose prompts the evaluation asks.
  private var asked: String? {
    guard case .string(let name)? = document.resolved["evaluation"]?["prompts_from"]?["prompts"]
    else { return nil }
    return name
  }

  private func sets(_ names: some Sequence<String>) throws -> [AuditedSet] {
    try names.compactMap { name in
      guard let source = data[name] else { return nil }
      // The rows of a mix are those of its parts.
      return source.mix == nil ? try AuditedSet(name: name, reading: source) : nil
    }
  }

  /// What would spoil the recipe's data.
  ///
  /// - Throws: `CorpusError` for files that cannot be read.
  func audit() throws -> Audit {
    Audit(try sets(data.keys.sorted()), training: learnt, evaluation: asked)
  }

  /// The same with the parts of mixes in their place.
  private var learnt: [String: [String]] {
    var found: [String: [String]] = [:]
    for (name, stages) in training {
      for part in data[name]?.mix?.parts.map(\.name) ?? [name] {
        for stage in stages where found[part]?.contains(stage) != true {
          found[part, default: []].append(stage)
        }
      }
    }
    return found.mapValues { $0.sorted() }
  }

  /// Which of the evaluation's prompts were trained on; nil where nothing of the recipe is trained on
  /// rows, or the prompts come from elsewhere.
  ///
  /// - Parameter prompts: the ids of those that the evaluation asked.
  func overlap(asked prompts: [EvaluationPrompt]) throws -> OverlapRecord? {
    let learnt = learnt
    guard let asked, let source = data[asked], source.mix == nil, !learnt.isEmpty else {
      return nil
    }
    let ids = Set(prompts.map(\.id))
    let rows = try AuditedSet(name: asked, reading: source).rows.filter { ids.contains($0.id) }
    let sets = try sets(learnt.keys.sorted()).map { (learnt[$0.name] ?? [], $0) }
    return OverlapRecord(Overlap(of: rows, in: sets), asked: ids, count: ids.count)
  }
}
