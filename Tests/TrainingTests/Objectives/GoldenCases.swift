import Foundation
import Recipe
import Testing
import Torch
import Training

/// The pair of `algorithms.md`, section 4.3: a = 1, b = −½, Δ = 1.5 and, at β = 0.1, u = 0.15.
/// Under the previous policy of section 9.8 d is ½ and −0.2.
func goldenPair(preference: Double? = nil) throws -> Candidates {
  try Candidates(
    policy: matrix([[-12, -15]], gradient: true), reference: matrix([[-13, -14.5]]),
    previous: matrix([[-12.5, -14.8]]), lengths: matrix([[6, 10]]),
    preference: preference.map { try Tensor.of([$0]) })
}

/// A pair whose margin Δ is given, both anchors being 0.
func flatPair(margin: Double, preference: Double? = nil) throws -> Candidates {
  try Candidates(
    policy: matrix([[margin, 0]], gradient: true), reference: matrix([[0, 0]]),
    previous: matrix([[0, 0]]), lengths: matrix([[1, 1]]),
    preference: preference.map { try Tensor.of([$0]) })
}

/// The sum of an objective's losses, and its gradient in the policy's log-probabilities.
func lossAndGradient(
  _ objective: some Objective, _ candidates: Candidates
) throws -> (loss: Double, gradient: [Double]) {
  let loss = try objective.loss(candidates).sum()
  try loss.backward()
  return (try loss.item(), try numbers(candidates.policy.gradient))
}

func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }

/// −log σ(u).
func logistic(_ u: Double) -> Double { log1p(exp(-u)) }

/// Reads an objective from a recipe's text and gives it with the lines of the recipe's mistakes.
func readObjective(_ text: String) throws -> (objective: any Objective, mistakes: [String]) {
  let document = try RecipeDocument.parse(text, name: "recipe.yaml")
  let objective = ObjectiveRegistry.objective(named: "method", in: document.root)
  do {
    try document.finish()
    return (objective, [])
  } catch let error as RecipeError {
    return (objective, error.mistakes.map(\.description))
  }
}

/// Minimises a loss over the logits of a policy of four responses, from even logits.
///
/// - Parameter loss: of the logits; its gradient is followed `steps` times with step `rate`.
func minimised(
  rate: Double, steps: Int = 2000, _ loss: (Tensor) throws -> Tensor
) throws -> [Double] {
  var logits = [0.0, 0, 0, 0]
  for _ in 0..<steps {
    let policy = try Tensor.of(logits)
    try policy.requireGradient()
    try loss(policy).backward()
    logits = zip(logits, try numbers(policy.gradient)).map { $0 - rate * $1 }
  }
  return try numbers(Tensor.of(logits).softmax(0))
}
