import Corpus
import Foundation
import Runs

/// A `config.json`: the shape that it describes, and every key it holds, so that a changed copy
/// differs only where it must.
public struct ConfigurationFile: Equatable, Sendable {
  public var configuration: ModelConfiguration
  /// The file's own bytes; empty for a model made from scratch.
  public let source: Data

  public init(_ configuration: ModelConfiguration) {
    self.configuration = configuration
    source = Data()
  }

  /// - Throws: ``PolicyError/configuration(file:problem:)`` before anything large is allocated.
  public init(reading url: URL) throws {
    let file = url.path
    guard let data = FileManager.default.contents(atPath: file) else {
      throw PolicyError.configuration(
        file: file,
        problem: "not found; a checkpoint is a folder with config.json, "
          + "model.safetensors and tokenizer.json")
    }
    guard data.count < 4 << 20 else {
      throw PolicyError.configuration(file: file, problem: "is larger than 4 MB")
    }
    let document: JSONValue
    do {
      document = try JSONValue(parsing: Array(data))
    } catch {
      throw PolicyError.configuration(file: file, problem: "is not JSON: \(error)")
    }
    guard let keys = document.object else {
      throw PolicyError.configuration(file: file, problem: "is not a JSON object")
    }
    // A byte order mark is none of the keys, and is not written again.
    source = data.starts(with: [0xEF, 0xBB, 0xBF]) ? Data(data.dropFirst(3)) : data
    configuration = try ConfigurationReader(file: file, keys: keys).read()
    if let problem = configuration.problem {
      throw PolicyError.configuration(file: file, problem: problem)
    }
  }

  /// The bytes to write beside the weights, with sorted keys.
  public func encoded() throws -> Data {
    var keys: [String: Any] = [:]
    if !source.isEmpty,
      let object = try JSONSerialization.jsonObject(with: source) as? [String: Any]
    {
      keys = object
    }
    let labels = (keys["id2label"] as? [String: Any])?.count
    for (key, value) in fresh() where key != "id2label" || labels != configuration.labels {
      keys[key] = value
    }
    if configuration.labels == nil {
      for key in ["num_labels", "id2label", "plumb_end_token"] { keys[key] = nil }
    }
    var data = try JSONSerialization.data(
      withJSONObject: keys, options: [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes])
    data.append(UInt8(ascii: "\n"))
    return data
  }

  /// The keys that Plumb is sure of, in the spellings of transformers 4 and 5.
  private func fresh() -> [String: Any] {
    let c = configuration
    var keys: [String: Any] = [
      "vocab_size": c.vocab, "tie_word_embeddings": c.isTied, "dtype": "float32",
      "torch_dtype": "float32", "model_type": c.architecture.rawValue,
      "eos_token_id": ConfigurationFile.ids(c.endTokens),
      "bos_token_id": c.beginToken ?? NSNull(), "pad_token_id": c.padToken ?? NSNull(),
    ]
    if let labels = c.labels {
      keys["num_labels"] = labels
      keys["plumb_end_token"] = c.endsTexts
      if c.pooling != .last { keys["plumb_pooling"] = c.pooling.rawValue }
      keys["id2label"] = Dictionary(
        uniqueKeysWithValues: (0..<labels).map { ("\($0)", "LABEL_\($0)") })
    }
    let head =
      c.labels == nil
      ? (c.architecture == .gpt2 ? "LMHeadModel" : "ForCausalLM")
      : "ForSequenceClassification"
    switch c.architecture {
    case .gpt2:
      keys["architectures"] = ["GPT2" + head]
      keys["n_layer"] = c.layers
      keys["n_embd"] = c.hidden
      keys["n_head"] = c.heads
      keys["n_inner"] = c.feedForward
      keys["n_positions"] = c.positions
      keys["layer_norm_epsilon"] = c.epsilon
      keys["activation_function"] = "gelu_new"
      keys["scale_attn_weights"] = c.scalesScores
      keys["scale_attn_by_inverse_layer_idx"] = c.scalesScoresByLayer
      for key in ["resid_pdrop", "embd_pdrop", "attn_pdrop"] where source.isEmpty {
        keys[key] = 0.0
      }
    case .llama:
      keys["architectures"] = ["Llama" + head]
      keys["num_hidden_layers"] = c.layers
      keys["hidden_size"] = c.hidden
      keys["num_attention_heads"] = c.heads
      keys["num_key_value_heads"] = c.keyValueHeads
      keys["head_dim"] = c.headSize
      keys["intermediate_size"] = c.feedForward
      keys["max_position_embeddings"] = c.positions
      keys["rms_norm_eps"] = c.epsilon
      keys["hidden_act"] = "silu"
      keys["attention_bias"] = c.attentionBias
      keys["mlp_bias"] = c.feedForwardBias
      keys["rope_theta"] = c.rotaryBase
      let scaling = ConfigurationFile.scaling(c.rotaryScaling)
      keys["rope_scaling"] = scaling ?? NSNull()
      var parameters = scaling ?? ["rope_type": "default"]
      parameters["rope_theta"] = c.rotaryBase
      keys["rope_parameters"] = parameters
    }
    return keys
  }

  private static func ids(_ ids: [Int]) -> Any {
    if ids.isEmpty { return NSNull() }
    return ids.count == 1 ? ids[0] : ids
  }

  private static func scaling(_ scaling: ModelConfiguration.RotaryScaling) -> [String: Any]? {
    switch scaling {
    case .none: return nil
    case .linear(let factor): return ["rope_type": "linear", "factor": factor]
    case .llama3(let factor, let low, let high, let original):
      return [
        "rope_type": "llama3", "factor": factor, "low_freq_factor": low,
        "high_freq_factor": high, "original_max_position_embeddings": original,
      ]
    }
  }
}
