import Policy

/// The language model under which sampled texts are scored, by name: a perplexity means nothing
/// without it.
public struct PerplexityScorer {
  /// Also guards kept results: another model needs another name.
  public let name: String
  public let model: LanguageModel

  public init(name: String, model: LanguageModel) {
    self.name = name
    self.model = model
  }
}
