/// Names that other parts of the program know and completion offers; a test holds them to what those
/// parts have.
public enum KnownWords {
  /// Of `plumb explain`.
  public static let methods = [
    "dpo-pref", "dpo-rw", "exo-pref", "exo-rw", "best-of-m", "robust-dpo", "ipo", "hinge",
    "slic-hf", "nca", "bco", "apo", "sppo-hard", "aot", "ln-dpo", "f-dpo", "discopop", "orpo",
    "cpo", "simpo", "kto", "pl-dpo", "lire", "rrhf", "pro", "candidate-pg", "spin", "sppo", "dno",
    "inpo", "sail", "ppo", "grpo", "rloo", "reinforce", "policy-gradient", "nash-md", "irl",
    "iterative-dpo", "online-dpo", "online-ipo", "sail-dp", "sail-pp", "sail-pr",
  ]

  /// Of `plumb help recipe`, which then says how settings are swept.
  public static let sweeps = ["sweep", "sweeps"]

  /// Of `plumb help recipe`.
  public static let kinds = [
    "data", "tokenizer", "language-model", "classifier", "reward-model", "sample", "align",
    "on-policy", "rounds", "kl_target", "alarm", "oracle", "refit", "evaluation", "selection",
    "exam", "judging", "server",
  ]
}
