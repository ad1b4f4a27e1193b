import Foundation
import TestSupport
import Testing
import Torch

@testable import Training

/// A step's loss is Σ w ℓ / Σ w: a row of weight 2 is one that stands there twice, and a common factor
/// changes nothing.
@Suite struct RowWeightTests {
  /// One task of each kind over the rows (index, weight).
  private static func tasks(_ rows: [(Int, Double)]) throws -> [any LearningTask] {
    let texts = Workbench.sequences(12)
    let other = Workbench.sequences(12, shortest: 1)
    let pairs = rows.map { row, weight in
      AlignmentTask.Example(
        id: "\(row)", prompt: [1 + row], candidates: [texts[row], other[11 - row]],
        rewards: [1, 0], reference: [-20, -21], weight: weight)
    }
    return [
      LanguageModelTask(
        try Workbench.model(),
        rows.map { .init(id: "\($0)", prompt: [1], tokens: texts[$0], weight: $1) }, heldOut: 0),
      ClassifierTask(
        try Workbench.model(labels: 1),
        rows.map {
          .init(id: "\($0)", tokens: texts[$0], isPositive: $0.isMultiple(of: 2), weight: $1)
        }, heldOut: 0),
      PreferenceRewardTask(
        try Workbench.model(labels: 1),
        rows.map { .init(id: "\($0)", chosen: texts[$0], rejected: other[$0], weight: $1) },
        centring: 0.01, heldOut: 0),
      AlignmentTask(try Workbench.model(), DPOPref(), pairs, temperature: 1, heldOut: 0),
      // A mean over tokens rather than rows.
      AlignmentTask(try Workbench.model(), BestOfM(), pairs, temperature: 1, heldOut: 0),
    ]
  }

  /// The loss of all rows, run in parts, and the gradient of every parameter.
  private static func step(
    _ task: some LearningTask, parts: [[Int]]
  ) throws -> (loss: Double, gradient: [[Double]]) {
    try task.model.requireGradients()
    let weight = task.weight(of: parts.flatMap(\.self))
    let loss = try parts.reduce(0.0) {
      let part = try task.loss(of: $1, weight: weight).loss
      if part.requiresGradient { try part.backward() }
      return try $0 + part.item()
    }
    return (loss, try task.model.parameters.map { try numbers($0.gradient) })
  }

  private static func expectSame(
    _ one: [any LearningTask], _ other: [any LearningTask], _ parts: [[Int]], _ whole: [[Int]]
  ) throws {
    for (mine, theirs) in zip(one, other) {
      let (found, expected) = (try step(mine, parts: parts), try step(theirs, parts: whole))
      expectClose(found.loss, expected.loss, within: 1e-5)
      for (mine, theirs) in zip(found.gradient, expected.gradient) {
        expectClose(mine, theirs, within: 1e-5)
      }
    }
  }

  @Test func `a row of weight 2 is one that stands there twice, in any parts`() throws {
    try Self.expectSame(
      try Self.tasks([(0, 1), (1, 2), (2, 1)]),
      try Self.tasks([(0, 1), (1, 1), (1, 1), (2, 1)]), [[0], [1, 2]], [[0, 1, 2, 3]])
  }

  @Test func `a common factor of all weights changes nothing`() throws {
    try Self.expectSame(
      try Self.tasks([(0, 0.5), (1, 1.5)]), try Self.tasks([(0, 2), (1, 6)]), [[0, 1]], [[0, 1]])
  }

  @Test func `a row of weight 0 teaches nothing, a step of such rows neither`() throws {
    try Self.expectSame(
      try Self.tasks([(0, 1), (1, 0)]), try Self.tasks([(0, 1)]), [[0, 1]], [[0]])
    for task in try Self.tasks([(0, 0), (1, 0)]) {
      let found = try Self.step(task, parts: [[0, 1]])
      #expect(found.loss == 0)
      #expect(found.gradient.joined().allSatisfy { $0 == 0 })
    }
  }
}
