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
