import Corpus
import Runs

/// The keys of a `config.json` that are understood. Any other one may change what the model says, so it is
/// refused by name; null says nothing.
///
/// Source: the configuration classes of `transformers` 4 and 5, and the keys of files on the hub.
enum ConfigurationKeys {
  /// Read for every family.
  private static let common: Set = [
    "architectures", "model_type", "vocab_size", "tie_word_embeddings", "bos_token_id",
    "eos_token_id", "pad_token_id", "num_labels", "id2label", "plumb_pooling", "plumb_end_token",
  ]

  /// No forward pass in float32 and without dropout depends on them: bookkeeping, training, defaults of
  /// generation.
  private static let silent: Set = [
    "_attn_implementation", "_attn_implementation_autoset", "_commit_hash", "_model_name_or_path",
    "_name_or_path",
    "attention_dropout", "attention_probs_dropout_prob", "attn_implementation", "attn_pdrop",
    "bad_words_ids", "begin_suppress_tokens", "cache_implementation", "chunk_size_feed_forward",
    "classifier_dropout", "decoder_start_token_id", "diversity_penalty", "do_sample", "dtype",
    "early_stopping", "embd_pdrop", "encoder_no_repeat_ngram_size",
    "exponential_decay_length_penalty", "finetuning_task", "forced_bos_token_id",
    "forced_eos_token_id", "gradient_checkpointing", "hidden_dropout", "hidden_dropout_prob",
    "initializer_range", "is_decoder", "is_llama_config", "label2id", "length_penalty", "license",
    "max_length", "max_new_tokens", "max_sequence_length", "max_window_layers", "min_length",
    "model_max_length", "n_special", "no_repeat_ngram_size", "num_beam_groups", "num_beams",
    "num_return_sequences", "output_attentions", "output_hidden_states", "output_scores",
    "predict_special_tokens", "prefix", "pretraining_tp", "problem_type", "remove_invalid_values",
    "reorder_and_upcast_attn", "repetition_penalty", "resid_pdrop", "return_dict",
    "return_dict_in_generate", "sep_token_id", "summary_activation", "summary_first_dropout",
    "summary_proj_to_labels", "summary_type", "summary_use_proj", "suppress_tokens",
    "task_specific_params", "temperature", "tf_legacy_loss", "tie_encoder_decoder",
    "tokenizer_class", "top_k", "top_p", "torch_dtype", "torchscript", "transformers.js_config",
    "transformers_version", "typical_p", "unk_token_id", "unsloth_fixed", "unsloth_version",
    "use_bfloat16", "use_cache",
  ]

  /// Understood with one value, which says that an option is off.
  private static let off: [String: JSONValue] = [
    "add_cross_attention": .boolean(false), "attention_bias": .boolean(false),
    "is_encoder_decoder": .boolean(false), "mlp_bias": .boolean(false),
    "pruned_heads": .object(JSONObject(members: [])), "rope_interleaved": .boolean(false),
    "sliding_window": .integer(0), "use_mrope": .boolean(false),
    "use_sliding_window": .boolean(false), "value_head_prefix": .string("score"),
  ]

  /// Keys of `rope_scaling` and `rope_parameters`, by type.
  private static let rotary: [(type: String, keys: Set<String>)] = [
    ("default", []), ("linear", ["factor", "original_max_position_embeddings"]),
    ("dynamic", ["factor", "original_max_position_embeddings"]),
    (
      "llama3",
      ["factor", "low_freq_factor", "high_freq_factor", "original_max_position_embeddings"]
    ),
    (
      "yarn",
      [
        "factor", "original_max_position_embeddings", "beta_fast", "beta_slow", "attention_factor",
        "mscale", "mscale_all_dim", "truncate",
      ]
    ),
  ]

  static var rotaryTypes: [String] { rotary.map(\.type) }

  /// What the owner of a file may do about a key that is refused.
  static let waysOut = [
    "auto_map":
      "it names Python code of its own, and Plumb runs none; take the key out where transformers has "
      + "a class for the model_type",
    "quantization_config":
      "its weights are quantised; save it dequantised, in bfloat16 or float32",
    "num_experts": experts, "num_local_experts": experts, "n_routed_experts": experts,
    "num_experts_per_tok": experts,
  ]
  private static let experts = "mixtures of experts are not read; take a dense model"

  /// The first key that Plumb does not understand, or understands with another value only.
  static func unknown(
    in keys: JSONObject, of family: any ModelFamily
  ) -> String? {
    let own = family.keys
    let unknown = keys.members.first { member in
      guard member.value != .null, !common.contains(member.key), !own.contains(member.key),
        !silent.contains(member.key)
      else { return false }
      if member.key == "layer_types" {
        return member.value.array?.contains { $0 != .string("full_attention") } ?? true
      }
      if let values = family.fixed[member.key] { return !values.contains(member.value) }
      return off[member.key] != member.value
    }
    return unknown?.key
  }

  /// The same of the settings of rotary positions; nil for a type that is refused itself.
  static func unknown(inRotary keys: JSONObject, type: String) -> String? {
    guard let known = rotary.first(where: { $0.type == type })?.keys else { return nil }
    let shared: Set = ["rope_type", "type", "rope_theta", "partial_rotary_factor"]
    return keys.members.first {
      $0.value != .null && !shared.contains($0.key) && !known.contains($0.key)
    }?.key
  }
}
