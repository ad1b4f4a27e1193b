import Foundation
import TestSupport
import Testing
import Torch

@Suite struct AdamWTests {
  private let settings = AdamW.Settings(beta1: 0.9, beta2: 0.999, epsilon: 1e-8, decay: 0.01)
  private let gradients = [[0.5, -1], [-0.25, 3]]

  private func parameter(_ values: [Double]) throws -> Tensor {
    let made = try Tensor.of(values)
    try made.requireGradient()
    return made
  }

  private func setGradient(_ parameter: Tensor, _ gradient: [Double]) throws {
    try (parameter * Tensor.of(gradient)).sum().backward()
  }

  @Test func twoStepsAreThoseOfThePaper() throws {
    // Algorithm 2 of the paper; the numbers are also what torch.optim.AdamW gives.
    let weight = try parameter([1, -2])
    var optimiser = try AdamW([weight], settings)
    var (value, m, v) = ([1.0, -2], [0.0, 0], [0.0, 0])
    for (step, gradient) in gradients.enumerated() {
      try setGradient(weight, gradient)
      try optimiser.update(rate: 0.1)
      let t = Double(step + 1)
      for i in 0..<2 {
        m[i] = 0.9 * m[i] + 0.1 * gradient[i]
        v[i] = 0.999 * v[i] + 0.001 * gradient[i] * gradient[i]
        let (mean, square) = (m[i] / (1 - pow(0.9, t)), v[i] / (1 - pow(0.999, t)))
        value[i] -= 0.1 * (mean / (square.squareRoot() + 1e-8) + 0.01 * value[i])
      }
      expectClose(try numbers(weight), value, within: 1e-12)
    }
    expectClose(try numbers(weight), [0.8714672987, -1.9455209841], within: 1e-10)
    #expect(optimiser.step == 2)
    #expect(weight.gradient == nil)
  }

  private func narrow(_ slopes: [Float], _ steps: Int) throws -> [[Double]] {
    let settings = AdamW.Settings(beta1: 0.9, beta2: 0.999, epsilon: 1e-8, moments: .bfloat16)
    let weight = try Tensor.of(slopes.map { _ in Float(0) })
    try weight.requireGradient()
    var optimiser = try AdamW([weight], settings)
    for _ in 0..<steps {
      try (weight * Tensor.of(slopes)).sum().backward()
      try optimiser.update(rate: 0.01)
    }
    #expect(optimiser.momentBytes == 4 * slopes.count)
    return try [
      numbers(weight), numbers(optimiser.moment(.first, of: 0)),
      numbers(optimiser.moment(.second, of: 0)),
    ]
  }

  /// With one slope every step goes the same way by the rate. A second moment of 0.999 moves by less than a
  /// bfloat16 tells apart, and would stand still where it is rounded to the nearest.
  @Test func narrowMomentsKeepTheirMeans() throws {
    let slopes = (0..<1_000).map { 0.3 + 1e-4 * Float($0) }
    let found = try narrow(slopes, 400)
    func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }
    let squares = mean(slopes.map { Double($0) * Double($0) })
    #expect(isClose(mean(found[1]), 0.35, within: 0.001))
    #expect(isClose(mean(found[2]), squares * (1 - pow(0.999, 400)), within: 3e-4))
    #expect(isClose(mean(found[0]), -4, within: 0.02))
    #expect(try narrow(slopes, 400) == found)
  }

  @Test func narrowMomentsGoOnFromACheckpoint() throws {
    let settings = AdamW.Settings(moments: .bfloat16)
    func step(_ weight: Tensor, _ optimiser: inout AdamW, _ slope: Float) throws {
      try (weight * Tensor.of([slope, -2 * slope])).sum().backward()
      try optimiser.update(rate: 0.1)
    }
    let weight = try Tensor.of([Float(1), -2])
    try weight.requireGradient()
    var optimiser = try AdamW([weight], settings)
    try step(weight, &optimiser, 0.7)
    let resumed = try Tensor.of(numbers(weight).map { Float($0) })
    try resumed.requireGradient()
    var second = try AdamW([resumed], settings)
    let moments = try AdamW.Moment.allCases.map { try optimiser.moment($0, of: 0).copied() }
    #expect(moments.allSatisfy { $0.type == .bfloat16 })
    try second.restore(step: 1, first: [moments[0]], second: [moments[1]])
    try step(weight, &optimiser, -0.2)
    try step(resumed, &second, -0.2)
    #expect(try numbers(resumed) == numbers(weight))
  }

  @Test func narrowMomentsOfOtherWeightsAreRefused() throws {
    let weight = try parameter([1])
    var optimiser = try AdamW([weight], AdamW.Settings(moments: .bfloat16))
    try setGradient(weight, [1])
    #expect(
      message { try optimiser.update(rate: 0.1) }.contains("float32 weights on the processor"))
  }

  @Test func parametersWithoutGradientStayAsTheyAre() throws {
    let (moved, still) = (try parameter([1]), try parameter([5]))
    var optimiser = try AdamW([moved, still], settings)
    try setGradient(moved, [1])
    try optimiser.update(rate: 0.1)
    #expect(try numbers(still) == [5])
    #expect(try numbers(moved) != [1])
  }

  @Test func goingOnFromSavedMomentsIsTheSameAsNeverStopping() throws {
    let weight = try parameter([1, -2])
    var optimiser = try AdamW([weight], settings)
    try setGradient(weight, gradients[0])
    try optimiser.update(rate: 0.1)
    let resumed = try parameter(numbers(weight))
    var second = try AdamW([resumed], settings)
    try second.restore(
      step: optimiser.step, first: [optimiser.moment(.first, of: 0).copied()],
      second: [optimiser.moment(.second, of: 0).copied()])
    try setGradient(weight, gradients[1])
    try optimiser.update(rate: 0.1)
    try setGradient(resumed, gradients[1])
    try second.update(rate: 0.1)
    #expect(try numbers(resumed) == numbers(weight))
    // A fresh start would have moved elsewhere.
    expectClose(try numbers(resumed), [0.8714672987, -1.9455209841], within: 1e-10)
  }

  @Test func momentsOfOtherParametersAreRefused() throws {
    var optimiser = try AdamW([parameter([1, -2])], settings)
    let moments = [try Tensor.zeros([3], type: .float64)]
    for (first, second) in [(moments, moments), ([], []), (moments + moments, [])] {
      #expect(
        message { try optimiser.restore(step: 1, first: first, second: second) }
          == "restore AdamW: the moments are not those of these parameters")
    }
  }

  @Test func clippingScalesTheNormOverAllGradients() throws {
    let (first, second) = (try parameter([0, 0]), try parameter([0]))
    let optimiser = try AdamW([first, second], settings)
    #expect(try optimiser.clipGradients(to: 1) == 0)
    try setGradient(first, [3, 0])
    try setGradient(second, [-4])
    expectClose([try optimiser.clipGradients(to: 0)], [5], within: 1e-12)
    expectClose([try optimiser.clipGradients(to: 6)], [5], within: 1e-12)
    #expect(try numbers(first.gradient) == [3, 0])
    expectClose([try optimiser.clipGradients(to: 1)], [5], within: 1e-12)
    expectClose(try numbers(first.gradient), [0.6, 0], within: 1e-12)
    expectClose(try numbers(second.gradient), [-0.8], within: 1e-12)
  }

  @Test func gradientsThatAreNoNumbersAreReportedAndLeftAlone() throws {
    let weight = try parameter([0, 0])
    let optimiser = try AdamW([weight], settings)
    try setGradient(weight, [.infinity, 1])
    #expect(try optimiser.clipGradients(to: 1) == .infinity)
    #expect(try numbers(weight.gradient) == [.infinity, 1])
  }
}

@Suite struct ScheduleTests {
  private func rates(_ shape: Schedule.Shape, _ steps: [Int]) -> [Double] {
    let schedule = Schedule(shape: shape, peak: 2, warmup: 4, steps: 12)
    return steps.map { schedule.rate(at: $0) }
  }

  @Test(arguments: Schedule.Shape.allCases)
  func warmUpRisesInEqualStepsToThePeak(shape: Schedule.Shape) {
    #expect(rates(shape, [0, 1, 2, 3, 4]) == [0.5, 1, 1.5, 2, 2])
  }

  @Test func eachShapeFallsItsWay() {
    #expect(rates(.constant, [5, 8, 11, 12, 99]) == [2, 2, 2, 2, 2])
    expectClose(rates(.linear, [6, 8, 11, 12, 99]), [1.5, 1, 0.25, 0, 0], within: 1e-15)
    // ½ (1 + cos π/4), ½ (1 + cos π/2), 0
    expectClose(
      rates(.cosine, [6, 8, 12, 99]), [1 + 0.5.squareRoot(), 1, 0, 0], within: 1e-15)
  }

  @Test func withoutWarmUpTheFirstStepIsThePeak() {
    #expect(Schedule(shape: .linear, peak: 2, warmup: 0, steps: 4).rate(at: 0) == 2)
    #expect(Schedule(shape: .cosine, peak: 2, warmup: 0, steps: 0).rate(at: 0) == 2)
  }
}
