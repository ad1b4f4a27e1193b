import Foundation
import TestSupport
import Testing

@testable import Policy

/// Files that must be refused, each with its whole message, before anything is allocated.
@Suite struct ConfigurationMistakesTests {
  static let gpt2 = [
    "model_type": #""gpt2""#, "vocab_size": "50", "n_embd": "8", "n_layer": "2", "n_head": "2",
    "n_positions": "16", "eos_token_id": "49", "activation_function": #""gelu_new""#,
  ]
  static let llama = [
    "model_type": #""llama""#, "vocab_size": "50", "hidden_size": "8", "num_hidden_layers": "2",
    "num_attention_heads": "2", "intermediate_size": "16", "max_position_embeddings": "16",
    "eos_token_id": "49",
  ]

  /// The same keys for another family.
  static func family(_ type: String, _ more: [String: String] = [:]) -> [String: String] {
    llama.merging(["model_type": "\"\(type)\""]) { $1 }.merging(more) { $1 }
  }

  static func of(
    _ type: String, _ key: String, _ value: String?, _ problem: String,
    _ more: [String: String] = ["num_key_value_heads": "2"]
  ) -> Case {
    Case(base: family(type, more), key: key, value: value, problem: problem)
  }

  /// A change of one key, written as JSON; nil removes it.
  struct Case: Sendable, CustomStringConvertible {
    var base: [String: String]
    var key: String
    var value: String?
    var problem: String

    var description: String { "\(key): \(value ?? "absent")" }
  }

  static func one(_ key: String, _ value: String?, _ problem: String) -> Case {
    Case(base: gpt2, key: key, value: value, problem: problem)
  }

  static func two(_ key: String, _ value: String?, _ problem: String) -> Case {
    Case(base: llama, key: key, value: value, problem: problem)
  }

  static let known = Families.names.joined(separator: ", ")

  static let cases: [Case] = [
    one("model_type", #""bert""#, "model_type is bert; supported: \(known)"),
    one("model_type", nil, "model_type is nothing; supported: \(known)"),
    one("model_type", "7", "model_type is nothing; supported: \(known)"),
    one("n_layer", "-1", "layers is -1; it must lie in 1 ... 1024"),
    one("n_layer", "0", "layers is 0; it must lie in 1 ... 1024"),
    one("n_layer", "1000000000", "layers is 1000000000; it must lie in 1 ... 1024"),
    one("n_layer", "true", "n_layer is not a number"),
    one("n_layer", #""2""#, "n_layer is not a number"),
    one("n_layer", "null", "n_layer is missing"),
    one("n_embd", "8.5", "n_embd is 8.5; it must be a whole number"),
    one("n_embd", "1e300", "n_embd is 1e+300; it must be a whole number"),
    one("n_embd", nil, "n_embd is missing"),
    one("n_embd", "9", "hidden size 9 is not a multiple of 2 heads"),
    one("n_embd", "262144", "hidden size is 262144; it must lie in 1 ... 131072"),
    one("n_head", "0", "heads is 0; it must lie in 1 ... 4096"),
    one("n_head", "3", "hidden size 8 is not a multiple of 3 heads"),
    one("n_inner", "-4", "feed-forward size is -4; it must lie in 1 ... 1048576"),
    one("n_positions", "0", "positions is 0; it must lie in 1 ... 16777216"),
    one("n_positions", nil, "n_ctx is missing"),
    one("vocab_size", "0", "vocabulary is 0; it must lie in 1 ... 4194304"),
    one("vocab_size", "99999999999", "vocabulary is 99999999999; it must lie in 1 ... 4194304"),
    one("layer_norm_epsilon", "0", "the norm's epsilon is 0.0"),
    one("layer_norm_epsilon", "-1e-5", "the norm's epsilon is -1e-05"),
    one("layer_norm_epsilon", #""NaN""#, "layer_norm_epsilon is not a number"),
    one(
      "activation_function", #""cos""#,
      "activation_function is cos; supported: gelu_new, gelu_pytorch_tanh, gelu_fast, "
        + "gelu_python_tanh, gelu_accurate, gelu, gelu_python, quick_gelu, silu, swish, relu, relu2, "
        + "tanh, sigmoid"),
    one("activation_function", "3", "activation_function is not a text"),
    one("scale_attn_weights", "0", "scale_attn_weights is not true or false"),
    one("scale_attn_by_layer", "true", "has scale_attn_by_layer, which Plumb does not support"),
    one("add_cross_attention", "true", "has add_cross_attention, which Plumb does not support"),
    one("pruned_heads", #"{"0": [1]}"#, "has pruned_heads, which Plumb does not support"),
    one("hidden_size", "8", "has hidden_size, which Plumb does not support"),
    one(
      "architectures", #"["GPT2DoubleHeadsModel", "GPT2ForTokenClassification"]"#,
      "architectures is GPT2ForTokenClassification; supported are language models and "
        + "ForSequenceClassification"),
    two(
      "attn_logit_softcapping", "50.0", "has attn_logit_softcapping, which Plumb does not support"),
    two("layer_types", #"["sliding_attention"]"#, "has layer_types, which Plumb does not support"),
    two("use_sliding_window", "true", "has use_sliding_window, which Plumb does not support"),
    two(
      "rope_scaling", #"{"type": "linear", "factor": 2, "attention_factor": 1.2}"#,
      "has attention_factor, which Plumb does not support"),
    one("tie_word_embeddings", "1", "tie_word_embeddings is not true or false"),
    one("tie_word_embeddings", #""yes""#, "tie_word_embeddings is not true or false"),
    one("eos_token_id", "-1", "special token id -1 is outside the vocabulary of 50"),
    one("eos_token_id", #"[1, "x"]"#, "eos_token_id is not a number"),
    one("eos_token_id", "[1.5]", "eos_token_id is 1.5; it must be a whole number"),
    one("pad_token_id", "50", "special token id 50 is outside the vocabulary of 50"),
    one("bos_token_id", "-3", "special token id -3 is outside the vocabulary of 50"),
    one(
      "auto_map", #"{"AutoModel": "evil.py"}"#,
      "has auto_map, which Plumb does not support; it names Python code of its own, and Plumb runs "
        + "none; take the key out where transformers has a class for the model_type"),
    one(
      "quantization_config", #"{"bits": 4}"#,
      "has quantization_config, which Plumb does not support; its weights are quantised; save it "
        + "dequantised, in bfloat16 or float32"),
    one(
      "num_experts", "8",
      "has num_experts, which Plumb does not support; mixtures of experts are not read; take a "
        + "dense model"),
    two("num_key_value_heads", "3", "2 heads are not a multiple of 3 key-value heads"),
    two(
      "num_key_value_heads", "0", "key-value heads is 0; it must lie in 1 ... 4096"),
    two("num_attention_heads", "0", "heads is 0; it must lie in 1 ... 4096"),
    two("head_dim", "3", "head size 3 is odd; rotary positions need pairs"),
    two("head_dim", "0", "head size is 0; it must lie in 1 ... 4096"),
    two("rms_norm_eps", "1", "the norm's epsilon is 1.0"),
    two("sliding_window", "4096", "has sliding_window, which Plumb does not support"),
    two("no_rope_layers", "[1, 0]", "has no_rope_layers, which Plumb does not support"),
    two("rope_theta", "0", "rope_theta is 0.0"),
    two("rope_theta", #""big""#, "rope_theta is not a number"),
    two("rope_scaling", #""linear""#, "rope_scaling is not an object"),
    two("rope_scaling", #"{"type": "linear"}"#, "factor is missing"),
    two(
      "rope_scaling", #"{"type": "linear", "factor": 0}"#, "factor is 0.0; it must be above 0"),
    two(
      "rope_scaling", #"{"rope_type": "longrope", "factor": 4}"#,
      "rope_type is longrope; supported: default, linear, dynamic, llama3, yarn"),
    two(
      "rope_scaling", #"{"rope_type": "yarn", "factor": 4, "beta_fast": 1}"#,
      "beta_slow is 1.0; it must be below beta_fast, 1.0"),
    two("rope_scaling", #"{"rope_type": 3}"#, "rope_type is not a text"),
    two(
      "rope_scaling",
      #"{"rope_type": "llama3", "factor": 8, "low_freq_factor": 4, "high_freq_factor": 4}"#,
      "low_freq_factor is 4.0; it must be below high_freq_factor, 4.0"),
    two(
      "rope_scaling",
      #"{"rope_type": "llama3", "factor": 8, "low_freq_factor": 1, "high_freq_factor": 4, "#
        + #""original_max_position_embeddings": 0}"#,
      "original_max_position_embeddings is 0; it must be above 0"),
    two(
      "rope_parameters", #"{"rope_type": "default", "partial_rotary_factor": 0.25}"#,
      "has partial_rotary_factor, which Plumb does not support"),
    two("rope_parameters", "[]", "rope_parameters is not an object"),
    two("attention_bias", "0", "attention_bias is not true or false"),
    of("mistral", "sliding_window", "0", "sliding_window is 0; it must be above 0"),
    of(
      "mistral", "layer_types", #"["full_attention", "sliding_attention"]"#,
      "has layer_types, which Plumb does not support"),
    of("mistral", "attention_bias", "true", "has attention_bias, which Plumb does not support"),
    of("qwen2", "attention_bias", "false", "has attention_bias, which Plumb does not support"),
    of(
      "qwen2", "layer_types", #"["full_attention", "sliding_attention"]"#,
      "layer_types has sliding_attention, but there is no sliding_window"),
    of(
      "qwen3", "layer_types", #"["full_attention"]"#, "layer_types has 1 entries for 2 layers"),
    of(
      "smollm3", "no_rope_layers", "[1]",
      "no_rope_layers is not a list of 0 and 1 for each of 2 layers"),
    of(
      "smollm3", "no_rope_layer_interval", "0",
      "no_rope_layer_interval is 0; it must be above 0"),
    of(
      "phi3", "rope_scaling", #"{"type": "longrope", "short_factor": [1], "long_factor": [1]}"#,
      "rope_type is longrope; supported: default"),
    of(
      "phi3", "partial_rotary_factor", "0.75",
      "3 of a head's 4 numbers are turned; rotary positions need pairs"),
    of("phi3", "partial_rotary_factor", "0", "partial_rotary_factor is 0.0; it must lie in (0, 1]"),
    of(
      "gemma2", "attn_logit_softcapping", "0",
      "attn_logit_softcapping is 0.0; it must be above 0"),
    of(
      "gemma2", "query_pre_attn_scalar", "-1",
      "query_pre_attn_scalar is -1.0; it must be above 0"),
    of(
      "gemma2", "hidden_act", #""gelu""#,
      "hidden_act and hidden_activation differ; let both say the same"),
    of(
      "gemma2", "sliding_window_size", "8",
      "sliding_window_size and sliding_window differ; let both say the same"),
    of(
      "gemma2", "use_bidirectional_attention", "true",
      "has use_bidirectional_attention, which Plumb does not support"),
    of("olmo2", "clip_qkv", "8", "has clip_qkv, which Plumb does not support"),
    of(
      "gpt_neox", "rotary_pct", "0.5",
      "rotary_pct is 0.5, but 0.25 in rope_parameters; let both say the same",
      ["rope_parameters": #"{"partial_rotary_factor": 0.25}"#]),
    of("gpt_neox", "hidden_size", "9", "hidden size 9 is not a multiple of 2 heads", [:]),
    of("gpt_neox", "head_dim", "4", "has head_dim, which Plumb does not support", [:]),
  ]

  static func configuration(_ keys: [String: String]) throws -> ModelConfiguration {
    let folder = try TemporaryFolder()
    let fields = keys.sorted { $0.key < $1.key }.map { "\"\($0.key)\": \($0.value)" }
    try folder.write("config.json", "{\(fields.joined(separator: ", "))}")
    return try ConfigurationFile(reading: folder.url.appending(path: "config.json")).configuration
  }

  @Test(arguments: cases) func aMistakeIsRefusedWithItsReason(_ item: Case) {
    var keys = item.base
    keys[item.key] = item.value
    #expect(
      throws: PolicyError.self, "accepted",
      performing: {
        do {
          _ = try Self.configuration(keys)
        } catch let error as PolicyError {
          guard case .configuration(let file, let problem) = error else { throw error }
          #expect(problem == item.problem)
          #expect(error.description == "\(file): \(item.problem)")
          #expect(file.hasSuffix("/config.json"))
          throw error
        }
      })
  }

  @Test func whatChangesNoProbabilityIsPassedOver() throws {
    var keys = Self.llama
    for (key, value) in [
      "attention_dropout": "0.1", "initializer_range": "0.02", "transformers_version": #""5.0""#,
      "_name_or_path": #""x""#, "use_cache": "false", "torch_dtype": #""bfloat16""#,
      "pretraining_tp": "1", "is_encoder_decoder": "false", "pruned_heads": "{}",
      "layer_types": #"["full_attention", "full_attention"]"#, "rope_interleaved": "false",
      "sliding_window": "null", "quantization_config": "null", "hidden_act": #""swish""#,
    ] { keys[key] = value }
    #expect(try Self.configuration(keys) == Self.configuration(Self.llama))
  }

  @Test func spellingsThatContradictEachOtherAreRefused() {
    var keys = Self.llama
    keys["rope_parameters"] = #"{"rope_type": "default", "rope_theta": 500000}"#
    keys["rope_theta"] = "10000"
    #expect(
      message { _ = try Self.configuration(keys) }.hasSuffix(
        "rope_theta is 10000.0, but 500000.0 in rope_parameters; let both say the same"))
    keys["rope_theta"] = nil
    keys["rope_scaling"] = #"{"type": "linear", "factor": 2}"#
    #expect(
      message { _ = try Self.configuration(keys) }.hasSuffix(
        "rope_scaling and rope_parameters differ; let both say the same"))
  }

  @Test func aRewardFolderSaysWhetherItReadsAnEndToken() throws {
    var keys = Self.llama
    keys["architectures"] = #"["LlamaForSequenceClassification"]"#
    keys["num_labels"] = "1"
    // No word: as transformers reads a text.
    #expect(try !Self.configuration(keys).endsTexts)
    keys["plumb_end_token"] = "true"
    #expect(try Self.configuration(keys).endsTexts)
    keys["plumb_end_token"] = #""yes""#
    #expect(
      message { _ = try Self.configuration(keys) }
        .hasSuffix("plumb_end_token is not true or false"))
  }

  @Test func theTwoFilesWithoutAMistakeAreRead() throws {
    let first = try Self.configuration(Self.gpt2)
    #expect(first.feedForward == 32)
    #expect(first.isTied)
    #expect(first.endTokens == [49])
    let second = try Self.configuration(Self.llama)
    #expect(!second.isTied)
    #expect(second.keyValueHeads == 2)
    #expect(second.headSize == 4)
    #expect(second.rotaryBase == 10_000)
  }

  @Test func keysOfBothSpellingsGiveOneModel() throws {
    var four = Self.llama
    four["rope_theta"] = "500000"
    four["rope_scaling"] = #"{"type": "linear", "factor": 2.0}"#
    var five = Self.llama
    five["rope_parameters"] = #"{"rope_type": "linear", "rope_theta": 500000.0, "factor": 2}"#
    let both = [try Self.configuration(four), try Self.configuration(five)]
    #expect(both[0] == both[1])
    #expect(both[0].rotaryScaling == .linear(factor: 2))
    #expect(both[0].rotaryBase == 500_000)
    // Without a base of their own, the parameters leave the one beside them in force.
    five["rope_parameters"] = #"{"rope_type": "linear", "factor": 2}"#
    five["rope_theta"] = "500000"
    #expect(try Self.configuration(five) == both[0])
  }

  @Test func aListOfEndTokensIsReadAndAClassifiersHeadIsCounted() throws {
    var keys = Self.gpt2
    keys["eos_token_id"] = "[3, 7]"
    keys["architectures"] = #"["GPT2ForSequenceClassification"]"#
    #expect(try Self.configuration(keys).endTokens == [3, 7])
    #expect(try Self.configuration(keys).labels == 2)
    keys["id2label"] = #"{"0": "a", "1": "b", "2": "c"}"#
    #expect(try Self.configuration(keys).labels == 3)
    keys["num_labels"] = "0"
    #expect(
      message { _ = try Self.configuration(keys) }.hasSuffix("config.json: num_labels is 0"))
  }

  @Test(arguments: [
    ("", "is not JSON: 1:1: ends early; expected a value"),
    ("{", "is not JSON: 1:2: ends early; expected a key in quotes"),
    ("[]", "is not a JSON object"), ("7", "is not a JSON object"),
    ("\u{0}", "is not JSON: 1:1: NUL byte; the file is damaged"),
    (
      "{\"a\": NaN}",
      "is not JSON: 1:7: NaN and Infinity are not JSON; write a finite number or null"
    ),
    ("{\"n_embd\": 8,\n \"n_embd\": 16}", "is not JSON: 2:2: duplicate key \"n_embd\""),
  ])
  func aFileThatIsNoObjectIsRefused(_ text: String, _ problem: String) throws {
    let folder = try TemporaryFolder()
    try folder.write("config.json", text)
    let path = folder.url.appending(path: "config.json").path
    #expect(
      message { _ = try ConfigurationFile(reading: folder.url.appending(path: "config.json")) }
        == "\(path): \(problem)")
  }

  @Test func aMissingFileIsNamed() {
    let url = URL(fileURLWithPath: "/nowhere/config.json")
    #expect(
      message { _ = try ConfigurationFile(reading: url) }
        == "/nowhere/config.json: not found; a checkpoint is a folder with config.json, "
        + "model.safetensors and tokenizer.json")
  }
}
