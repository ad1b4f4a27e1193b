import Policy
import Torch

/// Two tasks of one model, learnt together: examples of the first are followed by those of the
/// second.
struct RoutedTask: LearningTask {
  let first: any LearningTask
  /// Its metrics are reported behind `plain/`.
  let second: any LearningTask

  var model: Decoder { first.model }
  var exampleCount: Int { first.exampleCount + second.exampleCount }

  private func owner(_ example: Int) -> (task: any LearningTask, example: Int) {
    example < first.exampleCount
      ? (first, example) : (second, example - first.exampleCount)
  }

  private func parts(_ examples: [Int]) -> (first: [Int], second: [Int]) {
    let border = first.exampleCount
    return (
      examples.filter { $0 < border }, examples.filter { $0 >= border }.map { $0 - border }
    )
  }

  func name(of example: Int) -> String {
    let (task, example) = owner(example)
    return task.name(of: example)
  }

  func tokens(of example: Int) -> Int {
    let (task, example) = owner(example)
    return task.tokens(of: example)
  }

  func weight(of examples: [Int]) -> Double {
    let (mine, theirs) = parts(examples)
    return (mine.isEmpty ? 0 : first.weight(of: mine))
      + (theirs.isEmpty ? 0 : second.weight(of: theirs))
  }

  var couplesExamples: Bool { first.couplesExamples || second.couplesExamples }

  func loss(of examples: [Int], weight: Double) throws -> (loss: Tensor, metrics: Metrics) {
    try loss(of: examples, weight: weight, over: .alone)
  }

  func loss(
    of examples: [Int], weight: Double, over ranks: Ranks
  ) throws -> (loss: Tensor, metrics: Metrics) {
    let (mine, theirs) = parts(examples)
    if theirs.isEmpty { return try first.loss(of: mine, weight: weight, over: ranks) }
    let (other, found) = try second.loss(of: theirs, weight: weight, over: ranks)
    var metrics = Metrics()
    for (name, value) in found.sums {
      metrics.add("plain/\(name)", mean: value.sum / value.count, count: value.count)
    }
    if mine.isEmpty { return (other, metrics) }
    let (own, all) = try first.loss(of: mine, weight: weight, over: ranks)
    metrics.add(all)
    return (try own + other, metrics)
  }

  func heldOut() throws -> [String: Double] {
    let other = try second.heldOut()
    return try first.heldOut().merging(
      Dictionary(uniqueKeysWithValues: other.map { ("plain/\($0)", $1) })
    ) { own, _ in own }
  }
}
