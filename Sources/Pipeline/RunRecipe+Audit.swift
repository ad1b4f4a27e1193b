import Auditing
import Corpus
import Evaluation
import Recipe
import Runs
import Training

extension RunRecipe {
  /// By the data sets' names, the stages that learn from them; a tokenizer counts words and learns no
  /// answers.
  private var training: [String: [String]] {
    var found: [String: [String]] = [:]
    // A search trains on what its stage is trained on.
    for planned in stages
    where !(planned.stage is TokenizerStage || planned.stage is StrengthSearchStage) {
      for case .data(let name) in planned.inputs where !measuresOnly(on: name, planned.stage) {
        // Of a sweep one name stands for all.
        let stage = planned.sweep ?? planned.name
        if found[name]?.contains(stage) != true { found[name, default: []].append(stage) }
      }
    }
    return found
  }

  /// Whether a stage reads data only to see where its training has come to.
  private func measuresOnly(on name: String, _ stage: any Stage) -> Bool {
    guard let align = stage as? AlignStage, align.target?.promptData == name else { return false }
    return !align.trains(on: name)
  }

  /// What is wrong with the prompts that something is chosen on, a line each: those of the test would choose
  /// a strength, and on those that are trained on a policy moves otherwise than on others.
  ///
  /// - Throws: `CorpusError` for files that cannot be read.
  func choosingRemarks() throws -> [String] {
    var remarks: [String] = []
    for planned in stages {
      guard let target = (planned.stage as? AlignStage)?.target, let name = target.promptData,
        let prompts = target.prompts, let source = data[name]
      else { continue }
      let place = "stages.\(planned.sweep ?? planned.name).kl_target.prompts"
      let words = Set(try prompts.words(first: target.limit))
      if let evaluation {
        let tested = Set(try evaluation.prompts.words(first: evaluation.settings.prompts))
        let shared = words.intersection(tested).count
        if shared > 0 {
          remarks.append(
            "\(place): \(shared) of \(words.count) are prompts of the evaluation too: the strength "
              + "would be chosen on the test; name others")
        }
      }
      remarks += try learntRemark(place, name, source)
    }
    if evaluation?.selection != nil, let name = prompts("selection"), let source = data[name] {
      remarks += try learntRemark("evaluation.selection.prompts", name, source)
    }
    return remarks.distinctTexts
  }

  /// What of a data set stands in training data, in a line; empty for nothing.
  private func learntRemark(
    _ place: String, _ name: String, _ source: DataSource
  ) throws -> [String] {
    guard source.mix == nil else { return [] }
    let learnt = learnt
    let rows = try AuditedSet(name: name, reading: source).rows
    let sets = try sets(learnt.keys.sorted()).map { (learnt[$0.name] ?? [], $0) }
    let found = Overlap(of: rows, in: sets).found.compactMap(\.self)
    return found.first.map { first in
      [
        "\(place): \(found.count) of \(rows.count) rows of \(name) stand in training data, the "
          + "first in \(first.set), row \(first.row): on them a policy moves otherwise; name others"
      ]
    } ?? []
  }

  /// The data set whose prompts the evaluation asks.
  private var asked: String? { prompts("prompts_from") }

  /// The data set that a part of the evaluation takes its prompts from.
  private func prompts(_ part: String) -> String? {
    guard case .string(let name)? = document.resolved["evaluation"]?[part]?["prompts"] else {
      return nil
    }
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

  /// Whether something of the recipe is trained on rows, among which the evaluation's prompts can be looked
  /// for.
  var looksForOverlap: Bool {
    guard let asked, let source = data[asked] else { return false }
    return source.mix == nil && !learnt.isEmpty
  }

  /// Which of the evaluation's prompts were trained on; nil where nothing of the recipe is trained on
  /// rows, or the prompts come from elsewhere.
  ///
  /// - Parameter prompts: the ids of those that the evaluation asked.
  func overlap(asked prompts: [EvaluationPrompt]) throws -> OverlapRecord? {
    let learnt = learnt
    guard let asked, looksForOverlap, let source = data[asked] else { return nil }
    let ids = Set(prompts.map(\.id))
    let rows = try AuditedSet(name: asked, reading: source).rows.filter { ids.contains($0.id) }
    let sets = try sets(learnt.keys.sorted()).map { (learnt[$0.name] ?? [], $0) }
    return OverlapRecord(Overlap(of: rows, in: sets), asked: ids, count: ids.count)
  }
}
