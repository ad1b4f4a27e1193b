import Command
import Foundation
import Report
import Runs
import Tracking

/// `plumb logs`: what training reported, for TensorBoard, trackio or as tables.
struct LogsCommand {
  let run: String
  let formats: [String]
  let folder: String

  func perform(_ output: Output) throws -> ExitCode {
    let url = URL(filePath: run).resolvingSymlinksInPath().standardizedFileURL
    guard FileManager.default.fileExists(atPath: url.path) else {
      throw ReportError.missing(file: url.path, advice: "give the folder of a run")
    }
    let target = URL(filePath: folder).standardizedFileURL
    let chosen = LogFormat.allCases.filter { formats.contains($0.rawValue) }
    let written = try LogExport(RunDirectory(url)).write(chosen, to: target)
    if output.givesRecords {
      for file in written.files { try output.print(json: ["file": file.path]) }
      return .success
    }
    output.print(
      "\(Numeral.count(written.steps)) steps of \(written.trainings) trainings in "
        + ForeignText.printable(target.path))
    for format in chosen { output.print(Self.advice(format, target.path)) }
    return .success
  }

  private static func advice(_ format: LogFormat, _ path: String) -> String {
    switch format {
    case .tensorboard: "tensorboard --logdir \(ForeignText.printable(path))"
    case .csv: "metrics.csv in the folder of each training"
    case .trackio: "TRACKIO_DIR=\(ForeignText.printable(path)) trackio show"
    }
  }
}
