import Foundation

/// What a process that works on a run says of itself while it does, for `plumb watch`.
///
/// It lies in `.progress` and is no record: it goes when the work is done, and stays where that was stopped.
public struct RunStatus: Codable, Sendable, Equatable {
  /// A number that training or judging reports.
  public struct Metric: Codable, Sendable, Equatable {
    public var name: String
    public var value: Double

    public init(name: String, value: Double) {
      self.name = name
      self.value = value
    }
  }

  public var holder: RunLock.Holder
  /// The words after the program's name that go on with it.
  public var command: [String]
  public var pace: RunPace
  /// The place in ``RunPace/parts`` of what is worked on; nil before the first.
  public var part: Int?
  /// What is going on: the part, or a piece of it.
  public var stage = ""
  public var step = 0
  public var total: Int?
  public var metrics: [Metric] = []
  public var tokensPerSecond: Double?
  /// Resident set at its highest, in bytes.
  public var memory: Int?
  /// What was said last.
  public var lines: [String] = []

  public init(command: [String], pace: RunPace) {
    holder = .here
    self.command = command
    self.pace = pace
  }

  /// The largest that is read, in bytes.
  private static let largest = 64 << 20

  /// Of the process that has the whole run.
  public static let whole = ".whole"

  public static func file(_ name: String, of run: RunDirectory) -> URL {
    run.progress.appending(path: "\(name).json")
  }

  /// Puts the file in its place in one go, without waiting for the disk: after a power loss nobody asks how
  /// far the work was.
  public func write(_ name: String, to run: RunDirectory) throws(RunError) {
    try FileSystem.makeDirectories(run.progress.filePath)
    let file = Self.file(name, of: run)
    try AtomicFile.write(
      RecordFile.encode(self, path: file.filePath), to: file, isDurable: false)
  }

  /// All of a run; none where nobody left any. What cannot be read is being replaced, and is left out.
  public static func all(of run: RunDirectory) throws(RunError) -> [RunStatus] {
    guard try FileSystem.kind(of: run.progress.filePath) == .directory else { return [] }
    return try FileSystem.entries(of: run.progress.filePath).filter { $0.hasSuffix(".json") }
      .compactMap { name in
        let file = run.progress.appending(path: name)
        guard let data = try? BoundedFile.read(file, atMost: largest) else { return nil }
        return try? RecordFile.decode(Self.self, from: data, path: file.filePath, place: "")
      }
  }

  /// Removes what processes left that were stopped; call it holding the whole run's lock.
  public static func sweep(_ run: RunDirectory) throws(RunError) {
    try FileSystem.removeTree(run.progress.filePath)
  }

  /// Removes one, and the folder with the last.
  public static func remove(_ name: String, of run: RunDirectory) {
    let file = file(name, of: run).filePath
    unlink(file)
    rmdir(run.progress.filePath)
  }
}
