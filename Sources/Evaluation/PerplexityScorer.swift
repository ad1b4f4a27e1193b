import Policy

/// The language model under which sampled texts are scored, by name: a perplexity means nothing
/// without it.
public struct PerplexityScorer {
  public let name: String
  public let model: LanguageModel
  /// Tells apart models of one name, for example the hash of the weights; guards kept results.
  public let version: String

  public init(name: String, model: LanguageModel, version: String = "") {
    self.name = name
    self.model = model
    self.version = version
  }
}
