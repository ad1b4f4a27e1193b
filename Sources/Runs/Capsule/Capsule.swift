import Foundation

/// A run's records in one file that anyone can check: recipe, records, hashes, versions and, unless
/// left out, what policies and judges wrote. Weights are not in it; their hashes are.
///
/// The same run gives the same bytes, and no path of the machine is inside. The form is plain tar
/// (``TarHeader``), written and read here: of what a library for archives can do, a capsule must refuse
/// nearly all, and every byte of it has to follow from its files.
public struct Capsule: Sendable {
  /// What is behind the files.
  public let manifest: CapsuleManifest
  /// What of the manifest is not as it was written; nil for nothing.
  private let manifestChange: String?
  private let data: Data
  private let ranges: [String: Range<Int>]
  /// Of the archive.
  public let url: URL

  // MARK: Writing

  /// Puts a run's records, as a capsule holds them, into a folder: without paths of the machine and,
  /// if asked, without what somebody wrote.
  ///
  /// Of samples without texts the numbers stay; their token ids, which are texts to whoever has the
  /// tokenizer, do not.
  ///
  /// - Parameter folder: empty.
  /// - Throws: ``RunError``.
  public static func collect(
    _ run: RunDirectory, into folder: URL, omitsTexts: Bool
  ) throws {
    for path in try run.files where isRecord(path) {
      let source = run.url.appending(path: path)
      let target = folder.appending(path: path)
      let isEvaluation = path == "evaluation.json" || path == "selection/evaluation.json"
      try Folder.make(target.deletingLastPathComponent())
      if omitsTexts, path == "samples.jsonl" {
        let blank = try Journal<SampleRecord>.read(source).records.map { sample in
          var sample = sample
          (sample.text, sample.dialogue) = ("", "")
          return sample
        }
        let journal = try Journal<SampleRecord>(target)
        for sample in blank { try journal.append(sample) }
        try journal.sync()
        continue
      }
      if omitsTexts, isEvaluation {
        var record = try RecordFile.read(EvaluationRecord.self, from: source)
        for place in record.panels.indices { record.panels[place].promptText = "" }
        try RecordFile.write(record, to: target)
        continue
      }
      if omitsTexts, holdsTexts(path) { continue }
      let data = try BoundedFile.read(source, atMost: TarHeader.largest)
      let hidden = holdsTexts(path) ? nil : MachinePaths.hidden(in: data)
      try AtomicFile.write(hidden ?? data, to: target)
    }
  }

  /// Writes what ``collect(_:into:omitsTexts:)`` gathered, and the manifest before it.
  ///
  /// - Parameters:
  ///   - folder: named as the run.
  ///   - run: where the records come from, whose own hashes are kept where they differ.
  public static func write(
    _ folder: URL, of run: RunDirectory, to url: URL, omitsTexts: Bool, version: String
  ) throws -> CapsuleManifest {
    var manifest = CapsuleManifest(
      version: version, run: run.url.resolvingSymlinksInPath().lastPathComponent,
      omitsTexts: omitsTexts, files: [])
    let paths = try Folder.files(below: folder)
    for path in paths {
      let data = try BoundedFile.read(folder.appending(path: path), atMost: TarHeader.largest)
      let original = run.url.appending(path: path)
      let isThere = FileManager.default.fileExists(atPath: original.path)
      let hash = isThere ? try SHA256.hex(ofFile: original) : nil
      manifest.files.append(CapsuleManifest.file(path, data, original: hash))
    }
    let sealed = try RecordFile.sealed(manifest)
    let files = paths.map { path in
      (
        path: path,
        contents: {
          try BoundedFile.read(folder.appending(path: path), atMost: TarHeader.largest)
        }
      )
    }
    try TarArchive.write([(CapsuleManifest.name, { sealed })] + files, to: url)
    return manifest
  }

  /// Whether a file of a run is a record: not weights, nor what only going on needs, nor what others
  /// make of records.
  public static func isRecord(_ path: String) -> Bool {
    let parts = path.split(separator: "/")
    guard let name = parts.last.map(String.init), !parts.contains(where: { $0.hasPrefix(".") })
    else { return false }
    if parts.contains("checkpoints") { return name == "manifest.json" }
    return parts.first != "logs" && path != "origin.json" && path != CapsuleManifest.name
      && !name.hasSuffix(".safetensors") && !name.hasSuffix(".sqlite") && !name.hasSuffix(".torn")
      && name != "metrics.csv" && !name.hasPrefix("events.out.tfevents.")
      && !name.hasSuffix(".tar")
  }

  /// Whether a record holds what somebody wrote: prompts, completions, answers of judges.
  public static func holdsTexts(_ path: String) -> Bool {
    let parts = path.split(separator: "/").map(String.init)
    guard let name = parts.last else { return false }
    if parts.first == "judgments" || parts.first == "exams" { return true }
    let texts = [
      "samples.jsonl", "rows.jsonl", "labels.jsonl", "chosen.jsonl", "density.jsonl",
      "skipped.jsonl", "best-of-texts.jsonl", "ledger.jsonl", "judgments.jsonl", "tokenizer.json",
    ]
    return texts.contains(name)
  }

  // MARK: Reading

  /// Where a manifest that does not fit its digest says something else than the files do.
  private static func place(ofChangeIn text: Data, _ data: Data, _ archive: TarArchive) -> String {
    let lines = String(decoding: text, as: UTF8.self).split(
      separator: "\n", omittingEmptySubsequences: false)
    for entry in archive.entries.dropFirst() {
      let content = data.subdata(
        in: data.startIndex + entry.range.lowerBound..<data.startIndex + entry.range.upperBound)
      let file = CapsuleManifest.file(entry.path, content, original: nil)
      let said = ["\"\(file.sha256)\"", "\"\(file.pieces)\"", "\"bytes\" : \(file.bytes)"]
      // The lines of one file: from `bytes`, the first of its fields, to the end of the object.
      guard let own = lines.firstIndex(where: { $0.contains("\"path\" : \"\(entry.path)\"") })
      else {
        return "no line of it names \(entry.path)"
      }
      let first = lines[..<own].lastIndex { $0.hasSuffix("{") } ?? own
      let last =
        lines[own...].firstIndex { $0.trimmingPrefix(while: { $0 == " " }).hasPrefix("}") } ?? own
      for word in said where !lines[first...last].contains(where: { $0.contains(word) }) {
        return
          "it was changed in lines \(first + 1)–\(last + 1), which say of \(entry.path) what is not so"
      }
    }
    return "it was changed outside what it says of files: in version, run, originals or the digest"
  }

  /// Opens a capsule; nothing of it is compared yet but the form.
  ///
  /// - Throws: ``RunError/invalidFile(path:problem:)``, in one line, for what is no capsule.
  public init(_ url: URL) throws(RunError) {
    self.url = url
    data = try BoundedFile.read(url, atMost: TarArchive.largest)
    let archive = try TarArchive(data, path: url.filePath)
    guard let first = archive.entries.first, first.path == CapsuleManifest.name else {
      throw .invalidFile(
        path: url.filePath,
        problem: "is no capsule: its first file is not \(CapsuleManifest.name)")
    }
    let text = data.subdata(
      in: data.startIndex + first.range.lowerBound..<data.startIndex + first.range.upperBound)
    let isWhole: Bool
    (manifest, isWhole) = try RecordFile.read(
      CapsuleManifest.self, text, path: "\(url.filePath): \(CapsuleManifest.name)")
    manifestChange =
      isWhole
      ? nil : "\(RecordFile.changed); \(Self.place(ofChangeIn: text, data, archive))"
    guard TarArchive.isName(manifest.run) else {
      throw .invalidFile(
        path: url.filePath,
        problem: "\(CapsuleManifest.name) gives the run a name that no folder has")
    }
    guard manifest.format == 1 else {
      throw .invalidFile(
        path: url.filePath,
        problem: "is a capsule of form \(manifest.format), and this version reads form 1")
    }
    ranges = Dictionary(
      archive.entries.dropFirst().map { ($0.path, $0.range) },
      uniquingKeysWith: { first, _ in first })
  }

  /// The paths that are in it, sorted.
  public var paths: [String] { ranges.keys.sorted() }

  public func contents(of path: String) -> Data? {
    ranges[path].map {
      data.subdata(in: data.startIndex + $0.lowerBound..<data.startIndex + $0.upperBound)
    }
  }

  /// Everything that is not as it was written, file and place.
  public var changes: [String] {
    var found = manifestChange.map { ["\(CapsuleManifest.name): \($0)"] } ?? []
    let listed = Dictionary(manifest.files.map { ($0.path, $0) }) { first, _ in first }
    for file in manifest.files {
      guard let data = contents(of: file.path) else {
        found.append("\(file.path): is missing")
        continue
      }
      guard SHA256.hex(of: data) != file.sha256 || data.count != file.bytes else { continue }
      found.append("\(file.path): \(CapsuleManifest.place(of: data, in: file)) changed")
    }
    for path in paths where listed[path] == nil { found.append("\(path): was added") }
    return found
  }

  /// Writes the files into a folder, which is empty or not there.
  public func unpack(to folder: URL) throws(RunError) {
    for path in paths {
      guard let data = contents(of: path) else { continue }
      let file = folder.appending(path: path)
      try Folder.make(file.deletingLastPathComponent())
      try AtomicFile.write(data, to: file)
    }
  }
}
