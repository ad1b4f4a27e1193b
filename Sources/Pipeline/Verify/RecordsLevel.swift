import Foundation
import Recipe
import Report
import Runs

/// Whether the files are those that were written.
enum RecordsLevel {
  /// A run holds hashes of its stages, of its checkpoints, and of what its policies wrote.
  static func of(_ run: RunDirectory) throws -> VerifiedLevel {
    let paths = try run.files
    var found = try sealed(run, paths, checkpoints: true)
    if let recipe = try recipe(run) { found.problems.append(recipe) }
    found.problems += try provenance(run, paths)
    found.problems += try missing(run, paths) { _ in true }
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
    let altered = Set(capsule.manifest.files.filter { $0.original != nil }.map(\.path))
    if isWhole {
      let paths = try unpacked.files
      func isKept(_ path: String) -> Bool {
        Capsule.isRecord(path)
          && !(capsule.manifest.omitsTexts && path != "samples.jsonl" && Capsule.holdsTexts(path))
      }
      problems +=
        try sealed(unpacked, paths, checkpoints: false, altered: altered, isKept: isKept).problems
      problems += try missing(unpacked, paths, isKept: isKept)
    }
    let hidden = altered.count
    return VerifiedLevel(
      level: .records, held: problems.isEmpty,
      text: "\(Numeral.count(capsule.manifest.files.count)) files, SHA-256 of each"
        + (hidden > 0
          ? "; \(Numeral.count(hidden)) of them not as in the run: paths or texts were taken out, or the page "
            + "was made anew" : ""),
      problems: problems)
  }

  /// - Parameters:
  ///   - altered: files that a capsule does not hold as they were in the run.
  ///   - isKept: whether a capsule has files of a path.
  private static func sealed(
    _ run: RunDirectory, _ paths: [String], checkpoints: Bool, altered: Set<String> = [],
    isKept: (String) -> Bool = { _ in true }
  ) throws -> (files: Int, problems: [String]) {
    var files = 0
    var problems: [String] = []
    let all = Set(paths)
    for path in paths {
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
          case .whole:
            problems += try damagedCheckpoints(of: directory) { $0 != outcome.finalStep }
              .map { "\(path): \($0)" }
          case .changed(let path, let problem): problems.append("\(path): \(problem)")
          case .damaged(let step, let problem):
            problems.append("\(path): checkpoint of step \(step) \(problem)")
          }
        } else {
          let place = path.dropLast("done.json".count)
          for (name, hash) in outcome.files.sorted(by: { $0.key < $1.key }) {
            let file = folder.appending(path: name)
            guard FileManager.default.fileExists(atPath: file.path) else {
              if isKept(place + name) { problems.append("\(place)\(name): is missing") }
              continue
            }
            if try SHA256.hex(ofFile: file) != hash {
              problems.append("\(place)\(name): is not what the stage left")
            }
          }
        }
      } else if path.hasSuffix("-key.json") {
        files += 1
        let read = try? WorkKey.read(run.url.appending(path: path))
        if read?.isWhole != true { problems.append("\(path): does not match its own digest") }
        guard let digest = read?.key.digest else { continue }
        let name = String(path.dropLast("-key.json".count)) + ".jsonl"
        let journal = run.url.appending(path: name)
        guard FileManager.default.fileExists(atPath: journal.path) else { continue }
        files += 1
        if try SHA256.hex(ofFile: journal) != digest {
          problems.append("\(name): has changed since the evaluation was done")
        }
      } else if checkpoints, let (stage, step) = unsealed(path, in: run) {
        files += 1
        problems += try damagedCheckpoints(of: stage) { $0 == step }
          .map { "\(path.dropLast("manifest.json".count)): \($0)" }
      } else if checkpoints, parts.count > 2, parts.suffix(2) == ["checkpoints", "latest"] {
        // Where a stage is not done, a process may have died between saving and naming.
        let isDone = parts.indices.dropFirst().contains {
          all.contains((parts[..<$0] + ["done.json"]).joined(separator: "/"))
        }
        guard isDone else { continue }
        files += 1
        if try !CheckpointStore(folder).namesLast {
          problems.append("\(path): does not name the last checkpoint")
        }
      } else if !altered.contains(path), let problem = try ofItself(run.url.appending(path: path)) {
        files += 1
        if !problem.isEmpty { problems.append("\(path): \(problem)") }
      }
    }
    let judged = try judged(run, all.subtracting(altered))
    return (files + judged.files, problems + judged.problems)
  }

  /// What judges answered, and what their judging rests on, against the hashes in `judging.json`.
  ///
  /// - Parameter paths: files that are as they were in the run.
  private static func judged(
    _ run: RunDirectory, _ paths: Set<String>
  ) throws -> (files: Int, problems: [String]) {
    guard paths.contains(run.judging.lastPathComponent),
      let report = try? RecordFile.read(JudgingReport.self, from: run.judging)
    else { return (0, []) }
    var files = report.files ?? [:]
    let spending = run.judgments.appending(path: "spending.json")
    files["\(run.judgments.lastPathComponent)/\(JudgingWork.ledger)"] =
      try? RecordFile.read(Spending.self, from: spending).ledger
    let known = files.sorted { $0.key < $1.key }.filter { paths.contains($0.key) }
    let others = try known.filter {
      try SHA256.hex(ofFile: run.url.appending(path: $0.key)) != $0.value
    }
    return (known.count, others.map { "\($0.key): has changed since it was judged" })
  }

  /// What a recipe asked for, and what every run leaves that was measured.
  ///
  /// - Parameter isKept: whether a capsule would have it.
  private static func wanted(
    _ run: RunDirectory, _ known: Set<String>, isKept: (String) -> Bool
  ) throws -> [String] {
    let evaluation = try NumbersLevel.evaluation(run)
    let judging = try run.settings()?.object?["judging"]?.object
    var names = ["recipe.yaml", "provenance.json", "origin.json", "costs.jsonl", "samples.jsonl"]
    if evaluation?.has("selection") == true {
      names += ["evaluation", "choice", "costs"].map {
        "\(SelectionPlan.folder)/\($0).json" + ($0 == "costs" ? "l" : "")
      }
    }
    let exams = evaluation?.optionalSection("exams")?.keys.count ?? 0
    if exams > 0 { names.append("exams.json") }
    let requires =
      evaluation?.has("require") == true
      || judging?["require"].map { JSONText.line($0) != "null" } == true
    if requires { names.append("gates.json") }
    // Whom people trust too little nobody asked.
    if judging != nil, judging?["calibration"]?.string == nil {
      names += ["judging.json", "judgments/spending.json", "judgments/\(JudgingWork.ledger)"]
    }
    if (try? recipe(of: run).looksForOverlap) == true {
      names.append(run.overlap.lastPathComponent)
    }
    return names.filter { !known.contains($0) && isKept($0) }
      .map { "\($0): is missing, and the run left it" }
  }

  /// What is wrong with a file that vouches for itself, because it differs from one making to the next:
  /// where a run comes from, costs, and what judges said and were asked for. Nothing where it is as it was
  /// written; nil for other files.
  private static func ofItself(_ url: URL) throws -> String? {
    let name = url.lastPathComponent
    do throws(RunError) {
      switch name {
      case "origin.json": try whole(RunOrigin.self, url)
      case "provenance.json": try whole(Provenance.self, url)
      case "judging.json": try whole(JudgingReport.self, url)
      case "overlap.json": try whole(OverlapRecord.self, url)
      case "spending.json": try whole(Spending.self, url)
      case "reused.json": try whole(ReuseRecord.self, url)
      default:
        guard ["costs.jsonl", "ledger.jsonl"].contains(name) || name.hasSuffix("-costs.jsonl")
        else { return nil }
        return try LineSeal.problem(in: url) ?? ""
      }
      return ""
    } catch {
      guard case .invalidFile(_, let problem) = error else { throw error }
      return problem
    }
  }

  private static func whole(_ type: (some SealedRecord).Type, _ url: URL) throws(RunError) {
    _ = try RecordFile.read(sealed: type, from: url, advice: "")
  }

  /// The stage and step of a checkpoint's manifest, where no seal of a stage looks at it: trials of a search
  /// have none, nor have stages that are not done.
  private static func unsealed(
    _ path: String, in run: RunDirectory
  ) -> (stage: StageDirectory, step: Int)? {
    let parts = path.split(separator: "/")
    guard parts.count >= 4, parts[parts.count - 1] == "manifest.json",
      parts[parts.count - 3] == "checkpoints",
      let step = Int(parts[parts.count - 2].dropFirst("step-".count))
    else { return nil }
    let stage = StageDirectory(
      run.url.appending(path: parts.dropLast(3).joined(separator: "/")))
    return FileManager.default.fileExists(atPath: stage.done.path) ? nil : (stage, step)
  }

  /// What is wrong with some of a stage's checkpoints; of a stage that is done all but the last one, which
  /// its outcome has looked at.
  private static func damagedCheckpoints(
    of directory: StageDirectory, where isMeant: (Int) -> Bool
  ) throws -> [String] {
    let store = CheckpointStore(directory.checkpoints)
    return try store.steps().filter(isMeant).compactMap { step in
      do throws(RunError) {
        _ = try store.checkpoint(at: step)
        return nil
      } catch {
        guard case .invalidFile(let path, let problem) = error else { throw error }
        let file = URL(fileURLWithPath: path).lastPathComponent
        return "checkpoint of step \(step): \(file) \(problem)"
      }
    }
  }

  /// What a run that was measured has, and this one has not: hashes of what its stages left and its policies wrote.
  private static func missing(
    _ run: RunDirectory, _ all: [String], isKept: (String) -> Bool
  ) throws -> [String] {
    guard FileManager.default.fileExists(atPath: run.evaluation.path) else { return [] }
    let paths = all.map { $0.split(separator: "/").map(String.init) }
      .filter { parts in parts.count > 1 && !parts.contains { $0.hasPrefix(".") } }
    let known = Set(paths)
    let sealed = Set(paths.filter { $0.last == "done.json" }.map { Array($0.dropLast()) })
    let stages = try run.settings()?.object?["stages"]?.object?.members.map(\.key) ?? []
    var found: [String] = []
    for parts in paths {
      if ["evaluation", SelectionPlan.folder, "exams"].contains(parts[0]) {
        // A piece of work is a journal, its key and its costs.
        guard parts.count == 3, let name = parts.last, let work = Self.work(name) else { continue }
        for part in ["\(work).jsonl", "\(work)-key.json", "\(work)-costs.jsonl"] {
          let path = Array(parts.dropLast() + [part])
          if !known.contains(path) { found.append(path.joined(separator: "/")) }
        }
      } else if stages.contains(where: { parts[0] == $0 || parts[0].hasPrefix("\($0)-") }),
        !parts.indices.contains(where: { sealed.contains(Array(parts[..<$0])) })
      {
        let isSeed = parts.count > 2 && parts[1].hasPrefix("seed-")
        found.append("\(parts[..<(isSeed ? 2 : 1)].joined(separator: "/"))/done.json")
      }
    }
    return try wanted(run, Set(all), isKept: isKept)
      + found.distinctTexts.filter(isKept).map {
        $0.hasSuffix(".json")
          ? "\($0): is missing; it has the hashes of what lies beside it"
          : "\($0): is missing, and what belongs to it is there"
      }
  }

  /// The piece of work that a file of an evaluation belongs to; nil for what is made of several.
  private static func work(_ name: String) -> String? {
    if name.hasSuffix("-key.json") { return String(name.dropLast("-key.json".count)) }
    if name.hasSuffix("-costs.jsonl") { return String(name.dropLast("-costs.jsonl".count)) }
    guard name == "samples.jsonl" || name.hasPrefix("answers_"), name.hasSuffix(".jsonl")
    else { return nil }
    return String(name.dropLast(".jsonl".count))
  }

  /// Settings but for sections of which nothing is said, that older versions wrote down where they only asked.
  private static func text(_ settings: JSONValue) -> String {
    guard let members = settings.object?.members else { return JSONText.line(settings) }
    return JSONText.line(
      .object(JSONObject(members: members.filter { $0.value.object?.members.isEmpty != true })))
  }

  /// What `provenance.json` says and stages were not made with, or the recipe does not have.
  private static func provenance(_ run: RunDirectory, _ paths: [String]) throws -> [String] {
    guard FileManager.default.fileExists(atPath: run.provenance.path) else { return [] }
    // One that cannot be read does not vouch for itself either, which is told.
    guard let provenance = try? RecordFile.read(Provenance.self, from: run.provenance)
    else { return [] }
    let settings = try run.settings()?.object
    let stages = settings?["stages"]?.object?.members.map(\.key) ?? []
    let seals = paths.filter { path in
      path.hasSuffix("/done.json")
        && stages.contains { path.hasPrefix("\($0)/") || path.hasPrefix("\($0)-") }
    }.compactMap { path in
      let folder = run.url.appending(path: path).deletingLastPathComponent()
      return try? RecordFile.read(StageSeal.self, from: StageDirectory(folder).done)
    }.filter(\.isFinished)
    var found: [String] = []
    for (name, value) in [
      ("threads", "\(provenance.threads)"), ("libtorch", provenance.libtorch ?? ""),
    ] {
      let known = seals.compactMap { $0.inputs[name] }
      if !known.isEmpty, !known.contains(value) {
        found.append("provenance.json: \(name) is \(value), and stages were made with \(known[0])")
      }
    }
    let seeds = settings?["seeds"]?.array?.compactMap(\.integer)
    if let seeds, seeds != provenance.seeds {
      found.append("provenance.json: seeds are not those of the recipe")
    }
    let recipe = try? recipe(of: run)
    for (name, hash) in provenance.data.sorted(by: { $0.key < $1.key }) {
      if seals.contains(where: { $0.inputs["data \(name)"] ?? hash != hash }) {
        found.append(
          "provenance.json: data.\(name) has another hash than the stages that read it were made from"
        )
      } else if let recipe, recipe.data[name]?.synthetic != nil,
        let again = try? DataFingerprint.of(name, in: recipe), again != hash
      {
        // What is generated is the same everywhere; files of others may have changed since.
        found.append("provenance.json: data.\(name) has another hash than what is generated")
      }
    }
    return found
  }

  /// The recipe as it was asked for, where all that it names is at hand.
  private static func recipe(of run: RunDirectory) throws -> RunRecipe {
    let origin = try RunOrigin.read(run)
    let document = try RecipeDocument.load(path: run.recipe.path, overrides: origin.overrides)
    return try RunRecipe(document, base: origin.folder(of: run))
  }

  private static func recipe(_ run: RunDirectory) throws -> String? {
    guard FileManager.default.fileExists(atPath: run.provenance.path) else { return nil }
    guard let provenance = try? RecordFile.read(Provenance.self, from: run.provenance)
    else { return nil }
    if let hash = provenance.recipe, try SHA256.hex(ofFile: run.recipe) != hash {
      return "recipe.yaml: is not the one that provenance.json names"
    }
    // Where folders that it names are not at hand it cannot be read, and says nothing.
    guard let document = try? recipe(of: run).document,
      let again = (try? JSONParser.parse(document.resolvedJSON()))?.object?["settings"]
    else { return nil }
    return try run.settings().map(Self.text) == Self.text(again)
      ? nil : "resolved.json: is not what recipe.yaml comes to"
  }
}
