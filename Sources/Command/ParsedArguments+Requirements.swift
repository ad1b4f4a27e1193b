extension ParsedArguments {
  /// Labels of people, which are planned for a judge of a known agreement.
  func labels() throws(CommandError) -> Int? {
    guard let labels = try count(.labels, atMost: 100_000_000) else { return nil }
    guard has(.expectedAgreement) else {
      throw .missingOption(command: "power", option: "--agreement SHARE beside --labels")
    }
    return labels
  }

  /// What has to hold, as `--require` and a shorthand for agreement ask for it.
  ///
  /// - Parameters:
  ///   - quantities: that a requirement can be about; nil where only what was measured tells.
  ///   - agreement: `--require-agreement X` for `agreement >= X`; nil where there is none.
  ///   - takesSubjects: a name may stand before the quantity.
  func requirements(
    of quantities: [String]?, agreement: CommandOption? = nil, takesSubjects: Bool = false
  ) throws(CommandError) -> [Requirement] {
    var found: [Requirement] = []
    for text in values(.require) {
      guard let one = Requirement(text), takesSubjects || one.subject == nil else {
        throw .badValue(
          option: "--require", value: text,
          expected: takesSubjects
            ? "[NAME:] QUANTITY > NUMBER, as in 'exo: win_rate > 0.5'"
            : "QUANTITY > NUMBER, as in 'win_rate > 0.5'")
      }
      if let quantities, !quantities.contains(one.quantity) {
        throw .badValue(
          option: "--require", value: text, expected: "one of \(quantities.joined(separator: ", "))"
        )
      }
      if let advice = one.shareAdvice {
        throw .badValue(option: "--require", value: text, expected: advice)
      }
      found.append(one)
    }
    if let agreement, let share = try share(agreement) {
      found.append(Requirement(quantity: "agreement", relation: .atLeast, bound: share))
    }
    return found
  }
}
