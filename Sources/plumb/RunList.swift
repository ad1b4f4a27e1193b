import Foundation
import Report
import Runs

/// The runs of a command line, under names that differ.
enum RunList {
  /// - Parameter areMeasured: runs that only trained are refused.
  static func load(_ paths: [String], areMeasured: Bool = true) throws -> [ReportInput] {
    var inputs: [ReportInput] = []
    var folders: Set<String> = []
    for path in paths {
      let url = URL(filePath: path).resolvingSymlinksInPath().standardizedFileURL
      guard folders.insert(url.path).inserted else { throw ReportError.repeatedSystem(path) }
      var input = try ReportInput.load(from: RunDirectory(url), isMeasured: areMeasured)
      // Runs of one name lie in different folders: name them by what was typed.
      if inputs.contains(where: { $0.name == input.name }) { input.name = path }
      inputs.append(input)
    }
    return inputs
  }
}
