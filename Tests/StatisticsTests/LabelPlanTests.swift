import Testing

@testable import Statistics

@Suite struct LabelPlanTests {
  /// Without agreement beyond chance the judge says nothing, and with all prompts labelled nothing more.
  @Test func `the error is that of the labels alone, of all prompts, and between`() throws {
    let none = try #require(LabelPlan(prompts: 1000, agreement: 0.5))
    #expect(abs((none.error(labels: 100) ?? 0) - 0.05) < 1e-12)
    let good = try #require(LabelPlan(prompts: 1000, agreement: 0.9))
    // σ² ((1 − 0.64)/100 + 0.64/1000) = 0.25 · 0.00424.
    #expect(abs((good.error(labels: 100) ?? 0) - (0.25 * 0.00424).squareRoot()) < 1e-12)
    #expect(abs((good.error(labels: 1000) ?? 0) - 0.5 / 1000.0.squareRoot()) < 1e-12)
    #expect(good.error(labels: 1) == nil && good.error(labels: 1001) == nil)
    #expect(LabelPlan(prompts: 1, agreement: 0.9) == nil)
    #expect(LabelPlan(prompts: 10, agreement: 1.1) == nil)
  }

  @Test func `the fewest labels are enough, and one less is not`() throws {
    let plan = try #require(LabelPlan(prompts: 805, agreement: 0.8))
    let labels = try #require(plan.labels(difference: 0.1, power: 0.8))
    #expect((plan.power(difference: 0.1, labels: labels) ?? 0) >= 0.8)
    #expect((plan.power(difference: 0.1, labels: labels - 1) ?? 1) < 0.8)
    #expect(plan.labels(difference: 0.02, power: 0.8) == nil)
    let least = try #require(plan.difference(labels: 100, power: 0.8))
    #expect(abs((plan.power(difference: least, labels: 100) ?? 0) - 0.8) < 1e-6)
  }

  /// The variance that is planned is that of the estimator, over 2,000 drawn sets.
  @Test func `simulated estimates scatter as planned`() throws {
    let plan = try #require(LabelPlan(prompts: 500, agreement: 0.8))
    var generator = SeededGenerator(seed: 7)
    var values: [Double] = []
    for _ in 0..<2000 {
      var people: [Double] = []
      var judge: [Double] = []
      for _ in 0..<500 {
        let truth: Double = generator.uniform() < 0.5 ? 1 : 0
        people.append(truth)
        judge.append(generator.uniform() < 0.8 ? truth : 1 - truth)
      }
      let found = PredictionPowered(
        human: Array(people[..<100]), judge: Array(judge[..<100]),
        unlabelled: Array(judge[100...]), power: 0.48)
      values.append(try #require(found?.estimate.value))
    }
    let spread = try #require(Sample.standardDeviation(values))
    let planned = try #require(plan.error(labels: 100))
    // λ = ρ m/(n + m) = 0.6 · 400/500 is the best; the spread of 2,000 values is known to 1.6 %.
    #expect(abs(spread / planned - 1) < 0.06)
  }

  /// P(X ≤ 16) for 20 answers of chance 0.95 is 0.0159, P(X ≤ 17) 0.0755.
  @Test func `drift alarms where fewer agree than an unchanged judge allows`() {
    #expect(DriftTest.isAlarming(agreed: 16, of: 20, expected: 0.95))
    #expect(!DriftTest.isAlarming(agreed: 17, of: 20, expected: 0.95))
    #expect(!DriftTest.isAlarming(agreed: 0, of: 1, expected: 0.95, level: 0.049))
    #expect(DriftTest.isAlarming(agreed: 0, of: 2, expected: 0.95))
    #expect(!DriftTest.isAlarming(agreed: 5, of: 5, expected: 0.95))
    #expect(!DriftTest.isAlarming(agreed: 0, of: 0, expected: 0.95))
  }
}
