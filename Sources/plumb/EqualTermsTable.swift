import Command
import Report
import Runs

/// What `plumb compare` prints of methods at equal KL, and of settings that were tried.
struct EqualTermsTable {
  private let record: EvaluationRecord
  /// Of the run, where there are several.
  private let name: String?

  init(_ record: EvaluationRecord, name: String?) {
    self.record = record
    self.name = name
  }

  /// One method at one cap, reward or mean.
  private struct ReadingLine: Encodable {
    let kind = "equal-kl"
    let run: String?
    let method: String
    let trials: Int
    let settings: Int
    let reading: EqualTermsRecord.Reading
  }

  /// Two methods at one cap.
  private struct ContrastLine: Encodable {
    let kind = "equal-kl-contrast"
    let run: String?
    let contrast: EqualTermsRecord.Contrast
  }

  /// What a reader must know beside the numbers.
  private struct RemarkLine: Encodable {
    let kind = "equal-kl-remark"
    let run: String?
    let text: String
  }

  /// Settings that were tried without a selection.
  private struct NoteLine: Encodable {
    let kind = "selection"
    let run: String?
    let text: String
  }

  func show(_ output: Output) throws {
    let note = Comparison.selectionNote(of: record)
    if output.givesRecords {
      if !note.isEmpty { try output.print(json: NoteLine(run: name, text: note)) }
      for method in record.equalTerms?.methods ?? [] {
        for reading in method.readings {
          try output.print(
            json: ReadingLine(
              run: name, method: method.name, trials: method.trials.count,
              settings: method.settings, reading: reading))
        }
      }
      for contrast in record.equalTerms?.contrasts ?? [] {
        try output.print(json: ContrastLine(run: name, contrast: contrast))
      }
      for remark in record.equalTerms?.remarks ?? [] {
        try output.print(json: RemarkLine(run: name, text: remark))
      }
      return
    }
    let of = name.map { " of \(ForeignText.printable($0))" } ?? ""
    if !note.isEmpty {
      output.print("")
      output.print("Selection\(of): " + ForeignText.printable(note))
    }
    guard let terms = record.equalTerms else { return }
    output.print("")
    output.print(
      "\(terms.yardstick.title) at equal KL\(of): chosen on \(terms.selectionPrompts) prompts and seeds "
        + "\(Self.list(terms.selectionSeeds)), measured on \(terms.prompts) others and seeds "
        + Self.list(terms.seeds))
    output.print("")
    output.print(readings(terms))
    if !terms.contrasts.isEmpty {
      output.print("")
      output.print(contrasts(terms))
    }
    output.print("")
    output.print(
      "Intervals of a method's caps hold together, and so do those of its means. Differences are of the "
        + "\(terms.yardstick.title.lowercased()); Holm p is corrected for all pairs and caps; the luck of "
        + "choosing is counted in.")
    if let margin = terms.margin, !terms.contrasts.isEmpty {
      output.print(
        "Equivalent: the interval that holds for the whole table lies within \(Numeral.plain(margin)) on both "
          + "sides of 0.")
    }
    if let advice = terms.advice { output.print(advice) }
    for remark in terms.remarks { output.print(ForeignText.printable(remark)) }
  }

  private static func list(_ numbers: [Int]) -> String {
    numbers.map(String.init).joined(separator: ", ")
  }

  private func readings(_ terms: EqualTermsRecord) -> TextTable {
    let hasHeldOut = terms.methods.contains { $0.readings.contains { $0.heldOutReward != nil } }
    var columns: [(String, TextTable.Alignment)] = [
      ("method", .left), ("trials", .right), ("at", .left), ("reward", .right), ("interval", .left),
    ]
    if hasHeldOut { columns += [("held-out reward", .right), ("interval", .left)] }
    var table = TextTable(columns + [("KL reached", .right), ("interval", .left)])
    for method in terms.methods {
      for reading in method.readings {
        func cells(_ measurement: Measurement?, _ missing: String = "–") -> [String] {
          let printed = measurement.map(PrintedEstimate.init)
          return [printed?.value ?? missing, printed?.interval ?? ""]
        }
        table.append(
          [
            ForeignText.printable(method.name), "\(method.trials.count)",
            terms.words(of: reading),
          ] + cells(reading.reward) + (hasHeldOut ? cells(reading.heldOutReward) : [])
            + cells(reading.kl, "out of reach"))
      }
    }
    return table
  }

  private func contrasts(_ terms: EqualTermsRecord) -> TextTable {
    var table = TextTable([
      ("first", .left), ("second", .left), ("KL at most", .right), ("difference", .right),
      ("interval", .left), ("Holm p", .right), ("first is", .left),
    ])
    for contrast in terms.contrasts {
      let difference = PrintedEstimate(contrast.difference)
      table.append([
        ForeignText.printable(contrast.first), ForeignText.printable(contrast.second),
        Numeral.plain(contrast.cap), difference.value, difference.interval ?? "",
        Numeral.probability(contrast.correctedPValue), contrast.verdict,
      ])
    }
    return table
  }
}
