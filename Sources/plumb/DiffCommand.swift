import Command
import Foundation
import Report
import Runs

/// `plumb diff A B`: what differs between two runs.
struct DiffCommand {
  let first: String
  let second: String

  func perform(_ output: Output) throws -> ExitCode {
    let runs = [first, second].map { path in
      RunDirectory(URL(filePath: path).resolvingSymlinksInPath().standardizedFileURL)
    }
    let difference = try RunDifference(runs[0], runs[1])
    if output.givesRecords {
      try lines(difference, output)
    } else {
      show(difference, output)
    }
    return .success
  }

  private struct EntryLine: Encodable {
    let kind: String
    let key: String
    let first: String?
    let second: String?
  }

  private struct NumberLine: Encodable {
    let kind = "number"
    let subject: String
    let measure: String
    let reference: String?
    let unit: String
    let first: Double?
    let firstLow: Double?
    let firstHigh: Double?
    let second: Double?
    let secondLow: Double?
    let secondHigh: Double?
  }

  private func lines(_ difference: RunDifference, _ output: Output) throws {
    let parts = [
      ("setting", difference.settings), ("data", difference.data),
      ("circumstance", difference.circumstances), ("only", difference.only),
    ]
    for (kind, entries) in parts {
      for entry in entries {
        try output.print(
          json: EntryLine(kind: kind, key: entry.key, first: entry.first, second: entry.second))
      }
    }
    for number in difference.numbers {
      let (one, other) = (number.first, number.second)
      try output.print(
        json: NumberLine(
          subject: number.subject, measure: one.name, reference: one.reference, unit: one.unit,
          first: one.value, firstLow: one.low, firstHigh: one.high, second: other.value,
          secondLow: other.low, secondHigh: other.high))
    }
  }

  private func show(_ difference: RunDifference, _ output: Output) {
    if difference.isEmpty {
      output.print(
        difference.areMeasuredAlike == nil
          ? "nothing differs: settings, data and versions are the same; without an evaluation of "
            + "both there are no numbers"
          : "nothing differs: settings, data, versions and numbers are the same")
      return
    }
    show("settings", difference.settings, output)
    show("data (hashes of rows)", difference.data.map(Self.short), output)
    show("versions and machine", difference.circumstances, output)
    show("measured in one of them", difference.only, output)
    guard let alike = difference.areMeasuredAlike else {
      output.note("no numbers: plumb evaluate measures what was not evaluated")
      return
    }
    if !difference.numbers.isEmpty {
      var table = TextTable([
        ("policy", .left), ("measure", .left), (first, .right), (second, .right),
      ])
      for number in difference.numbers {
        let title = Measure.named(number.first.name)?.title ?? number.first.name
        let against = number.first.reference.map { " vs \($0)" } ?? ""
        table.append([
          number.subject, title + against, Numeral.plain(PrintedEstimate(number.first).phrase),
          Numeral.plain(PrintedEstimate(number.second).phrase),
        ])
      }
      output.print("numbers, with their intervals:")
      output.print(table, indent: "  ")
    }
    output.print("\(difference.equalNumbers) numbers are the same in both")
    output.print(
      alike
        ? "plumb compare \(first) \(second) tests what differs, paired by prompt"
        : "another reward or other prompts measured them: their numbers do not compare")
  }

  private func show(_ title: String, _ entries: [RunDifference.Entry], _ output: Output) {
    guard !entries.isEmpty else { return }
    var table = TextTable([("", .left), (first, .left), (second, .left)])
    for entry in entries {
      table.append([entry.key, entry.first ?? "–", entry.second ?? "–"])
    }
    output.print("\(title):")
    output.print(table, indent: "  ")
    output.print("")
  }

  /// As many digits of a hash as tell two apart.
  private static func short(_ entry: RunDifference.Entry) -> RunDifference.Entry {
    RunDifference.Entry(
      key: entry.key, first: entry.first.map { String($0.prefix(12)) },
      second: entry.second.map { String($0.prefix(12)) })
  }
}
