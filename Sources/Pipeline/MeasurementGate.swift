import Command
import Report
import Runs

/// What `--require` asks of what `plumb evaluate` and `plumb exam` measured: `reward > 0.2`,
/// `exo: kl < 5`, `arc: accuracy > 0.3`.
///
/// A requirement without a name is held against every method but the reference; where there is nothing
/// but the reference, against that.
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
  let requirements: [Requirement]

  /// Of an evaluation: each method over its seeds, or its only policy; compared with the reference where
  /// a number compares.
  init(_ requirements: [Requirement], _ record: EvaluationRecord) {
    self.requirements = requirements
    let finals = record.policies.filter(\.isFinal)
    methods = finals.map(\.group).distinctTexts.filter { $0 != record.reference }
    entries = record.measurements.filter {
      $0.reference == nil || $0.reference == record.reference
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
  init(_ requirements: [Requirement], _ record: ExamRecord) {
    self.requirements = requirements
    methods = []
    entries = record.scores.filter { $0.category == nil }.compactMap { score in
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
        names: [subject, title, score.exam], label: "\(title) (\(score.exam))",
        isReference: subject == record.reference, measurement: score.measurement)
    }
  }

  /// Holds every requirement against its numbers.
  ///
  /// - Throws: `CommandError` for a quantity or a name that was not measured.
  func held() throws(CommandError) -> Gate {
    var gate = Gate()
    for requirement in requirements {
      let own = entries.filter { $0.quantities.contains(requirement.quantity) }
      guard !own.isEmpty else {
        throw .badValue(
          option: "--require", value: requirement.words,
          expected: "what was measured: "
            + entries.flatMap(\.quantities).distinctTexts.joined(separator: ", "))
      }
      let named = own.filter { entry in
        requirement.subject.map { entry.names.contains($0) } ?? !entry.isReference
      }
      // A name of an examination is no name of a model: of several models the reference is not meant.
      let others = named.filter { !$0.isReference }
      let isOfModel = named.allSatisfy { $0.label == named[0].label }
      let meant = isOfModel || others.isEmpty ? named : others
      let lacking =
        requirement.subject == nil
        ? methods.filter { method in !named.contains { $0.label == method } } : []
      for method in lacking {
        gate.hold(requirement, against: "\(method) has no such number", low: nil, high: nil)
      }
      let found = meant.isEmpty && requirement.subject == nil && methods.isEmpty ? own : meant
      guard !found.isEmpty || !lacking.isEmpty else {
        throw .badValue(
          option: "--require", value: requirement.words,
          expected: "a name with this number: "
            + own.flatMap(\.names).distinctTexts.joined(separator: ", "))
      }
      for entry in found {
        gate.hold(
          requirement, against: "\(entry.label) \(PrintedEstimate(entry.measurement).phrase)",
          low: entry.measurement.low, high: entry.measurement.high)
      }
    }
    return gate
  }

  /// Says what came of each.
  ///
  /// - Returns: `code` where that is not success, else what follows from the requirements.
  func conclude(after code: ExitCode, _ output: Output) throws -> ExitCode {
    guard code == .success, !requirements.isEmpty else { return code }
    let gate = try held()
    gate.tell(output)
    return gate.exitCode
  }

  /// As ``conclude(after:_:)``, of the evaluation that a run has now.
  static func conclude(
    _ requirements: [Requirement], of run: RunDirectory, after code: ExitCode, _ output: Output
  ) throws -> ExitCode {
    guard code == .success, !requirements.isEmpty else { return code }
    let record = try RecordFile.read(
      EvaluationRecord.self, from: run.evaluation, advice: RecordAdvice.measured)
    return try MeasurementGate(requirements, record).conclude(after: code, output)
  }
}
