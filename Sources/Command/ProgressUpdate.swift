import Foundation

/// How far a stage is, and how it goes.
public struct ProgressUpdate: Sendable, Equatable {
  /// A named number, printed in the order given.
  public struct Metric: Sendable, Equatable {
    public var name: String
    public var value: Double

    public init(_ name: String, _ value: Double) {
      self.name = name
      self.value = value
    }
  }

  /// As the recipe names it, with the seed where there are several.
  public var stage: String
  public var step: Int
  /// Nil when the end is not known.
  public var total: Int?
  public var metrics: [Metric]
  public var tokensPerSecond: Double?
  /// Of the stage.
  public var remaining: Duration?
  /// Resident set, in bytes.
  public var memory: Int?
  /// In the whole run; nil for what is no part of one.
  public var run: RunPlace?

  public init(
    stage: String, step: Int, total: Int? = nil, metrics: [Metric] = [],
    tokensPerSecond: Double? = nil, remaining: Duration? = nil, memory: Int? = nil,
    run: RunPlace? = nil
  ) {
    self.stage = stage
    self.step = step
    self.total = total
    self.metrics = metrics
    self.tokensPerSecond = tokensPerSecond
    self.remaining = remaining
    self.memory = memory
    self.run = run
  }

  /// `dpo 120/500  loss 0.641  margin 0.123  831 tok/s  3:12 left  1.2 GiB`, or in a run, what matters
  /// most first, `stage 3 of 7, about 12:40 left, 1.2 GiB  dpo 120/500  loss 0.641  …`.
  public var line: String {
    let memory = memoryWords
    var parts = run.map { [[$0.words, memory].compactMap(\.self).joined(separator: ", ")] } ?? []
    parts.append(work)
    if run == nil {
      if let remaining { parts.append("\(ProgressUpdate.clock(remaining)) left") }
      if let memory { parts.append(memory) }
    }
    return ForeignText.printable(parts.joined(separator: "  "))
  }

  /// `1.2 GiB`.
  public var memoryWords: String? {
    memory.map { "\((Double($0) / Double(1 << 30) * 10).rounded() / 10) GiB" }
  }

  /// `dpo 120/500  loss 0.641  margin 0.123  831 tok/s`.
  public var work: String {
    var parts = ["\(stage) \(step)" + (total.map { "/\($0)" } ?? "")]
    parts += metrics.map { "\($0.name) \(ProgressUpdate.short($0.value))" }
    if let tokensPerSecond { parts.append("\(ProgressUpdate.short(tokensPerSecond)) tok/s") }
    return parts.joined(separator: "  ")
  }

  /// Four significant digits, as C's `%.4g` prints them; integers from 1000 on.
  static func short(_ value: Double) -> String {
    guard value.isFinite else { return value.isNaN ? "NaN" : value < 0 ? "-inf" : "inf" }
    if abs(value) >= 1000, abs(value) < 1e15 { return String(Int(value.rounded())) }
    return String(format: "%.4g", value)
  }

  /// `0:07`, `3:12`, `2:05:00`; rounded up to whole seconds.
  static func clock(_ duration: Duration) -> String {
    let (seconds, attoseconds) = duration.components
    let whole = max(0, seconds + (attoseconds > 0 ? 1 : 0))
    let tail = twoDigits(whole % 60)
    if whole < 3600 { return "\(whole / 60):\(tail)" }
    return "\(whole / 3600):\(twoDigits(whole / 60 % 60)):\(tail)"
  }

  private static func twoDigits(_ number: Int64) -> String {
    number < 10 ? "0\(number)" : "\(number)"
  }
}
