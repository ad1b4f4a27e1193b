import Foundation
import Report
import Runs

/// Whether the files are those that were written.
enum RecordsLevel {
  /// A run holds hashes of its stages, of its checkpoints, and of what its policies wrote.
  static func of(_ run: RunDirectory) throws -> VerifiedLevel {
    var found = try sealed(run, checkpoints: true)
    if let recipe = try recipe(run) { found.problems.append(recipe) }
    return VerifiedLevel(
      level: .records, held: found.problems.isEmpty,
      text: "\(Numeral.count(found.files)) files against the hashes that the run keeps",
      problems: found.problems,
      omitted: ["files that the run keeps no hash of, which numbers are held to"])
  }

  /// A capsule holds a hash of every file; those that stages left are held to too.
  static func of(_ capsule: Capsule, unpacked: RunDirectory) throws -> VerifiedLevel {
    var problems = capsule.changes
    let isWhole = problems.isEmpty
    if isWhole { problems += try sealed(unpacked, checkpoints: false).problems }
    let hidden = capsule.manifest.files.count { $0.original != nil }
    return VerifiedLevel(
      level: .records, held: problems.isEmpty,
      text: "\(Numeral.count(capsule.manifest.files.count)) files, SHA-256 of each"
        + (hidden > 0
          ? "; \(Numeral.count(hidden)) of them not as in the run: paths or texts were taken out, or the page "
            + "was made anew" : ""),
      problems: problems)
  }

  private static func sealed(
    _ run: RunDirectory, checkpoints: Bool
  ) throws -> (files: Int, problems: [String]) {
    var files = 0
    var problems: [String] = []
    for path in try run.files {
      let parts = path.split(separator: "/")
      let folder = run.url.appending(path: path).deletingLastPathComponent()
      if parts.last == "done.json" {
        let directory = StageDirectory(folder)
        // In a capsule a seal may have lost a path, and then does not fit its own digest.
        let seal: StageSeal?
        do {
          seal = try StageSeal.read(directory)
        } catch {
          seal = checkpoints ? nil : try? RecordFile.read(StageSeal.self, from: directory.done)
          if seal == nil { problems.append("\(path): does not match its own digest") }
        }
        guard let outcome = seal?.outcome else { continue }
        files += outcome.files.count
        if checkpoints {
          switch try outcome.state(of: directory) {
          case .whole: break
          case .changed(let path, let problem): problems.append("\(path): \(problem)")
          case .damaged(let step, let problem):
            problems.append("\(path): checkpoint of step \(step) \(problem)")
          }
        } else {
          let place = path.dropLast("done.json".count)
          for (name, hash) in outcome.files.sorted(by: { $0.key < $1.key }) {
            let file = folder.appending(path: name)
            guard FileManager.default.fileExists(atPath: file.path) else { continue }
            if try SHA256.hex(ofFile: file) != hash {
              problems.append("\(place)\(name): is not what the stage left")
            }
          }
        }
      } else if path.hasSuffix("-key.json"),
        let key = try? RecordFile.read(WorkKey.self, from: run.url.appending(path: path))
      {
        files += 1
        if !key.isWhole { problems.append("\(path): does not match its own digest") }
        guard let digest = key.digest else { continue }
        let name = String(path.dropLast("-key.json".count)) + ".jsonl"
        let journal = run.url.appending(path: name)
        guard FileManager.default.fileExists(atPath: journal.path) else { continue }
        files += 1
        if try SHA256.hex(ofFile: journal) != digest {
          problems.append("\(name): has changed since the evaluation was done")
        }
      } else if let problem = try ofItself(run.url.appending(path: path)) {
        files += 1
        if !problem.isEmpty { problems.append("\(path): \(problem)") }
      }
    }
    return (files, problems)
  }

  /// What is wrong with a file that vouches for itself, because it differs from one making to the next:
  /// costs, and what judges were asked for. Nothing where it is as it was written; nil for other files.
  private static func ofItself(_ url: URL) throws -> String? {
    let name = url.lastPathComponent
    do throws(RunError) {
      if name == "costs.jsonl" || name.hasSuffix("-costs.jsonl") {
        return try LineSeal.problem(in: url) ?? ""
      }
      if name == "spending.json" {
        _ = try RecordFile.read(sealed: Spending.self, from: url, advice: "")
        return ""
      }
      if name == "reused.json" {
        _ = try RecordFile.read(sealed: ReuseRecord.self, from: url, advice: "")
        return ""
      }
      return nil
    } catch {
      guard case .invalidFile(_, let problem) = error else { throw error }
      return problem
    }
  }

  private static func recipe(_ run: RunDirectory) throws -> String? {
    guard FileManager.default.fileExists(atPath: run.provenance.path) else { return nil }
    let provenance = try RecordFile.read(Provenance.self, from: run.provenance)
    guard let hash = provenance.recipe else { return nil }
    return try SHA256.hex(ofFile: run.recipe) == hash
      ? nil : "recipe.yaml: is not the one that provenance.json names"
  }
}
