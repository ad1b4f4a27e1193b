import Corpus
import Runs

/// Reads a decoder's shape from the keys of a `config.json`, refusing what it does not know.
///
/// Source: the configuration classes of `transformers` 4 and 5.
struct ConfigurationReader {
  let file: String
  let keys: JSONObject

  func read() throws(PolicyError) -> ModelConfiguration {
    let type = keys["model_type"]?.string ?? "nothing"
    guard let family = Families[type] else {
      throw fail("model_type is \(type); supported: \(Families.names.joined(separator: ", "))")
    }
    if let key = ConfigurationKeys.unknown(in: keys, of: family) { throw unsupported(key) }
    return try finish(family.read(self))
  }

  private func finish(_ base: ModelConfiguration) throws(PolicyError) -> ModelConfiguration {
    var c = base
    if present("bos_token_id") { c.beginToken = try integer("bos_token_id") }
    if present("pad_token_id") { c.padToken = try integer("pad_token_id") }
    if let list = keys["eos_token_id"]?.array {
      c.endTokens = []
      for item in list { c.endTokens.append(try integer("eos_token_id", of: item)) }
    } else if present("eos_token_id") {
      c.endTokens = [try integer("eos_token_id")]
    }
    if try hasRewardHead() {
      let names = keys["id2label"]?.object?.members.count
      c.labels = try integer("num_labels", default: names ?? 2)
      let pooling = try text("plumb_pooling", default: "last")
      try require(
        "plumb_pooling", ModelConfiguration.Pooling.allCases.map(\.rawValue), default: "last")
      c.pooling = ModelConfiguration.Pooling(rawValue: pooling) ?? .last
      // A folder that says nothing is read as transformers reads it: what its tokenizer gives of a text.
      c.endsTexts = try flag("plumb_end_token", default: false)
    }
    // Small vocabularies may be configured with ids of the class's defaults; these never occur.
    if let begin = c.beginToken, begin >= c.vocab { c.beginToken = nil }
    c.endTokens.removeAll { $0 >= c.vocab }
    return c
  }

  /// Whether the file is that of a sequence classifier, and not of a language model.
  private func hasRewardHead() throws(PolicyError) -> Bool {
    guard present("architectures") else { return false }
    let names = (keys["architectures"]?.array ?? []).map { $0.string ?? "" }
    let heads = ["LMHeadModel", "ForCausalLM", "ForSequenceClassification", "Model"]
    if let other = names.first(where: { name in !heads.contains { name.hasSuffix($0) } }) {
      throw fail(
        "architectures is \(other); supported are language models and ForSequenceClassification")
    }
    return names.contains { $0.hasSuffix("ForSequenceClassification") }
  }
}
