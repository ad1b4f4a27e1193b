import Command
import Report
import Runs

/// What `plumb watch` shows of a run on a terminal.
struct WatchLines {
  let watched: WatchedRun

  /// Names that are listed before the rest is counted.
  private static let mostNames = 8
  /// Lines of talk.
  private static let mostTalk = 5

  private var name: String { watched.run.url.lastPathComponent }

  /// How far the run is, in one line.
  var heading: String {
    let statuses = watched.statuses
    guard let first = statuses.first else { return "\(name): at work, and says nothing yet" }
    if statuses.count == 1 {
      let update = first.update
      let words = [update.run?.words ?? "beginning", update.memoryWords].compactMap(\.self)
      return "\(name): \(words.joined(separator: ", "))"
    }
    // They work side by side: the run waits for the last of them.
    let left = statuses.map(\.pace.left)
    let longest =
      left.contains { $0 == nil } ? nil : left.compactMap(\.self).max { $0.seconds < $1.seconds }
    let parts = watched.parts
    return
      "\(name): \(statuses.count) processes, \(parts.count { $0.share >= 1 }) of \(parts.count) stages "
      + "are done, \(RunPlace.words(of: longest)) of what they make"
  }

  /// One line for each process, in one piece, for streams that are no terminal.
  var plain: [String] {
    watched.statuses.count == 1
      ? watched.statuses.map {
        $0.total == nil ? "\(heading)  \($0.stage)" : "\(name): \($0.update.line)"
      }
      : [heading] + watched.statuses.map { "  \($0.work)" }
  }

  /// All of it, to be written over.
  var block: [String] {
    let parts = watched.parts
    let current = Set(
      watched.statuses.compactMap { status in
        status.part.map { status.pace.parts[$0].name }
      })
    var lines = [heading] + watched.statuses.map { "  \($0.work)" }
    let done = parts.filter { $0.share >= 1 }.map(\.name)
    let open = parts.filter { $0.share < 1 && !current.contains($0.name) }.map(\.name)
    if !done.isEmpty { lines.append("  done: \(Self.list(done.reversed()))") }
    if !open.isEmpty { lines.append("  then: \(Self.list(open))") }
    let talk = watched.statuses.flatMap(\.lines).suffix(Self.mostTalk)
    return lines + (talk.isEmpty ? [] : [""] + talk.map { "  \($0)" })
  }

  private static func list(_ names: [String]) -> String {
    let rest = names.count - mostNames
    return names.prefix(mostNames).joined(separator: ", ") + (rest > 0 ? " and \(rest) more" : "")
  }

  /// What the trainings of a run came to, from its records.
  static func summary(_ input: ReportInput) -> TextTable {
    var table = TextTable([
      ("training", .left), ("steps", .right), ("loss", .right), ("reward", .right),
    ])
    for entry in input.steps {
      guard let last = entry.records.last else { continue }
      func number(_ names: [String]) -> String {
        names.lazy.compactMap { last.metrics[$0] }.first.map { Numeral.significant($0) } ?? ""
      }
      table.append([
        entry.stage + (entry.seed.map { " seed \($0)" } ?? ""), "\(last.step)", number(["loss"]),
        number(["objective/scores", "reward"]),
      ])
    }
    return table
  }
}
