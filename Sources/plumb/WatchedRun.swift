import Command
import Foundation
import Report
import Runs

/// A run as another process finds it at one moment: who works on it, how far it is, what is left of it.
struct WatchedRun {
  enum State: Equatable {
    case working
    /// Nobody works on it, and something is left to do.
    case stopped
    case finished
  }

  let run: RunDirectory
  let state: State
  /// Of those who work on it, or where nobody does of those who were stopped.
  let statuses: [RunStatus]

  /// - Throws: ``ReportError`` where the folder is no run.
  init(_ run: RunDirectory) throws {
    self.run = run
    let files = FileManager.default
    guard [run.resolved, run.evaluation].contains(where: { files.fileExists(atPath: $0.path) })
    else {
      throw ReportError.missing(file: run.resolved.path, advice: "give the folder of a run")
    }
    let holders = try RunLock.holders(of: run)
    let all = try RunStatus.all(of: run)
    let working = all.filter { status in
      holders.contains { $0.pid == status.holder.pid && $0.boot == status.holder.boot }
    }
    if !holders.isEmpty {
      state = .working
      statuses = working
    } else {
      statuses = all
      state = all.isEmpty && Self.isWhole(run) ? .finished : .stopped
    }
  }

  /// As much of a stage's seal as is asked for here.
  private struct Seal: Decodable {
    let isFinished: Bool
  }

  /// Whether the records are all that the recipe asks for.
  private static func isWhole(_ run: RunDirectory) -> Bool {
    let files = FileManager.default
    guard files.fileExists(atPath: run.evaluation.path) || !asksForMeasurements(run) else {
      return false
    }
    let seals = (try? run.files.filter { $0.hasSuffix("done.json") }) ?? []
    return seals.allSatisfy { isFinished(run.url.appending(path: $0)) }
  }

  private static func asksForMeasurements(_ run: RunDirectory) -> Bool {
    let data = (try? BoundedFile.read(run.resolved, atMost: 64 << 20)) ?? Data()
    return (try? JSONParser.parse(data))?.object?["evaluation"] != nil
  }

  private static func isFinished(_ seal: URL) -> Bool {
    (try? RecordFile.read(Seal.self, from: seal))?.isFinished == true
  }

  /// The parts of the whole run, with what is known to be done by whoever did it.
  var parts: [RunPace.Part] {
    guard var parts = statuses.first?.pace.parts else { return [] }
    for place in parts.indices {
      let same = statuses.compactMap { status in
        status.pace.parts.first { $0.name == parts[place].name }
      }
      if let own = same.max(by: { $0.share < $1.share }) { parts[place] = own }
      guard parts[place].share < 1, let folder = parts[place].folder else { continue }
      let seal = StageDirectory(run.url.appending(path: folder)).done
      if Self.isFinished(seal) { parts[place].share = 1 }
    }
    return parts
  }

  /// What goes on with a run that was stopped.
  var command: String {
    let whole = statuses.first { $0.holder.pid == statuses.first?.holder.pid } ?? statuses.first
    if let whole { return "plumb " + ShellWord.line(whole.command) }
    let place = ShellWord.quoted(run.shortPath)
    let data = (try? BoundedFile.read(run.provenance, atMost: 64 << 20)) ?? Data()
    let words = (try? JSONParser.parse(data))?.object?["arguments"]?.array?.compactMap(\.string)
    guard let words, words.first == "run" || words.first == "train" else {
      return "plumb evaluate \(place)"
    }
    // All that is trained may be there by now.
    return words.first == "train" ? "plumb evaluate \(place)" : "plumb " + ShellWord.line(words)
  }
}

extension RunStatus {
  /// As a line of progress has it.
  var update: ProgressUpdate {
    ProgressUpdate(
      stage: stage, step: step, total: total,
      metrics: metrics.map { ProgressUpdate.Metric($0.name, $0.value) },
      tokensPerSecond: tokensPerSecond, memory: memory,
      run: part.map { RunPlace(part: $0, of: pace) })
  }

  /// Without numbers that JSON has no word for.
  var finite: RunStatus {
    var status = self
    status.metrics.removeAll { !$0.value.isFinite }
    return status
  }

  /// What is worked on, with its newest numbers where it has steps.
  var work: String { total == nil ? stage : update.work }
}
