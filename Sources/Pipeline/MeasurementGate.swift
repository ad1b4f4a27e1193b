import Command
import Report
import Runs

/// What is required of what an evaluation or examinations measured: `reward > 0.2`, `exo: kl < 5`,
/// `arc: accuracy > 0.3`.
///
/// A requirement without a name is held against every method but the reference; where there is nothing
/// but the reference, against that. ``MeasuredNames`` refuses before the work what will not be measured;
/// what is missing in spite of that decides nothing.
struct MeasurementGate {
  /// A number that a requirement may be about.
  private struct Entry {
    /// What whoever asks may call it: its metric, and another word for it.
    var quantities: [String]
    /// Names that may stand before it.
    var names: [String]
    /// In words, as in `exo (arc)`.
    var label: String
    var isReference: Bool
    var measurement: Measurement
  }

  private let entries: [Entry]
  /// What a requirement without a name is about; empty where entries alone say it.
  private let methods: [String]
  private let policies: [EvaluatedPolicy]
  private let reference: String
  /// What names of a recipe stand for; nil where names are those of the records alone.
  private let sides: JudgedSides?
  let requirements: [Requirement]

  /// Of an evaluation: each method over its seeds, or its only policy; compared with the reference where
  /// a number compares.
  init(_ requirements: [Requirement], _ record: EvaluationRecord, _ sides: JudgedSides? = nil) {
    self.requirements = requirements
    self.sides = sides
    policies = record.policies
    reference = record.reference
    let finals = record.policies.filter(\.isFinal)
    methods = finals.map(\.group).distinctTexts.filter { $0 != record.reference }
    entries = record.measurements.filter {
      $0.reference == nil || $0.reference == record.reference || $0.name == Measure.perplexity.name
    }.map { measurement in
      let subject = measurement.subject
      let own = finals.filter { $0.group == subject || $0.id == subject }
      let seeds = finals.count { $0.group == own.first?.group }
      let isMethod = !own.isEmpty && (seeds == 1 || own[0].group == subject)
      return Entry(
        quantities: [measurement.name],
        names: [subject] + (isMethod && seeds == 1 ? [own[0].group] : []),
        label: isMethod ? own[0].group : subject,
        isReference: subject == record.reference || !isMethod, measurement: measurement)
    }
  }

  /// Of examinations: whole ones, and not their categories; `accuracy` is what an examination compares
  /// models by where no metric of it has that name.
  ///
  /// - Parameter only: one of them; nil for all.
  init(
    _ requirements: [Requirement], _ record: ExamRecord, only: String? = nil,
    _ sides: JudgedSides? = nil
  ) {
    self.requirements = requirements
    self.sides = sides
    policies = record.policies
    reference = record.reference
    methods = []
    entries = record.scores.filter {
      $0.category == nil && only.map { [name = $0.exam] in $0 == name } ?? true
    }.compactMap { score in
      let subject = score.measurement.subject
      guard record.subjects.contains(subject) else { return nil }
      let isPrimary = record.exams.contains {
        $0.name == score.exam && $0.primary == score.measurement.name
      }
      let hasAccuracy = record.metrics(of: score.exam).contains("accuracy")
      let title = record.title(of: subject)
      return Entry(
        quantities: [score.measurement.name]
          + (isPrimary && !hasAccuracy && score.measurement.unit == "share" ? ["accuracy"] : []),
        names: [subject, title] + (only == nil ? [score.exam] : []),
        label: "\(title) (\(score.exam))", isReference: subject == record.reference,
        measurement: score.measurement)
    }
  }

  /// Holds every requirement against its numbers.
  func hold(_ gate: inout Gate) {
    for requirement in requirements {
      let own = entries.filter { $0.quantities.contains(requirement.quantity) }
      let asked = requirement.subject.map(names)
      let named = own.filter { entry in
        asked.map { !Set($0).isDisjoint(with: entry.names) } ?? !entry.isReference
      }
      // A name of an examination is no name of a model: of several models the reference is not meant.
      let others = named.filter { !$0.isReference }
      let isOfModel = named.allSatisfy { $0.label == named[0].label }
      let isReference = asked == [reference]
      let meant = isOfModel || isReference || others.isEmpty ? named : others
      let lacking =
        requirement.subject == nil
        ? methods.filter { method in !named.contains { $0.label == method } } : []
      for method in lacking {
        gate.hold(requirement, against: "\(method) has no such number", low: nil, high: nil)
      }
      let found = meant.isEmpty && requirement.subject == nil && methods.isEmpty ? own : meant
      if found.isEmpty, lacking.isEmpty {
        let subject = requirement.subject.map { " of \($0)" } ?? ""
        gate.hold(
          requirement, against: "no \(requirement.quantity)\(subject) was measured", low: nil,
          high: nil)
      }
      for entry in found {
        gate.hold(
          requirement, against: "\(entry.label) \(PrintedEstimate(entry.measurement).phrase)",
          low: entry.measurement.low, high: entry.measurement.high)
      }
    }
  }

  func held() -> Gate {
    var gate = Gate()
    hold(&gate)
    return gate
  }

  /// What records call that which a recipe names; the name itself where there is no recipe.
  private func names(_ subject: String) -> [String] {
    guard let found = sides?.sides(subject) else { return [subject] }
    return found.flatMap { side -> [String] in
      switch side {
      case .reference: return [reference]
      case .policy(let group, nil, nil): return [group]
      case .policy(let group, let seed, let step):
        return policies.filter {
          $0.group == group && (seed == nil || $0.seed == seed)
            && (step == nil ? $0.isFinal : $0.step == step)
        }.map(\.id)
      case .chosen, .bestOf: return []
      }
    }
  }
}
