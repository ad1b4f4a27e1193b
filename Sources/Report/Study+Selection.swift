import Runs

extension Study {
  /// Swept stages of the record with the numbers of their settings, in its order.
  static func sweeps(of record: EvaluationRecord) -> [(name: String, settings: Int)] {
    var names: [String] = []
    var settings: [String: Set<String>] = [:]
    for policy in record.policies {
      guard let sweep = policy.sweep else { continue }
      if settings[sweep] == nil { names.append(sweep) }
      settings[sweep, default: []].insert(policy.group)
    }
    return names.map { ($0, settings[$0]?.count ?? 0) }.filter { $0.1 > 1 }
  }

  /// What a reader must know of a table in which settings stand that were tried; empty where there are
  /// none.
  var selectionNote: HTML {
    let note = Self.selectionNote(of: input.evaluation)
    return note.isEmpty ? "" : "<strong>\(text: note)</strong>"
  }

  /// The same as text.
  static func selectionNote(of record: EvaluationRecord) -> String {
    if let chosen = record.equalTerms {
      let tried = chosen.methods.map { "\($0.name) \($0.trials.count)" }
      return
        "Only settings that a selection chose on other prompts and seeds stand here; tried were "
        + "\(tried.joined(separator: ", ")) (settings × checkpoints)."
    }
    let sweeps = sweeps(of: record)
    guard !sweeps.isEmpty else { return "" }
    let tried = sweeps.map { "\($0.name) \($0.settings) settings" }
    return
      "Tried and shown on the prompts that rank them: \(tried.joined(separator: ", ")). The best of them is "
      + "chosen on what it shows, which is too good; evaluation.selection chooses apart."
  }
}
