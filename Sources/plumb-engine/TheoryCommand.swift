import Command
import Foundation
import Pipeline
import Report
import Runs
import Theory
import Torch

/// `plumb theory`: examines the claims of papers in worlds that can be enumerated.
struct TheoryCommand {
  /// The report to write, if any: one page, or a folder with a page for each paper.
  let output: String?
  let console: Console

  func perform() throws -> ExitCode {
    let target = try output.map(TheoryCommand.target)
    // Worlds of four responses: a second thread would wait for the first most of the time.
    try Libtorch.setThreads(1)
    var results: [ClaimResult] = []
    var paper: Paper?
    // Without a reader and without a page there is nobody to examine claims for.
    for claim in ClaimRegistry.all where !(console.isUnread && target == nil) {
      let result = try claim.examine()
      results.append(result)
      if console.givesRecords {
        try console.print(json: TheoryRecord(result))
        continue
      }
      if claim.paper != paper { console.print("\(paper == nil ? "" : "\n")\(claim.paper.name)") }
      paper = claim.paper
      for line in TheoryCommand.lines(of: result) { console.print(line) }
    }
    if let target {
      try write(results.map(TheoryRecord.init), to: target)
    }
    let surprising = results.filter { !$0.isAsKnown }
    if !console.givesRecords {
      let confirmed = results.count { $0.verdict == .confirmed }
      console.print(
        "\n\(results.count) claims: \(confirmed) confirmed, \(results.count - confirmed) that do "
          + "not hold as stated; \(surprising.isEmpty ? "all" : "not all") as known.")
    }
    for result in surprising {
      console.complain(
        "\(result.claim.paper.name), \(result.claim.name): \(TheoryCommand.surprise(result))")
    }
    return surprising.isEmpty ? .success : .expectationMissed
  }

  /// Verdict, statement, and the comparison that decides.
  static func lines(of result: ClaimResult) -> [String] {
    let origin = result.claim.origin == .practice ? " (practice, not the paper's claim)" : ""
    var lines = [
      "  \(result.claim.name): \(result.verdict.rawValue)\(origin)",
      "    \(result.claim.statement)",
    ]
    if let finding = result.deciding { lines.append("    \(line(of: finding))") }
    return lines
  }

  /// As in `π at the minimum: exact = 0.912565, Plumb 0.912565, within 1.0×10⁻⁶ (…)`.
  private static func line(of finding: Finding) -> String {
    let (exact, found) = finding.tightest
    let among = finding.found.count > 1 ? " (tightest of \(finding.found.count))" : ""
    let least = Numeral.significant(finding.tolerance.size, digits: 1)
    return "\(finding.name): Plumb \(Numeral.significant(found, digits: 6)) "
      + "\(finding.relation.rawValue) exact \(Numeral.significant(exact, digits: 6))\(among)"
      + "\(finding.holds ? "" : " fails"), within \(least): \(finding.tolerance.reason)"
  }

  /// What came out other than known.
  private static func surprise(_ result: ClaimResult) -> String {
    guard result.verdict == result.claim.known else {
      return "\(result.verdict.rawValue), and it is known to be \(result.claim.known.rawValue)"
    }
    let missed = result.evidence.findings.first { $0.role == .known && !$0.holds }
    return missed.map(line) ?? ""
  }

  private func write(_ records: [TheoryRecord], to target: URL) throws {
    guard target.pathExtension != "html" else {
      try AtomicFile.write(Data(TheoryPage.render(records).utf8), to: target)
      return console.say("report: \(target.path)")
    }
    try Folder.make(target)
    for (name, page) in TheoryPage.folder(records) {
      try AtomicFile.write(Data(page.utf8), to: target.appending(path: name))
    }
    console.say("report: \(target.appending(path: "index.html").path)")
  }

  private static func target(_ file: String) throws -> URL {
    let target = URL(filePath: file).standardizedFileURL
    let folder = target.deletingLastPathComponent()
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: folder.path, isDirectory: &isFolder),
      isFolder.boolValue
    else {
      throw CommandError.badValue(
        option: "--output", value: file,
        expected: "a page (.html), or a folder for them, in a folder that is there")
    }
    return target
  }
}

extension TheoryRecord {
  init(_ result: ClaimResult) {
    func finite(_ values: [Double]) -> [Double?] { values.map { $0.isFinite ? $0 : nil } }
    self.init(
      paper: result.claim.paper.name, source: result.claim.paper.source, claim: result.claim.name,
      statement: result.claim.statement, origin: result.claim.origin.rawValue,
      verdict: result.verdict.rawValue,
      isAsKnown: result.isAsKnown,
      findings: result.evidence.findings.map { finding in
        Finding(
          name: finding.name, role: finding.role.rawValue, relation: finding.relation.rawValue,
          exact: finite(finding.exact), found: finite(finding.found),
          tolerance: finding.tolerance.size, reason: finding.tolerance.reason, holds: finding.holds)
      },
      curves: result.evidence.curves.map { curve in
        Curve(
          name: curve.name, x: curve.x, y: curve.y,
          points: curve.points.filter { $0.x.isFinite && $0.y.isFinite }.map { [$0.x, $0.y] })
      })
  }
}
