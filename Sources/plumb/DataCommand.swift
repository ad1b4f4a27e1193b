import Auditing
import Command
import Corpus
import Foundation
import Recipe
import Report

/// `plumb data`: the rows that a recipe names, their lengths, and what is wrong with them.
struct DataCommand {
  let recipe: String
  /// How many rows of each source are shown.
  let rows: Int
  let overrides: [String]
  /// What standard output shows.
  let terminal: Terminal

  func perform(_ output: Output) throws -> ExitCode {
    let plan = try DataPlan(recipe: recipe, overrides: overrides)
    if let tokenizer = plan.tokenizer {
      output.note("tokens are those of \(tokenizer.folder)")
    }
    var isWhole = true
    var isAdvised = false
    var audited: [AuditedSet] = []
    for (name, source) in plan.sources {
      let layout = try source.layout()
      let notes = RowNotes(forgivesBadRows: true)
      let all = try DataRow.rows(of: source, layout, notes)
      let summary = try DataSummary(
        name, layout, all, notes, tokenizer: plan.tokenizer?.tokenizer,
        specialTokens: source.specialTokens)
      if output.givesRecords {
        try output.print(json: summary)
      } else {
        show(summary, notes.otherRemarks, output)
        for row in all.prefix(rows) {
          try show(row, plan.tokenizer?.tokenizer, source.specialTokens, output)
        }
        output.print("")
      }
      // The rows of a mix are those of its parts.
      if source.mix == nil {
        audited.append(AuditedSet(name: name, layout: layout, rows: all.map(\.audited)))
      }
      if let tokenizer = plan.tokenizer?.tokenizer,
        let remark = source.markupRemark(
          in: all.lazy.map { $0.texts.map(\.text).joined() }, tokenizer)
      {
        output.note("\(ForeignText.printable(name)): \(remark)")
      }
      // The rows of a mix are those of its parts, which are shown themselves.
      guard source.mix == nil,
        let objection = source.badRows.objection(to: notes.bad, of: notes.read)
      else { continue }
      isWhole = false
      if source.badRows.way == .skip {
        output.note(objection.description)
      } else {
        isAdvised = true
      }
    }
    let audit = Audit(audited, training: plan.training, evaluation: plan.evaluation)
    try show(audit, audited.map(\.name), output)
    if isAdvised {
      output.note(
        "a run would stop at the refused rows; correct or remove them, or set on_bad_rows: skip")
    }
    return isWhole ? .success : .data
  }

  private func show(_ audit: Audit, _ names: [String], _ output: Output) throws {
    guard !output.givesRecords else {
      for line in audit.within.joined() + audit.across { try output.print(json: line) }
      return
    }
    output.print("What may spoil this data (near: \(Audit.nearness))")
    for (name, lines) in zip(names, audit.within) {
      for line in lines {
        output.print("  \(ForeignText.printable("\(name): \(line.text)"))")
      }
    }
    for line in audit.across { output.print("  \(ForeignText.printable(line.text))") }
  }

  private func show(_ summary: DataSummary, _ remarks: [String], _ output: Output) {
    output.print(
      "\(ForeignText.printable(summary.source)): \(Numeral.count(summary.rows)) rows, "
        + "\(summary.layout)")
    var table = TextTable(
      [("", .left), ("", .left)]
        + ["min", "median", "mean", "95 %", "max"].map { ($0, TextTable.Alignment.right) })
    for field in summary.fields {
      for (unit, lengths) in [("characters", field.characters), ("tokens", field.tokens)] {
        guard let lengths else { continue }
        table.append(
          [unit == "characters" ? field.name : "", unit]
            + [
              Numeral.count(lengths.smallest), Numeral.count(lengths.median),
              Numeral.fixed(lengths.mean, decimals: 1), Numeral.count(lengths.ninetyFive),
              Numeral.count(lengths.largest),
            ])
      }
    }
    output.print(table, indent: "  ")
    output.print(
      "  duplicates: \(Numeral.count(summary.duplicates))"
        + (summary.repeatedPrompts.map { ", repeated prompts: \(Numeral.count($0))" } ?? "")
        + ", refused: \(Numeral.count(summary.refused))")
    if let found = summary.boundaries {
      let first = found.first.map { "; the first is \(ForeignText.printable($0))" } ?? ""
      output.print(
        "  boundaries: \(Numeral.count(found.insideTokens)) of \(Numeral.count(summary.rows)) rows have "
          + "one token for the end of the prompt and the beginning of a completion" + first)
    }
    if let ends = summary.ends {
      let first = ends.first.map { "; the first is \(ForeignText.printable($0))" } ?? ""
      let said =
        ends.complaints.isEmpty
        ? "one behind each of \(Numeral.count(ends.completions)) completions"
        : ends.complaints.joined(separator: ", ") + first
      output.print(
        [("  begin and end tokens: ", nil), (said, ends.complaints.isEmpty ? nil : .red)],
        on: terminal)
    }
    for remark in remarks { output.print("  \(remark)") }
    if !summary.unreadColumns.isEmpty {
      let names = summary.unreadColumns.prefix(12).map { ForeignText.printable($0) }
      output.print(
        "  not read: \(names.joined(separator: ", "))"
          + (summary.unreadColumns.count > 12 ? ", …" : ""))
    }
    for refusal in summary.refusals {
      output.print(
        "  refused \(Numeral.count(refusal.count)): \(ForeignText.printable(refusal.reason)); "
          + "the first at \(ForeignText.printable(refusal.first))")
    }
  }

  private func show(
    _ row: DataRow, _ tokenizer: Tokenizer?, _ specialTokens: SpecialTokens, _ output: Output
  ) throws {
    output.print(
      "  \(ForeignText.printable(row.id))" + (row.remark.isEmpty ? "" : "  (\(row.remark))"))
    let read = try tokenizer.map({ try row.read(by: $0, specialTokens) })
    for (place, (field, text)) in row.texts.enumerated() {
      output.print("    \(field): \(Self.cut(ForeignText.printable(text)))")
      guard let ids = read?.ids[place] else { continue }
      let shown = ids.prefix(24).map(String.init).joined(separator: " ")
      output.print("      ids: \(shown)" + (ids.count > 24 ? " … \(ids.count) in all" : ""))
    }
    if let tokenizer, let learning = read?.learning {
      for place in learning.completions.indices {
        let count = "\(learning.completions[place].count) learnt behind \(learning.prompt.count)"
        output.print(
          [("    read: ", nil)] + learning.shown(place, by: tokenizer) + [("  (\(count))", .dim)],
          on: terminal)
      }
    }
    if read?.learning?.isStraddling == true {
      output.print("    one token holds the end of the prompt and the beginning of a completion")
    }
  }

  /// The first 300 characters; how many there are where more are.
  static func cut(_ text: String) -> String {
    let count = text.count
    return count <= 300 ? text : "\(text.prefix(300))… (\(Numeral.count(count)) characters)"
  }
}
