import Runs

extension Comparison {
  /// The final checkpoints of a run, the reference included, in the order of its record.
  ///
  /// - Parameter prefix: put before each id, to tell apart policies of several runs.
  public static func checkpoints(of input: ReportInput, prefix: String = "") -> [System] {
    systems(of: input, prefix: prefix) { $0.id }
  }

  /// The methods of a run: the final checkpoints of all seeds of a stage as one system, which
  /// speaks of these seeds and not of others.
  public static func groups(of input: ReportInput, prefix: String = "") -> [System] {
    systems(of: input, prefix: prefix) { $0.group }
  }

  private static func systems(
    of input: ReportInput, prefix: String, name: (EvaluatedPolicy) -> String
  ) -> [System] {
    let samples = Dictionary(grouping: input.samples, by: \.policy)
    var systems: [System] = []
    for policy in input.evaluation.policies where policy.isFinal {
      let name = prefix + name(policy)
      let own = samples[policy.id] ?? []
      if let place = systems.firstIndex(where: { $0.name == name }) {
        systems[place].samples += own
      } else {
        systems.append(System(name: name, samples: own))
      }
    }
    return systems
  }

  /// What a reader must know of settings that were tried; empty where there are none.
  public static func selectionNote(of record: EvaluationRecord) -> String {
    Study.selectionNote(of: record)
  }

  /// Names of protocol notes that are not the same in all records: numbers across them may not be
  /// comparable.
  public static func differences(between records: [EvaluationRecord]) -> [String] {
    var names: [String] = []
    for note in records.flatMap(\.protocolNotes) where !names.contains(note.name) {
      names.append(note.name)
    }
    return names.filter { name in
      Set(records.map { $0.protocolNotes.first { $0.name == name }?.value }).count > 1
    }
  }
}
