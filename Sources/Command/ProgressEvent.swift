import Foundation

/// What `--json` prints of progress: one object per line, numbers that are not finite as null.
struct ProgressEvent: Encodable {
  let update: ProgressUpdate

  private enum Key: String, CodingKey {
    case event, stage, step, total, metrics
    case tokensPerSecond = "tokens_per_second"
    case remainingSeconds = "remaining_seconds"
    case memoryBytes = "memory_bytes"
    case runStage = "run_stage"
    case runStages = "run_stages"
    case runRemainingSeconds = "run_remaining_seconds"
  }

  private struct MetricKey: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  func encode(to encoder: any Encoder) throws {
    var object = encoder.container(keyedBy: Key.self)
    try object.encode("progress", forKey: .event)
    try object.encode(update.stage, forKey: .stage)
    try object.encode(update.step, forKey: .step)
    try object.encodeIfPresent(update.total, forKey: .total)
    try object.encodeIfPresent(update.tokensPerSecond.map(finite), forKey: .tokensPerSecond)
    try object.encodeIfPresent(
      update.remaining.map { $0 / .seconds(1) }, forKey: .remainingSeconds)
    try object.encodeIfPresent(update.memory, forKey: .memoryBytes)
    try object.encodeIfPresent(update.run?.stage, forKey: .runStage)
    try object.encodeIfPresent(update.run?.stages, forKey: .runStages)
    try object.encodeIfPresent(update.run?.left?.seconds, forKey: .runRemainingSeconds)
    guard !update.metrics.isEmpty else { return }
    var metrics = object.nestedContainer(keyedBy: MetricKey.self, forKey: .metrics)
    for metric in update.metrics {
      try metrics.encode(finite(metric.value), forKey: MetricKey(stringValue: metric.name))
    }
  }

  private func finite(_ value: Double) -> Double? { value.isFinite ? value : nil }
}
