/// What to say about a key that nobody reads: the setting it probably stands for.
enum KeyAdvice {
  /// Names of TRL and transformers, and the settings of Plumb that mean the same; where several
  /// are listed, the first that the recipe knows is meant.
  static let foreign: [String: [String]] = [
    "model_name_or_path": ["from", "policy"], "model_name": ["from", "policy"],
    "ref_model": ["reference", "anchor"], "reward_model_path": ["reward"],
    "reward_model": ["reward"], "per_device_train_batch_size": ["batch"],
    "train_batch_size": ["batch"], "batch_size": ["batch"], "per_device_eval_batch_size": ["batch"],
    "gradient_accumulation_steps": ["accumulation"], "lr": ["learning_rate"],
    "lr_scheduler_type": ["schedule"], "lr_scheduler": ["schedule"],
    "warmup_ratio": ["warmup"], "warmup_steps": ["warmup"],
    "num_train_epochs": ["epochs"], "max_steps": ["steps"], "max_seq_length": ["max_length"],
    "max_prompt_length": ["prefix_tokens", "max_length"],
    "max_completion_length": ["max_tokens", "max_length"],
    "max_new_tokens": ["max_tokens", "max_length"],
    "response_length": ["max_tokens", "max_length"],
    "max_grad_norm": ["clip"], "adam_beta1": ["beta1"], "adam_beta2": ["beta2"],
    "adam_epsilon": ["epsilon"], "loss_type": ["objective", "method"],
    "label_smoothing_factor": ["label_smoothing"], "epsilon": ["label_smoothing"],
    "beta": ["beta_pi", "kl"],
    "num_generations": ["samples", "candidates", "per_prompt"], "rloo_k": ["samples"],
    "num_ppo_epochs": ["epochs"], "num_mini_batches": ["minibatches"], "cliprange": ["clip"],
    "cliprange_value": ["value_clip"], "lam": ["lambda"],
    "missing_eos_penalty": ["missing_end_penalty"],
    "num_return_sequences": ["per_prompt", "candidates"],
    "kl_coef": ["kl", "beta"], "init_kl_coef": ["kl", "beta"],
    "dataset_name": ["data", "files"], "train_file": ["files", "data"],
    "data_files": ["files"], "dataset_text_field": ["columns"], "max_samples": ["limit"],
    "save_steps": ["checkpoints"], "output_dir": ["name"], "run_name": ["name"],
    "bf16": ["precision"], "fp16": ["precision"], "torch_dtype": ["precision"],
    "dtype": ["precision"],
  ]

  /// `; did you mean "batch"?`, or the known keys where nothing is near.
  ///
  /// - Parameters:
  ///   - path: of the section that holds the key.
  ///   - elsewhere: paths of keys that are known in other sections. Only those above and below the
  ///     section are offered: what another stage knows is no advice for this one.
  static func advice(
    for key: String, in path: String, known: Set<String>, elsewhere: [String]
  ) -> String {
    if let twin = twin(of: key, among: known) { return "; did you mean \(Quoted.text(twin))?" }
    let names = foreign[key] ?? []
    if let here = names.first(where: known.contains) {
      return "; did you mean \(Quoted.text(here))?"
    }
    let inLine = elsewhere.filter { isInLine($0, with: path) }
    for name in names + [key] {
      let paths = inLine.filter { $0 == name || $0.hasSuffix(".\(name)") }
      if let path = paths.min(by: { ($0.count, $0) < ($1.count, $1) }) {
        if path == key { return "; it is a setting of the whole recipe: write it at the top" }
        return "; did you mean \(Quoted.text(path))?"
      }
    }
    if let near = nearest(to: key, among: Array(known)) {
      return "; did you mean \(Quoted.text(near))?"
    }
    if known.isEmpty { return "; remove it" }
    let sorted = known.sorted()
    let more = sorted.count > 16 ? ", …" : ""
    return "; known are \(sorted.prefix(16).joined(separator: ", "))\(more)"
  }

  /// The missing key that an unknown one stands for; nil where none is like it.
  static func meant(by key: String, among missing: [String]) -> String? {
    twin(of: key, among: Set(missing)) ?? foreign[key]?.first(where: missing.contains)
      ?? nearest(to: key, among: missing)
  }

  /// The plural of a singular, or the other way round: `seeds` for `seed`. It is nearer than any key
  /// elsewhere that is written the same.
  private static func twin(of key: String, among known: Set<String>) -> String? {
    [
      "\(key)s", "\(key)es", key.hasSuffix("es") ? String(key.dropLast(2)) : "",
      key.hasSuffix("s") ? String(key.dropLast()) : "",
    ].first { !$0.isEmpty && known.contains($0) }
  }

  /// Whether the section of a key lies above or below another one, or is it.
  private static func isInLine(_ key: String, with path: String) -> Bool {
    let section = key.split(separator: ".").dropLast()
    return zip(section, path.split(separator: ".")).allSatisfy { $0 == $1 }
  }

  /// The candidate with the fewest edits, at most a third of the longer word and one more where both begin
  /// alike; ties by name.
  static func nearest(to word: String, among candidates: [String]) -> String? {
    guard word.utf8.count <= 100 else { return nil }
    // Methods have their family's name in front: `dpo` begins `dpo-pref`.
    if word.utf8.count > 2, let begun = candidates.first(where: { $0.hasPrefix("\(word)-") }) {
      return begun
    }
    let scored = candidates.map { candidate in
      (distance(Array(word.lowercased().utf8), Array(candidate.utf8)), candidate)
    }
    let near = scored.filter { distance, candidate in
      let begin = word.count > 3 && candidate.hasPrefix(word.lowercased().prefix(3)) ? 1 : 0
      return distance <= max(1, max(word.utf8.count, candidate.utf8.count) / 3) + begin
    }
    return near.min { ($0.0, $0.1) < ($1.0, $1.1) }?.1
  }

  /// Edits (insert, delete, replace, swap of neighbours) between two words.
  private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
    var before = [Int](repeating: 0, count: right.count + 1)
    var previous = Array(0...right.count)
    for row in 0..<left.count {
      var current = [row + 1]
      for column in 0..<right.count {
        let cost = left[row] == right[column] ? 0 : 1
        var best = min(previous[column] + cost, previous[column + 1] + 1, current[column] + 1)
        if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
          best = min(best, before[column - 1] + 1)
        }
        current.append(best)
      }
      (before, previous) = (previous, current)
    }
    return previous[right.count]
  }
}
