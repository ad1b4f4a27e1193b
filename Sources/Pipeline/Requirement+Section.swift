import Command
import Recipe

extension Requirement {
  /// Reads `require` of a section of a recipe, as `--require` of a command line.
  ///
  /// Asking for a key that is not there would put it among the resolved settings.
  ///
  /// - Parameter objection: what one wants that cannot be held, as ``MeasuredNames`` says it.
  static func all(
    from section: Section, about: String, objection: (Requirement) -> String?
  ) -> [Requirement] {
    guard section.has("require") else { return [] }
    let texts = section.strings("require", about: about)
    if section.isEmptyList("require") {
      section.mistake(
        "require", "holds no condition; write one, as in ['win_rate(dpo) > 0.5'], or leave it out")
    }
    return texts.enumerated().compactMap { item, text in
      guard let found = Requirement(text) else {
        section.mistake(
          "require", item: item,
          "'\(text)' is no condition; write QUANTITY(NAME) > NUMBER or 'NAME: QUANTITY > NUMBER', as in "
            + "'win_rate(dpo) > 0.5', with >, >=, < or <=")
        return nil
      }
      if let problem = objection(found) ?? found.shareAdvice {
        section.mistake("require", item: item, "'\(found.words)' wants \(problem)")
      }
      return found
    }
  }
}
