import Command
import Foundation
import Report
import Runs

/// `plumb report`: one page from the records of one or more runs.
struct ReportCommand {
  let runs: [String]
  let file: String
  let omitsTexts: Bool

  func perform(_ output: Output) throws -> ExitCode {
    let target = URL(filePath: file).standardizedFileURL
    let folder = target.deletingLastPathComponent()
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: folder.path, isDirectory: &isFolder),
      isFolder.boolValue
    else { throw FrontError.noFolder(path: folder.path) }
    let inputs = try RunList.load(runs)
    for input in inputs {
      for warning in input.warnings { output.note("\(input.name): \(warning)") }
    }
    let page = HTMLReport.render(inputs, options: ReportOptions(omitTexts: omitsTexts))
    let bytes = Data(page.utf8)
    try AtomicFile.write(bytes, to: target)
    if output.givesRecords {
      try output.print(json: Written(report: target.path, bytes: bytes.count))
    } else {
      output.print("report: \(ForeignText.printable(target.path))")
    }
    return .success
  }

  private struct Written: Encodable {
    var report: String
    var bytes: Int
  }
}
