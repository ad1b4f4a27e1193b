import Published
import Statistics
import TestSupport

/// AlpacaEval's stored files, as the tests of its numbers use them.
enum AlpacaData {
  static let weighted = "weighted_alpaca_eval_gpt4_turbo"
  /// Every stored file of annotations: judge, model.
  static let annotated = [
    (weighted, "alpaca-7b"), (weighted, "vicuna-13b-v1.5"), (weighted, "gpt-3.5-turbo-0301"),
    (weighted, "gpt-3.5-turbo-1106"), (weighted, "gpt-3.5-turbo-1106_concise"),
    (weighted, "gpt-3.5-turbo-1106_verbose"), (weighted, "FuseChat-Gemma-2-9B-Instruct"),
    (weighted, "phi-2"), ("alpaca_eval_cot_gpt4_turbo_fn", "gpt-3.5-turbo-0301"),
    ("alpaca_eval_cot_gpt4_turbo_fn", "alpaca-7b"),
    ("alpaca_eval_gpt4_turbo_fn", "gpt-3.5-turbo-0301"), ("alpaca_eval_gpt4", "alpaca-7b"),
    ("alpaca_eval_gpt4", "gpt-3.5-turbo-1106"), ("alpaca_eval_gpt4", "phi-2"),
  ]

  static func annotations(_ judge: String, _ model: String) throws -> [AlpacaAnnotation] {
    try AlpacaAnnotation.read(
      SharedData.url("alpaca-eval/annotations/\(judge)/\(model).json.gz").path)
  }

  static func leaderboard(_ judge: String) throws -> AlpacaLeaderboard {
    try AlpacaLeaderboard(
      path: SharedData.url("alpaca-eval/leaderboards/\(judge)_leaderboard.csv").path)
  }

  static func difficulty() throws -> AlpacaDifficulty {
    try AlpacaDifficulty(
      path: SharedData.url("alpaca-eval/instruction_difficulty.recovered.csv").path)
  }

  static func weights() throws -> AlpacaWeights {
    try AlpacaWeights(
      path: SharedData.url(
        "alpaca-eval/weights/length_controlled_v1.baseline_gpt4_1106_preview.csv"
      ).path)
  }

  static func anchor(_ difficulty: AlpacaDifficulty) throws -> LengthAnchor {
    func outputs(_ name: String) throws -> [AlpacaOutput] {
      try AlpacaOutput.read(SharedData.url("alpaca-eval/model_outputs/\(name).json.gz").path)
    }
    return try difficulty.anchor(
      baseline: outputs("gpt4_1106_preview"),
      variants: [outputs("gpt4_1106_preview_concise"), outputs("gpt4_1106_preview_verbose")])
  }
}
