import Policy

extension OpponentMixture {
  /// Adds what its answers cost, and what cannot play.
  ///
  /// - Parameters:
  ///   - answers: in all, of the current policy too.
  ///   - tokens: of a prompt.
  /// - Throws: for a model that cannot be read, or is none.
  func foresee(
    answers: Double, to tokens: Double, _ maxTokens: Int, into estimate: inout StageEstimate,
    _ sizes: StageSizes, _ policy: ModelSource
  ) throws {
    let own = try sizes.model(policy)
    let all = members.reduce(0) { $0 + $1.weight }
    for member in members where member.player != .current {
      var shape = own
      if case .model(let source) = member.player {
        shape = try sizes.model(source)
        if let mine = try sizes.tokenizer(policy), let theirs = try sizes.tokenizer(source),
          mine.hash != theirs.hash
        {
          estimate.problems.append(
            "opponents.\(member.name): has another tokenizer than the policy; name a policy of the "
              + "same one")
        } else if shape.positions < own.positions {
          estimate.problems.append(
            "opponents.\(member.name): reads \(shape.positions) tokens, and the policy "
              + "\(own.positions); name a policy of as long a context")
        }
      }
      if member.player != .reference { estimate.memory += 4 * Double(shape.parameterCount) }
      let read = answers * member.weight / all * (tokens + Double(maxTokens))
      estimate.tokens += read
      estimate.operations += 2 * Double(shape.parameterCount) * read
    }
  }
}
