import Foundation
import Runs

/// Shows how far a run is, in the way its reader can use.
public struct ProgressLine {
  /// Who reads.
  public enum Style: Sendable, Equatable {
    /// A person at a terminal: one line that is written over, cut to `width` columns.
    case rewriting(width: Int)
    /// A log file: a line of its own, at most one per interval and one at the end of a stage.
    case lines(every: Duration)
    /// A program: one JSON object per line, every update.
    case json
    /// Nobody.
    case quiet
  }

  private let style: Style
  private let write: (String) -> Void
  private let now: () -> ContinuousClock.Instant
  private var lastShown: ContinuousClock.Instant?
  private var isLineOpen = false
  /// The newest update that was not shown.
  private var pending: ProgressUpdate?

  /// - Parameters:
  ///   - write: receives text for the stream, newlines included; nil for standard error.
  ///   - now: the time; a test passes its own.
  public init(
    style: Style, write: ((String) -> Void)? = nil,
    now: @escaping () -> ContinuousClock.Instant = { ContinuousClock.now }
  ) {
    self.style = style
    self.write = write ?? StandardStream.error.write
    self.now = now
  }

  /// The style for a stream: JSON and quiet as asked, else by what the terminal can do.
  public static func style(
    for terminal: Terminal, isJSON: Bool, isQuiet: Bool
  ) -> Style {
    if isQuiet { return .quiet }
    if isJSON { return .json }
    return terminal.canRewriteLine ? .rewriting(width: terminal.width) : .lines(every: .seconds(5))
  }

  /// Reports progress; drops what comes faster than a reader can follow.
  public mutating func show(_ update: ProgressUpdate) {
    if let pending, pending.stage != update.stage { flush() }
    switch style {
    case .quiet: return
    case .json: emit(update)
    case .rewriting: showAtMost(every: .milliseconds(100), update)
    case .lines(let interval): showAtMost(every: interval, update)
    }
  }

  /// Prints a line that stays, above the progress line; an object for programs. Never dropped, not even
  /// when quiet.
  public mutating func say(_ text: String) {
    flush()
    if style == .json {
      let line = "{\"kind\":\"message\",\"text\":\(JSONText.quoted(text))}"
      return write(ForeignText.escaped(json: line) + "\n")
    }
    write((isLineOpen ? "\r\u{1B}[K" : "") + ForeignText.printable(text) + "\n")
    isLineOpen = false
  }

  /// Shows the newest update if it was dropped, and leaves the cursor on a fresh line.
  public mutating func finish() {
    flush()
    if isLineOpen { write("\n") }
    isLineOpen = false
    lastShown = nil
  }

  private mutating func showAtMost(every interval: Duration, _ update: ProgressUpdate) {
    let time = now()
    if let lastShown, time - lastShown < interval {
      pending = update
      return
    }
    lastShown = time
    emit(update)
  }

  private mutating func flush() {
    if let pending { emit(pending) }
    pending = nil
  }

  private mutating func emit(_ update: ProgressUpdate) {
    pending = nil
    switch style {
    case .quiet: return
    case .lines: write(update.line + "\n")
    case .rewriting(let width):
      write("\r" + String(update.line.prefix(max(1, width - 1))) + "\u{1B}[K")
      isLineOpen = true
    case .json:
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      // Strings, whole numbers and finite numbers always encode.
      guard let data = try? encoder.encode(ProgressEvent(update: update)) else { return }
      write(ForeignText.escaped(json: String(decoding: data, as: UTF8.self)) + "\n")
    }
  }
}
