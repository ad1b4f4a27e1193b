import Command
import Foundation
import Training

/// `plumb methods` and `plumb explain METHOD`: what the registries know.
public struct MethodsCommand {
  /// Of one method everything; nil for the list.
  let method: String?
  let console: Console

  public init(method: String?, console: Console) {
    self.method = method
    self.console = console
  }

  public func perform() throws -> ExitCode {
    guard let method else {
      if console.givesRecords {
        for entry in MethodEntry.all { try console.print(json: MethodLine(entry)) }
      } else {
        console.print(Self.table)
        console.print("")
        console.print(
          "plumb explain METHOD says what it does, with its options and a stage to copy.")
      }
      return .success
    }
    guard let entry = MethodEntry.named(method) else {
      let names = MethodEntry.all.map(\.name)
      throw CommandError.unknownMethod(method, nearest: NearestName.of(method, among: names))
    }
    if console.givesRecords {
      try console.print(json: MethodLine(entry))
    } else {
      for line in Self.lines(entry) { console.print(line) }
    }
    return .success
  }

  /// A row for each method.
  static var table: TextTable {
    var table = TextTable([("method", .left), ("stage", .left), ("needs", .left), ("paper", .left)])
    for entry in MethodEntry.all {
      table.append([
        entry.name, entry.uses.map(\.kind).joined(separator: ", "),
        entry.uses.map(\.needs).joined(separator: "; or "), entry.card.paper,
      ])
    }
    return table
  }

  /// Everything about one.
  static func lines(_ entry: MethodEntry) -> [String] {
    var lines = [
      "\(entry.name): \(entry.title)", "", entry.card.summary, "", "loss   \(entry.card.formula)",
      "paper  \(entry.card.paper)",
    ]
    for use in entry.uses { lines.append("needs  \(use.needs) (kind: \(use.kind))") }
    lines += ["watch  \(entry.card.watch)"]
    if let opponents = entry.opponents {
      lines += ["others  with opponents: {current: 0.5, reference: 0.5} in the stage: \(opponents)"]
    }
    lines += ["", "options:"]
    lines += entry.options.isEmpty ? ["  none"] : KeyLines.lines(entry.options)
    for use in entry.uses {
      lines += ["", "a stage, below stages: (plumb help recipe \(use.kind) lists all its keys)"]
      lines += ["  \(entry.name):"] + use.example.map { "    \($0)" }
    }
    return lines
  }
}

/// A method as a line of JSON.
struct MethodLine: Encodable {
  struct Use: Encodable {
    let kind: String
    let needs: String
    let example: String
  }

  let method: String
  let title: String
  let summary: String
  let formula: String
  let paper: String
  let watch: String
  let opponents: String?
  let uses: [Use]
  let options: [KeyLine]

  init(_ entry: MethodEntry) {
    method = entry.name
    title = entry.title
    summary = entry.card.summary
    formula = entry.card.formula
    paper = entry.card.paper
    watch = entry.card.watch
    opponents = entry.opponents
    uses = entry.uses.map {
      Use(kind: $0.kind, needs: $0.needs, example: $0.example.joined(separator: "\n"))
    }
    options = entry.options.map { KeyLine($0, of: nil) }
  }
}
