import Foundation
import Runs

/// Writes a run's step records as other programs read them. The records alone decide the files, so
/// that a run may be going on, and the same call later adds what is new.
public struct LogExport {
  public let run: RunDirectory

  public init(_ run: RunDirectory) { self.run = run }

  /// What was written.
  public struct Written: Sendable, Equatable {
    public var files: [URL]
    public var trainings: Int
    public var steps: Int
  }

  /// - Parameters:
  ///   - folder: made where it is missing; `tensorboard` and `csv` get a folder in it for each training,
  ///     `trackio` a file called like the run.
  /// - Throws: `RunError` for records and files, ``TrackingError`` for a run without records and for a
  ///   database that is none of trackio's.
  public func write(_ formats: [LogFormat], to folder: URL) throws -> Written {
    let trainings = try LoggedTraining.all(of: run)
    guard !trainings.isEmpty else { throw TrackingError.noRecords(path: run.url.path) }
    try Folder.make(folder)
    var files: [URL] = []
    for format in formats {
      switch format {
      case .tensorboard:
        for training in trainings {
          let file = try place(training, in: folder).appending(path: EventFile.name)
          try Self.update(file, EventFile.bytes(training.records))
          files.append(file)
        }
      case .csv:
        for training in trainings {
          let file = try place(training, in: folder).appending(path: MetricTable.name)
          try Self.update(file, MetricTable.bytes(training.records))
          files.append(file)
        }
      case .trackio:
        let name = run.url.lastPathComponent
        let file = folder.appending(path: TrackioFile.name(ofProject: name))
        try TrackioFile(file).write(trainings)
        files.append(file)
      }
    }
    return Written(
      files: files, trainings: trainings.count,
      steps: trainings.reduce(0) { $0 + $1.records.count })
  }

  private func place(_ training: LoggedTraining, in folder: URL) throws(RunError) -> URL {
    var place = folder
    for part in training.path.split(separator: "/") {
      place.append(path: String(part))
      try Folder.make(place)
    }
    return place
  }

  /// Appends where the file holds the beginning, since who watches it reads on from where it was;
  /// otherwise replaces it.
  static func update(_ file: URL, _ bytes: Data) throws {
    if let known = FileManager.default.contents(atPath: file.path), !known.isEmpty,
      bytes.starts(with: known)
    {
      guard bytes.count > known.count else { return }
      let handle = try FileHandle(forWritingTo: file)
      defer { try? handle.close() }
      try handle.seekToEnd()
      try handle.write(contentsOf: bytes.dropFirst(known.count))
      return
    }
    try AtomicFile.write(bytes, to: file)
  }
}
