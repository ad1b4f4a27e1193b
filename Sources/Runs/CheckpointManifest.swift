import Foundation

/// What a checkpoint directory must hold: every file with its size and SHA-256.
public struct CheckpointManifest: Codable, Sendable, Equatable {
  public struct File: Codable, Sendable, Equatable {
    /// Relative to the checkpoint, with `/` between the parts.
    public let name: String
    public let bytes: Int
    public let sha256: String
  }

  public let step: Int
  /// In the order of their names.
  public let files: [File]
  /// What the writer wants remembered beside the files (threads, library version, hashes, …).
  public let facts: [String: String]
  /// SHA-256 of this manifest's own text with an empty `digest`.
  public private(set) var digest = ""

  static let name = "manifest.json"
  /// The folder in a checkpoint for what going on needs, and a model that is only used does not. Servers
  /// load every `*.safetensors` at the top of a folder.
  public static let training = "training"
  /// Where earlier versions of Plumb kept it.
  public static let earlierTraining = "training.safetensors"
  /// What people read, and programs do not.
  public static let card = "README.md"

  /// Whether a file of a checkpoint is part of the model: not what only going on or reading needs.
  ///
  /// - Parameter name: as in ``File/name``.
  public static func isOfModel(_ name: String) -> Bool {
    name != earlierTraining && name != card && !name.hasPrefix("\(training)/")
  }

  init(step: Int, files: [File], facts: [String: String]) throws(RunError) {
    self.step = step
    self.files = files
    self.facts = facts
    digest = SHA256.hex(of: try encoded())
  }

  func encoded() throws(RunError) -> Data {
    try RecordFile.encode(self, path: Self.name, formatting: .prettyPrinted) + Data("\n".utf8)
  }

  /// Reads the manifest of a checkpoint directory; a single changed byte is noticed.
  static func read(in directory: String) throws(RunError) -> CheckpointManifest {
    let path = "\(directory)/\(name)"
    guard try FileSystem.kind(of: path) != nil else {
      throw .invalidFile(path: path, problem: "is missing; the checkpoint was not completed")
    }
    let data = try BoundedFile.read(OpenFile(reading: path), atMost: 64 << 20)
    let manifest = try RecordFile.decode(Self.self, from: data, path: path, place: "")
    var blank = manifest
    blank.digest = ""
    let (digest, canonical) = (SHA256.hex(of: try blank.encoded()), try manifest.encoded())
    guard manifest.digest == digest, canonical == data
    else { throw .invalidFile(path: path, problem: "does not match its own digest") }
    guard manifest.files.allSatisfy({ isInside($0.name) }) else {
      throw .invalidFile(path: path, problem: "names a file outside the checkpoint")
    }
    return manifest
  }

  /// Holds a model's folder against the manifest that it was written with; a folder of others, which
  /// has none, is left alone. The optimiser's state may be gone, and the card may say something else.
  ///
  /// - Throws: ``RunError`` for a file that is not as it was written.
  public static func hold(_ folder: URL) throws(RunError) {
    let directory = folder.filePath
    let path = "\(directory)/\(name)"
    guard try FileSystem.kind(of: path) == .file else { return }
    let data = try BoundedFile.read(OpenFile(reading: path), atMost: 64 << 20)
    // Other programs have files of that name too.
    let isOurs = ["\"sha256\"", "\"digest\""].contains { data.range(of: Data($0.utf8)) != nil }
    guard isOurs else { return }
    do throws(RunError) {
      try read(in: directory).verify(directory, contents: true) { isOfModel($0.name) }
    } catch {
      guard case .invalidFile(let path, let problem) = error else { throw error }
      throw .invalidFile(
        path: path,
        problem: problem
          + "; take another checkpoint, or remove manifest.json where it was edited on purpose")
    }
  }

  private static func isInside(_ name: String) -> Bool {
    !name.utf8.contains(0)
      && name.split(separator: "/", omittingEmptySubsequences: false)
        .allSatisfy { !$0.isEmpty && $0 != "." && $0 != ".." }
  }

  /// Lists, hashes and syncs every file below a directory, and syncs its folders.
  static func sealing(_ root: String) throws(RunError) -> [File] {
    var files: [File] = []
    func visit(_ folder: String, _ prefix: String) throws(RunError) {
      for name in try FileSystem.entries(of: folder) {
        let path = "\(folder)/\(name)"
        switch try FileSystem.kind(of: path) {
        case .directory: try visit(path, "\(prefix)\(name)/")
        case .file:
          let file = try OpenFile(path, O_RDONLY)
          try file.sync()
          files.append(
            File(name: prefix + name, bytes: try file.size(), sha256: try SHA256.hex(of: file)))
        default: throw .unwritable(path: path, problem: "a checkpoint holds only plain files")
        }
      }
      try FileSystem.syncDirectory(folder)
    }
    try visit(root, "")
    return files.sorted { $0.name < $1.name }
  }

  /// Compares the files with the manifest; files that it does not name are left alone.
  ///
  /// - Parameters:
  ///   - contents: false compares only sizes, which needs no reading.
  ///   - matters: which of the files to compare.
  func verify(
    _ directory: String, contents: Bool, where matters: (File) -> Bool = { _ in true }
  ) throws(RunError) {
    for expected in files where matters(expected) {
      let path = "\(directory)/\(expected.name)"
      guard try FileSystem.kind(of: path) == .file else {
        throw .invalidFile(path: path, problem: "is missing")
      }
      let file = try OpenFile(reading: path)
      let size = try file.size()
      guard size == expected.bytes else {
        throw .invalidFile(
          path: path, problem: "has \(size) bytes where \(expected.bytes) were written")
      }
      guard contents else { continue }
      guard try FileDigest.of(file) == expected.sha256 else {
        throw .invalidFile(path: path, problem: "is damaged: its SHA-256 differs from the manifest")
      }
    }
  }
}
