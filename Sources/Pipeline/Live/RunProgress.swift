import Command
import Foundation
import Runs
import Synchronization

/// How far a whole run is, for the line on the terminal, for `plumb watch` and for the live page.
///
/// Whoever works on a part says what is done of it; judges do so from a thread of their own.
final class RunProgress: Sendable {
  private struct State {
    var status: RunStatus
    /// When the part was taken up, or where it goes on with something, when that was first heard of.
    var began = ContinuousClock.now
    /// Nobody knows yet how much of the part was done before.
    var isGoingOn = false
    var written: ContinuousClock.Instant?
    /// What cannot be written once is not tried again: it is no record.
    var isBroken = false
  }

  private let run: RunDirectory
  /// Of the status's file.
  private let name: String
  /// Nil where several processes work on the run.
  let page: LivePage?
  private let state: Mutex<State>

  /// How often another process can see that something moved.
  private static let period = Duration.seconds(1)
  /// Lines that are kept for whoever watches.
  private static let memory = 12

  init(_ pace: RunPace, command: [String], in run: RunDirectory, as name: String, page: LivePage?) {
    self.run = run
    self.name = name
    self.page = page
    state = Mutex(State(status: RunStatus(command: command, pace: pace)))
  }

  var pace: RunPace { state.withLock { $0.status.pace } }

  /// Puts other parts in the place of those that are not done and not begun.
  func replace(_ parts: RunPace) {
    state.withLock { state in
      let known = Dictionary(state.status.pace.parts.map { ($0.name, $0) }) { first, _ in first }
      state.status.pace = parts
      for place in parts.parts.indices {
        guard let before = known[parts.parts[place].name], before.share > 0 else { continue }
        state.status.pace.parts[place] = before
      }
    }
  }

  /// - Parameter isFresh: nothing of it was done before; otherwise what comes first tells how much was.
  func begin(_ part: String, isFresh: Bool = true) {
    state.withLock { state in
      guard let place = state.status.pace.parts.firstIndex(where: { $0.name == part }) else {
        return
      }
      state.status.part = place
      state.status.stage = part
      (state.status.step, state.status.total, state.status.metrics) = (0, nil, [])
      state.began = .now
      state.isGoingOn = !isFresh
      write(&state)
    }
    page?.refresh(status)
  }

  /// What a line shows, with its place in the run.
  ///
  /// - Parameters:
  ///   - share: how much of the part is done, 0 to 1.
  ///   - found: how much of it was there already, where that is known.
  func shown(_ update: ProgressUpdate, share: Double, found: Double? = nil) -> ProgressUpdate {
    let shown = state.withLock { state -> ProgressUpdate in
      guard let place = state.status.part else { return update }
      if state.isGoingOn {
        if found == nil {
          state.status.pace.parts[place].begun = share
          state.began = .now
        }
        state.isGoingOn = false
      }
      if let found { state.status.pace.parts[place].begun = found }
      let before = state.status.pace.parts[place].share
      state.status.pace.parts[place].share = max(before, min(share, 1))
      state.status.pace.parts[place].seconds = Self.seconds(since: state.began)
      var update = update
      update.run = RunPlace(part: place, of: state.status.pace)
      state.status.stage = update.stage
      (state.status.step, state.status.total) = (update.step, update.total)
      state.status.metrics = update.metrics.map { .init(name: $0.name, value: $0.value) }
      state.status.tokensPerSecond = update.tokensPerSecond
      state.status.memory = update.memory ?? state.status.memory
      if state.written.map({ .now - $0 > Self.period }) ?? true { write(&state) }
      return update
    }
    page?.refresh(status)
    return shown
  }

  /// The part is done.
  func end(_ part: String) {
    state.withLock { state in
      guard let place = state.status.pace.parts.firstIndex(where: { $0.name == part }) else {
        return
      }
      if state.status.part == place {
        state.status.pace.parts[place].seconds = Self.seconds(since: state.began)
        if state.isGoingOn { state.status.pace.parts[place].begun = 1 }
      }
      state.isGoingOn = false
      state.status.pace.parts[place].share = 1
      write(&state)
    }
    page?.refresh(status)
  }

  /// A line that was said.
  func note(_ line: String) {
    state.withLock { state in
      state.status.lines.append(line)
      state.status.lines = Array(state.status.lines.suffix(Self.memory))
    }
  }

  /// What is said of the work until now.
  var status: RunStatus { state.withLock { $0.status } }

  /// The work has ended: whole, so that nothing is left of it, or where the same command goes on.
  func close(isDone: Bool) {
    state.withLock { state in
      if isDone { RunStatus.remove(name, of: run) } else { write(&state) }
    }
  }

  private func write(_ state: inout State) {
    guard !state.isBroken else { return }
    state.written = .now
    do {
      try state.status.write(name, to: run)
    } catch {
      state.isBroken = true
    }
  }

  private static func seconds(since start: ContinuousClock.Instant) -> Double {
    (ContinuousClock.now - start) / .seconds(1)
  }
}
