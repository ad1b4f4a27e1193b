import Command
import Evaluation
import Recipe
import Runs

/// What a recipe requires of its evaluation and examinations.
extension EvaluationPlan {
  /// The names of this evaluation, and what they stand for.
  var sides: JudgedSides {
    JudgedSides(evaluation: self, swept: swept, unknown: unknown, seeds: seeds)
  }

  /// What conditions can be about.
  ///
  /// - Parameter metrics: by examination, where its files were read.
  func measuredNames(_ metrics: [String: [String]] = [:]) -> MeasuredNames {
    let sides = sides
    var names = MeasuredNames(
      measures: measures.map(\.name), models: sides.policyNames, objection: { _ in nil },
      reference: { sides.side($0) == .reference })
    if let terms = selection?.terms {
      names.equalTerms = EqualTermsQuantity.all(terms, hasHeldOut: heldOutReward != nil)
      names.chosenBy = terms.by == .reward ? .reward : .heldOutReward
      let settings = Dictionary(
        swept.flatMap { name, own in own.map { ($0, name) } },
        uniquingKeysWith: { first, _ in first })
      names.methods =
        (policies.compactMap { name in
          group(of: name).map { settings[name] ?? $0 }
        } + unknown.sorted()).distinctTexts
    }
    for exam in exams { names.exams.updateValue(metrics[exam.name], forKey: exam.name) }
    let known = names
    names.objection = { name in
      guard let found = sides.sides(name), found.allSatisfy(\.isMeasured) else {
        return sides.isUnknown(name) ? nil : known.objection(unknown: name)
      }
      return found.lazy.compactMap { sides.objection(to: $0, named: name) }.first
        .map { "a name that is measured (\($0))" }
    }
    names.absence = { name in sides.sides(name)?.lazy.compactMap(sides.absence(of:)).first }
    return names
  }

  /// As ``measuredNames(_:)``, of the conditions of one examination.
  func measuredNames(of exam: String, _ metrics: [String]? = nil) -> MeasuredNames {
    var names = measuredNames()
    names.measures = []
    // The table at equal KL is none of an examination's.
    names.equalTerms = []
    names.exams = [:]
    names.exams.updateValue(metrics, forKey: exam)
    names.isOfOneExam = true
    return names
  }

  /// Measures that there will be a number of.
  private var measures: [Measure] {
    let labelled: [Measure] = [
      .preferenceAccuracy, .rewardMargin, .chosenLogRatio, .rejectedLogRatio,
    ]
    return Measure.known.filter { measure in
      switch measure {
      case .reward, .winRate, .promptsWorse, .rewardDifference: reward != nil
      case .heldOutReward: heldOutReward != nil
      case .rewardGap: reward != nil && heldOutReward != nil
      case .classifierAccuracy: reward != nil && isLogOdds
      case _ where labelled.contains(measure): chosen != Chosen.none
      default: true
      }
    }
  }

  /// Reads the conditions, which stand beside everything that they can be about.
  mutating func readRequirements(from section: Section) {
    let names = measuredNames()
    requirements = Requirement.all(
      from: section,
      about: "What has to hold for the run to end with 0, as in 'win_rate(dpo) > 0.5'.",
      objection: names.objection(to:))
    guard section.has("exams") else { return }
    for (name, own) in section.sections("exams") {
      let names = measuredNames(of: name)
      let found = Requirement.all(
        from: own, about: "What has to hold of it, as in 'accuracy(dpo) > 0.3'.",
        objection: names.objection(to:))
      if !found.isEmpty { examRequirements[name] = found }
    }
  }

  /// What of the conditions on examinations cannot be held, once their files were read; by the key and item.
  func gateProblems(_ metrics: [String: [String]]) -> [String] {
    guard metrics.count == exams.count else { return [] }
    func problems(_ requirements: [Requirement], _ names: MeasuredNames, _ key: String) -> [String]
    {
      requirements.enumerated().compactMap { item, one in
        names.objection(to: one).map { "\(key)[\(item)]: '\(one.words)' wants \($0)" }
      }
    }
    return problems(requirements, measuredNames(metrics), "require")
      + examRequirements.sorted { $0.key < $1.key }.flatMap { exam, own in
        problems(own, measuredNames(of: exam, metrics[exam]), "exams.\(exam).require")
      }
  }

  /// What an evaluation left in a run.
  func records(of run: RunDirectory) throws -> MeasuredRecords {
    MeasuredRecords(
      evaluation: try RecordFile.read(
        EvaluationRecord.self, from: run.evaluation, advice: RecordAdvice.measured),
      exams: exams.isEmpty
        ? nil
        : try RecordFile.read(ExamRecord.self, from: run.exams, advice: RecordAdvice.measured))
  }

  /// Holds the conditions against what a run's records say.
  func gate(_ run: RunDirectory) throws -> Gate {
    var gate = Gate(of: "evaluation.require")
    guard !requirements.isEmpty || !examRequirements.isEmpty else { return gate }
    let measured = try records(of: run)
    measured.hold(requirements, sides, &gate)
    for (exam, own) in examRequirements.sorted(by: { $0.key < $1.key }) {
      var part = Gate(of: "evaluation.exams.\(exam).require")
      if let record = measured.exams {
        MeasurementGate(own, record, only: exam, sides).hold(&part)
      }
      gate.add(part)
    }
    return gate
  }
}

/// What an evaluation left.
struct MeasuredRecords {
  let evaluation: EvaluationRecord
  let exams: ExamRecord?

  /// Each condition against the record that it is about: that of the examinations where it names one, or
  /// where no measure has the name.
  func hold(_ requirements: [Requirement], _ sides: JudgedSides?, _ gate: inout Gate) {
    for one in requirements {
      if let asked = EqualTermsQuantity(one.quantity), let record = evaluation.equalTerms {
        let found = asked.found(one.subject, in: record)
        for number in found {
          gate.hold(one, against: number.shown, low: number.low, high: number.high)
        }
        if found.isEmpty {
          gate.hold(one, against: "no \(one.quantity) was measured", low: nil, high: nil)
        }
        continue
      }
      let isOfExam =
        exams?.exams.contains { $0.name == one.subject } == true
        || Measure.named(one.quantity) == nil
      if isOfExam, let exams {
        MeasurementGate([one], exams, sides).hold(&gate)
      } else {
        MeasurementGate([one], evaluation, sides).hold(&gate)
      }
    }
  }
}
