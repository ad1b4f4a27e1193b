import Foundation
import TestSupport
import Testing
import Torch
import Training

@Suite struct CandidatesTests {
  private let ones = { (sizes: [Int]) throws -> Tensor in
    try Tensor.ones(sizes, type: .float64)
  }

  @Test func partsOfAnotherShapeAreRefusedByName() throws {
    let policy = try ones([3, 2])
    let wrong = try ones([3, 4])
    let parts: [(String, () throws -> Candidates)] = [
      ("reference", { try Candidates(policy: policy, reference: wrong, lengths: policy) }),
      ("previous", { try Candidates(policy: policy, previous: wrong, lengths: policy) }),
      ("lengths", { try Candidates(policy: policy, lengths: wrong) }),
      ("rewards", { try Candidates(policy: policy, lengths: policy, rewards: wrong) }),
      (
        "valid",
        {
          try Candidates(
            policy: policy, lengths: policy, valid: Tensor.full([3, 4], 1, type: .bool))
        }
      ),
    ]
    for (name, make) in parts {
      #expect(
        message { _ = try make() }
          == "candidates: \(name): expected [prompt 3, candidate 2], found [3, 4]")
    }
    #expect(
      message { _ = try Candidates(policy: policy, lengths: policy, preference: ones([2])) }
        == "candidates: preference: expected [prompt 3], found [2]")
  }

  @Test func aPolicyThatIsNoMatrixIsRefused() throws {
    for sizes in [[3], [3, 2, 1], [0, 2], [2, 0]] {
      let policy = try ones(sizes)
      #expect(
        message { _ = try Candidates(policy: policy, lengths: policy) }
          == "candidates: policy: expected [prompt, candidate], found \(sizes)")
    }
  }

  @Test func otherElementTypesAreRefused() throws {
    let half = try Tensor.ones([1, 2], type: .bfloat16)
    #expect(
      message { _ = try Candidates(policy: half, lengths: half) }
        == "candidates: policy: expected float32 or float64, found bfloat16")
    let policy = try ones([1, 2])
    #expect(
      message { _ = try Candidates(policy: policy, lengths: policy, valid: policy) }
        == "candidates: valid: expected bool, found float64")
  }

  @Test func onlyThePolicyKeepsItsGradient() throws {
    let constant = try matrix([[-1, -2]], gradient: true)
    let candidates = try Candidates(
      policy: matrix([[-3, -5]], gradient: true), reference: constant, lengths: matrix([[1, 1]]))
    try candidates.logRatios().sum().backward()
    #expect(constant.gradient == nil)
    #expect(try numbers(candidates.policy.gradient) == [1, 1])
  }

  @Test func partsTakeThePolicysType() throws {
    let candidates = try Candidates(
      policy: Tensor.of([Float(-1), -2], [1, 2]), reference: matrix([[-1, -1]]),
      lengths: Tensor.of([3, 4], [1, 2]), rewards: matrix([[0, 1]]))
    #expect(candidates.reference?.type == .float32)
    #expect(candidates.lengths.type == .float32)
    #expect(candidates.rewards?.type == .float32)
  }

  @Test func whatIsMissingIsNamedWithWhatToDo() throws {
    let candidates = try Candidates(policy: ones([2, 3]), lengths: ones([2, 3]))
    #expect(
      message { _ = try candidates.logRatios() }
        == "candidates: no reference log-probabilities; score the candidates with it first")
    #expect(
      message { _ = try candidates.givenRewards() }
        == "candidates: no rewards; score the candidates with a reward first")
    #expect(
      message { _ = try candidates.logRatioMargins() }
        == "pairs: expected [prompt, candidate 2], found [2, 3]")
    #expect(candidates.offered.isEmpty)
  }

  @Test func whatIsThereIsOffered() throws {
    let part = try ones([2, 2])
    let candidates = try Candidates(
      policy: part, reference: part, previous: part, lengths: part, rewards: part)
    #expect(candidates.offered == [.reference, .previous, .rewards, .pairs])
  }

  @Test func groupsAreCountedByTheirValidCandidates() throws {
    let candidates = try Candidates(
      policy: ones([3, 2]), lengths: ones([3, 2]),
      valid: Tensor.of([true, true, false, true, false, false], [3, 2]))
    #expect(try candidates.counted().values(as: Bool.self) == [true, false, false])
    #expect(try candidates.counted(atLeast: 1).values(as: Bool.self) == [true, true, false])
  }

  @Test func sharesAreOverValidCandidatesOnly() throws {
    let candidates = try Candidates(
      policy: ones([3, 3]), lengths: ones([3, 3]),
      valid: Tensor.of([true, true, false, false, true, false, false, false, false], [3, 3]))
    let scores = try matrix(
      [[log(3.0), 0, .nan], [.nan, 7, .infinity], [.nan, .nan, .nan]], gradient: true)
    let shares = try candidates.logShares(scores)
    expectClose(try numbers(shares), [log(0.75), log(0.25), 0, 0, 0, 0, 0, 0, 0], within: 1e-15)
    try shares.sum().backward()
    expectClose(try numbers(scores.gradient), [-0.5, 0.5, 0, 0, 0, 0, 0, 0, 0], within: 1e-15)
  }

  @Test func labelsAreFlippedWithTheSmoothing() throws {
    let hard = try Candidates(policy: ones([2, 2]), lengths: ones([2, 2]))
    expectClose(try numbers(hard.pairTargets(smoothing: 0.1)), [0.9, 0.9], within: 1e-15)
    let soft = try Candidates(
      policy: ones([2, 2]), lengths: ones([2, 2]), preference: Tensor.of([0.0, 0.75]))
    // 0 × 0.9 + 1 × 0.1 and 0.75 × 0.9 + 0.25 × 0.1
    expectClose(try numbers(soft.pairTargets(smoothing: 0.1)), [0.1, 0.7], within: 1e-15)
  }
}
