import Evaluation
import Foundation
import Report
import Runs

extension NumbersLevel {
  /// Chooses again from what the selection's policies got, and measures the choice again by what the
  /// evaluation's got.
  ///
  /// - Parameters:
  ///   - chosen: of the selection's prompts; empty where its journals are not there.
  ///   - tested: of the evaluation's.
  ///   - seeds: the recipe's own.
  ///   - recorded: rewards at equal KL as `evaluation.json` has them.
  mutating func choice(
    _ run: RunDirectory, _ terms: SelectionTerms, _ settings: EvaluationSettings, seeds: [Int],
    chosen: [PolicyValues], tested: [PolicyValues], _ recorded: EqualTermsRecord?
  ) throws {
    let file = "\(SelectionPlan.folder)/choice.json"
    guard FileManager.default.fileExists(atPath: run.choice.path) else {
      lacking([file], of: "evaluation.json")
      return
    }
    let then = try RecordFile.read(EqualTermsRecord.self, from: run.choice)
    guard !chosen.isEmpty else { return }
    // What was left out of the prompts is told in front of what follows from the numbers.
    let own = try Selection(terms, chosen, seeds: seeds, remarks: []).record.remarks
    let given = Array(then.remarks.dropLast(own.count))
    compare(
      then, try Selection(terms, chosen, seeds: seeds, remarks: given).record, in: file)
    guard let recorded else {
      level.problems.append("evaluation.json: has no rewards at equal KL, and \(file) chose")
      return
    }
    let told = Array(recorded.remarks.prefix(given.count))
    if told != given {
      level.problems.append("\(file): its remarks are not those of evaluation.json")
    }
    guard !tested.isEmpty else { return }
    compare(
      recorded,
      try Selection(terms, chosen, seeds: seeds, remarks: told).measured(tested, settings),
      in: "evaluation.json")
  }

  private mutating func compare(
    _ recorded: EqualTermsRecord, _ found: EqualTermsRecord, in file: String
  ) {
    numbers += recorded.methods.reduce(recorded.contrasts.count) {
      $0 + $1.trials.count + $1.readings.count
    }
    guard recorded != found else { return }
    let before = level.problems.count
    func note(_ what: String) {
      level.problems.append("\(file): \(what) is not what the records give")
    }
    let known = Dictionary(found.methods.map { ($0.name, $0) }) { first, _ in first }
    for method in recorded.methods {
      guard let again = known[method.name] else {
        note("the choice of \(method.name)")
        continue
      }
      if again.trials != method.trials { note("what trials of \(method.name) gave") }
      for (index, reading) in method.readings.enumerated()
      where !again.readings.indices.contains(index) || again.readings[index] != reading {
        let at = reading.at.map { " at \(Numeral.plain($0))" } ?? ""
        note("\(reading.question.rawValue)\(at) of \(method.name)")
      }
    }
    for (index, contrast) in recorded.contrasts.enumerated()
    where !found.contrasts.indices.contains(index) || found.contrasts[index] != contrast {
      note(
        "the difference of \(contrast.first) and \(contrast.second) at \(Numeral.plain(contrast.cap)) nats"
      )
    }
    // What is neither: prompts, seeds, the margin, remarks.
    guard level.problems.count == before else { return }
    for (name, isSame) in [
      ("the number of prompts", recorded.prompts == found.prompts),
      (
        "the number of the selection's prompts", recorded.selectionPrompts == found.selectionPrompts
      ),
      ("seeds", recorded.seeds == found.seeds && recorded.selectionSeeds == found.selectionSeeds),
      ("the margin", recorded.margin == found.margin),
      ("remarks", recorded.remarks == found.remarks),
    ] where !isSame { note("\(name) of rewards at equal KL") }
    if level.problems.count == before { note("what is said of rewards at equal KL") }
  }
}
