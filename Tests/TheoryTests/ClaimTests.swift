import Testing

@testable import Theory

@Suite struct ClaimTests {
  @Test(arguments: ClaimRegistry.all.indices)
  func `every claim is as known`(index: Int) throws {
    let result = try ClaimRegistry.all[index].examine()
    for finding in result.evidence.findings where finding.role == .known {
      #expect(finding.holds, "\(result.claim.name): \(finding)")
    }
    #expect(
      result.verdict == result.claim.known,
      "\(result.claim.name): \(result.evidence.findings.filter { $0.role == .claimed && !$0.holds })"
    )
  }
}
