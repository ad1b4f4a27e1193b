import Foundation

extension RunDirectory {
  /// Why a stage cannot have a name, since its folder in a run has the same; nil where it can.
  public static func problem(withStage name: String) -> String? {
    if let problem = problem(withFolder: name) { return problem }
    if name.hasPrefix("seed-"), name.dropFirst(5).allSatisfy(\.isNumber) {
      return "is what the folder of a seed is called"
    }
    let run = RunDirectory(.init(filePath: "/"))
    let records = [
      run.recipe, run.resolved, run.provenance, run.evaluation, run.samples, run.judging,
      run.judgments, run.costs, run.reused, run.report, run.lock,
      run.url.appending(path: "origin.json"),
      run.url.appending(path: "evaluation"),
    ]
    return records.contains { $0.lastPathComponent.lowercased() == name.lowercased() }
      ? "is what a record of the run is called" : nil
  }

  /// Why a folder of a run cannot have a name; nil where it can.
  public static func problem(withFolder name: String) -> String? {
    if name.unicodeScalars.allSatisfy(\.properties.isWhitespace) { return "is empty" }
    if name.hasPrefix(".") { return "begins with a dot" }
    if name.contains("/") { return "holds a slash" }
    if name.unicodeScalars.contains(where: \.isControl) { return "holds a control character" }
    return name.utf8.count > longestName
      ? "is longer than \(longestName) bytes; other parts of file names are added to it" : nil
  }

  private static let longestName = 120
}
