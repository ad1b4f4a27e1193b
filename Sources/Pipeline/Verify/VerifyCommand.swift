import Command
import Foundation
import Report
import Runs

/// `plumb verify`: holds a capsule or a run to its records, its numbers and its bytes.
public struct VerifyCommand {
  let place: String
  let run: String?
  let console: Console

  /// - Parameters:
  ///   - place: a capsule's file or a run's folder.
  ///   - run: the run that a capsule was made of.
  public init(place: String, run: String?, console: Console) {
    self.place = place
    self.run = run
    self.console = console
  }

  /// - Returns: failure where something was found that does not hold.
  /// - Throws: `RunError` for what is neither a capsule nor a run.
  public func perform() throws -> ExitCode {
    let url = URL(fileURLWithPath: place).resolvingSymlinksInPath()
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder) else {
      throw RunError.invalidFile(path: url.path, problem: "not found; give a capsule or a run")
    }
    let scratch = URL.temporaryDirectory.appending(
      path: "plumb-verify-\(ProcessInfo.processInfo.processIdentifier)")
    try? FileManager.default.removeItem(at: scratch)
    defer { try? FileManager.default.removeItem(at: scratch) }
    var levels: [VerifiedLevel] = []
    if isFolder.boolValue {
      guard run == nil else {
        throw CommandError.conflict(option: "--run", with: "a run's folder")
      }
      let run = RunDirectory(url)
      guard FileManager.default.fileExists(atPath: run.resolved.path) else {
        throw RunError.invalidFile(
          path: url.path, problem: "is no run: it has no resolved.json; give a capsule or a run")
      }
      levels.append(level(.records) { try RecordsLevel.of(run) })
      levels.append(level(.numbers) { try NumbersLevel(run, omitsTexts: false).level })
      levels.append(bytes(of: run, scratch))
    } else {
      let capsule = try Capsule(url)
      let folder = scratch.appending(path: "capsule/\(capsule.manifest.run)")
      try capsule.unpack(to: folder)
      levels.append(
        level(.records) { try RecordsLevel.of(capsule, unpacked: RunDirectory(folder)) })
      let isSameVersion = capsule.manifest.version == Plumb.version
      levels.append(
        level(.numbers) {
          try NumbersLevel(
            RunDirectory(folder), omitsTexts: capsule.manifest.omitsTexts,
            writtenBy: isSameVersion ? nil : capsule.manifest.version,
            source: run.map { RunDirectory(URL(fileURLWithPath: $0).resolvingSymlinksInPath()) }
          ).level
        })
      levels.append(try bytes(of: capsule, RunDirectory(folder), scratch))
    }
    for level in levels { try show(level) }
    return levels.contains { $0.held == false } ? .expectationMissed : .success
  }

  /// A record that cannot be read holds nothing.
  private func level(
    _ name: VerifiedLevel.Name, _ found: () throws -> VerifiedLevel
  ) -> VerifiedLevel {
    do {
      return try found()
    } catch {
      return VerifiedLevel(
        level: name, held: false, text: "a record cannot be read", problems: ["\(error)"])
    }
  }

  private func bytes(of run: RunDirectory, _ scratch: URL) -> VerifiedLevel {
    do {
      return try BytesLevel(run, scratch: scratch.appending(path: "again"), console).level
    } catch {
      // What cannot be made again shows nothing against the records.
      return VerifiedLevel(level: .bytes, held: nil, text: "\(error)")
    }
  }

  /// Checkpoints lie in the run; they are those of the capsule where their manifests are the same.
  private func bytes(
    of capsule: Capsule, _ unpacked: RunDirectory, _ scratch: URL
  ) throws -> VerifiedLevel {
    guard let path = run else {
      return VerifiedLevel(
        level: .bytes, held: nil,
        text: "a capsule holds no checkpoints; --run RUN names the run that has them")
    }
    let run = RunDirectory(URL(fileURLWithPath: path).resolvingSymlinksInPath())
    guard FileManager.default.fileExists(atPath: run.resolved.path) else {
      throw RunError.invalidFile(
        path: run.url.path, problem: "is no run: it has no resolved.json; name the capsule's run")
    }
    var others: [String] = []
    for file in capsule.manifest.files where file.path != "report.html" {
      let own = run.url.appending(path: file.path)
      guard FileManager.default.fileExists(atPath: own.path),
        try SHA256.hex(ofFile: own) == file.original ?? file.sha256
      else {
        others.append("\(file.path): is another one in \(run.url.path)")
        continue
      }
    }
    guard others.isEmpty else {
      return VerifiedLevel(
        level: .bytes, held: false, text: "the run is not the one of the capsule",
        problems: others)
    }
    return bytes(of: run, scratch)
  }

  private func show(_ level: VerifiedLevel) throws {
    guard !console.givesRecords else {
      try console.print(json: level)
      return
    }
    console.print(ForeignText.printable(level.line))
    for problem in level.problems.prefix(20) {
      console.print("  " + ForeignText.printable(problem))
    }
    if level.problems.count > 20 { console.print("  … \(level.problems.count) in all") }
    for reason in level.omitted {
      console.print("  not looked at: " + ForeignText.printable(reason))
    }
  }
}
