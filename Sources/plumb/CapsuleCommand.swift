import Command
import Foundation
import Report
import Runs

/// `plumb capsule`: a run's records in one file.
struct CapsuleCommand {
  let run: String
  let file: String
  let omitsTexts: Bool

  func perform(_ output: Output) throws -> ExitCode {
    let run = RunDirectory(URL(filePath: self.run).resolvingSymlinksInPath())
    guard FileManager.default.fileExists(atPath: run.provenance.path) else {
      throw RunError.invalidFile(
        path: run.provenance.path, problem: "not found; plumb capsule needs the folder of a run")
    }
    let lock = try RunLock.acquire(run)
    defer { lock.close() }
    let target = URL(filePath: file).standardizedFileURL
    let scratch = URL.temporaryDirectory.appending(
      path: "plumb-capsule-\(ProcessInfo.processInfo.processIdentifier)")
    let folder = scratch.appending(path: run.url.lastPathComponent)
    try? FileManager.default.removeItem(at: scratch)
    try Folder.make(folder)
    defer { try? FileManager.default.removeItem(at: scratch) }
    try Capsule.collect(run, into: folder, omitsTexts: omitsTexts)
    // The page is that of the records as the capsule holds them, so that it can be made again.
    let copy = RunDirectory(folder)
    if FileManager.default.fileExists(atPath: copy.evaluation.path) {
      let page = HTMLReport.render(
        [try ReportInput.load(from: copy)], options: ReportOptions(omitTexts: omitsTexts))
      try AtomicFile.write(Data(page.utf8), to: copy.report)
    }
    let manifest = try Capsule.write(
      folder, of: run, to: target, omitsTexts: omitsTexts, version: Plumb.version)
    let written = Written(
      capsule: target.path, files: manifest.files.count + 1,
      bytes: try target.resourceValues(forKeys: [.fileSizeKey]).fileSize ?? 0,
      sha256: try SHA256.hex(ofFile: target),
      rewritten: manifest.files.filter { $0.original != nil }.map(\.path))
    if output.givesRecords {
      try output.print(json: written)
    } else {
      output.print(
        "capsule: \(ForeignText.printable(target.path)), \(Numeral.count(written.files)) files, "
          + Numeral.bytes(written.bytes))
      output.print("SHA-256: \(written.sha256)")
      if !written.rewritten.isEmpty {
        output.note(
          "not as in the run, since paths of this machine"
            + (omitsTexts ? " and texts" : "") + " were taken out: "
            + ForeignText.printable(written.rewritten.joined(separator: ", ")))
      }
    }
    return .success
  }

  private struct Written: Encodable {
    let capsule: String
    let files: Int
    let bytes: Int
    let sha256: String
    let rewritten: [String]
  }
}
