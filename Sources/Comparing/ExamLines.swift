import Command
import Report
import Runs
import Statistics

/// What examinations found, as tables of a terminal or lines for programs: one text, whoever shows it.
public struct ExamLines {
  private let record: ExamRecord
  /// Put before each name, to tell apart policies of several runs.
  private let prefix: String

  public init(_ record: ExamRecord, prefix: String = "") {
    self.record = record
    self.prefix = prefix
  }

  public func show(_ output: Output) throws {
    if output.givesRecords { return try showJSON(output) }
    for (place, exam) in record.exams.enumerated() {
      if place > 0 { output.print("") }
      output.print(heading(exam))
      output.print("")
      output.print(table(exam))
      for line in remarks(exam) { output.print(line) }
    }
    if let table = contrasts {
      output.print("")
      output.print(
        "differences to \(ForeignText.printable(prefix + record.reference)), item by item; p corrected by "
          + "Holm for \(record.contrasts.count == 1 ? "one" : "all \(record.contrasts.count)")")
      output.print("")
      output.print(table)
      if record.policies.allSatisfy({ $0.seed == nil }) == false {
        output.print("")
        output.print("Several seeds speak of other seeds as well as of other items.")
      }
    }
  }

  // MARK: Scores

  private func heading(_ exam: ExamRecord.Exam) -> String {
    let items = exam.items == 1 ? "1 item" : "\(Numeral.count(exam.items)) items"
    let shots = exam.shots == 0 ? "" : ", \(exam.shots) shot\(exam.shots == 1 ? "" : "s")"
    return ForeignText.printable(
      "\(exam.name) (\(exam.kind)): \(items)\(shots), \(exam.form)"
        + (exam.isChat ? ", as turns" : "")
        + "; \(IntervalBasis.percent(record.confidence)) % intervals")
  }

  private func table(_ exam: ExamRecord.Exam) -> TextTable {
    let metrics = record.metrics(of: exam.name)
    var table = TextTable(
      [("name", .left)]
        + metrics.flatMap { metric in
          [(metric, .right), ("interval", .left)]
            as [(heading: String, alignment: TextTable.Alignment)]
        })
    for subject in record.subjects {
      table.append(
        [ForeignText.printable(prefix + record.title(of: subject))]
          + metrics.flatMap { cells(record.score($0, of: exam.name, by: subject)) })
    }
    let categories = record.categories(of: exam.name)
    for category in categories {
      for subject in record.subjects {
        let found = record.score(exam.primary, of: exam.name, by: subject, category: category)
        guard let found else { continue }
        let name =
          record.subjects.count == 1
          ? category : "\(category), \(prefix + record.title(of: subject))"
        table.append(
          ["  " + ForeignText.printable(name)]
            + metrics.flatMap { $0 == exam.primary ? cells(found) : ["", ""] })
      }
    }
    return table
  }

  private func cells(_ found: Measurement?) -> [String] {
    guard let found else { return ["–", ""] }
    let printed = PrintedEstimate(found)
    return [printed.value + (found.unit == "share" ? " %" : ""), printed.interval ?? ""]
  }

  private func remarks(_ exam: ExamRecord.Exam) -> [String] {
    var lines: [String] = []
    if exam.skippedRows > 0 {
      lines.append(
        "\(exam.skippedRows) row\(exam.skippedRows == 1 ? "" : "s") of the file could not be used")
    }
    for sitting in record.sittings where sitting.exam == exam.name {
      let facts = [
        sitting.tooLong > 0 ? "\(sitting.tooLong) items too long and left out" : nil,
        sitting.cut > 0 ? "\(sitting.cut) items cut at their beginning" : nil,
        sitting.unfinished > 0 ? "\(sitting.unfinished) answers reached the length limit" : nil,
        sitting.straddling > 0
          ? "\(sitting.straddling) items with a token across prompt and choice" : nil,
      ].compactMap(\.self)
      if !facts.isEmpty {
        lines.append("\(prefix + sitting.policy): \(facts.joined(separator: ", "))")
      }
    }
    lines += exam.notes
    return (lines.isEmpty ? [] : [""]) + lines.map { ForeignText.printable($0) }
  }

  // MARK: Contrasts

  private var contrasts: TextTable? {
    guard !record.contrasts.isEmpty else { return nil }
    var table = TextTable([
      ("exam", .left), ("name", .left), ("metric", .left), ("difference", .right),
      ("interval", .left), ("gained", .right), ("lost", .right), ("p", .right), ("Holm p", .right),
      ("test", .left),
    ])
    for contrast in record.contrasts {
      let difference = PrintedEstimate(contrast.difference)
      table.append([
        ForeignText.printable(contrast.exam),
        ForeignText.printable(prefix + record.title(of: contrast.difference.subject)),
        contrast.difference.name,
        difference.value + (contrast.difference.unit == "share" ? " points" : ""),
        difference.interval ?? "", contrast.gained.map(String.init) ?? "",
        contrast.lost.map(String.init) ?? "", Self.probability(contrast.pValue),
        Self.probability(contrast.correctedPValue), contrast.test,
      ])
    }
    return table
  }

  /// Three digits, and never 0.
  private static func probability(_ value: Double) -> String {
    value < 0.001 ? "<0.001" : Numeral.fixed(value, decimals: 3)
  }

  // MARK: JSON

  private struct ExamLine: Encodable {
    let kind = "exam"
    let exam: ExamRecord.Exam
  }

  private struct ScoreLine: Encodable {
    let kind = "exam score"
    let name: String
    let score: ExamRecord.Score
  }

  private struct SittingLine: Encodable {
    let kind = "exam sitting"
    let name: String
    let sitting: ExamRecord.Sitting
  }

  private struct ContrastLine: Encodable {
    let kind = "exam contrast"
    let name: String
    let contrast: ExamRecord.Contrast
    let cost: Measurement
  }

  private func showJSON(_ output: Output) throws {
    for exam in record.exams { try output.print(json: ExamLine(exam: exam)) }
    for sitting in record.sittings {
      try output.print(json: SittingLine(name: prefix + sitting.policy, sitting: sitting))
    }
    for score in record.scores {
      try output.print(json: ScoreLine(name: prefix + score.measurement.subject, score: score))
    }
    for contrast in record.contrasts {
      try output.print(
        json: ContrastLine(
          name: prefix + contrast.difference.subject, contrast: contrast, cost: contrast.cost))
    }
  }
}
