import Corpus
import Recipe

/// Where candidates come from that are not sampled here.
enum CandidateSource: Sendable {
  /// A stage of kind `sample`.
  case candidates(String)
  case data(DataSource)

  /// Reads a name; a mistake is recorded where nothing has it.
  init?(_ key: String, in section: Section, _ names: RecipeNames) {
    let name = names.meant(
      by: section.string(
        key, about: "Candidates: data by its name, or a stage of kind sample above."), key,
      in: section)
    if let stage = names.candidates(named: name) {
      self = .candidates(stage)
    } else if let data = names.data(named: name) {
      self = .data(data)
    } else {
      if !name.isEmpty {
        section.mistake(key, "there is no data and no stage of kind sample named \(name)")
      }
      return nil
    }
  }
}
