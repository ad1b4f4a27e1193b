/// What other programs call the metrics of a step: the one table between `steps.jsonl` and them.
///
/// Records have TRL's names already (`loss`, `rewards/margins`, `logps/chosen`, `grad_norm`, …), and
/// Plumb's own where TRL has none (`round/ties`, `eval_largest_log_ratio`). What differs is where a
/// dashboard files them, and what TRL counts from the beginning.
public enum MetricName {
  /// Metrics that a record gives for one step, and TRL for all steps until then.
  static let running: Set = ["num_tokens"]

  /// As the dashboards of `transformers` have it: `eval_kl` under `eval/`, all others under `train/`.
  ///
  /// Source: `rewrite_logs` of transformers' integrations, which TensorBoard, trackio and others share.
  public static func tag(_ name: String) -> String {
    name.hasPrefix("eval_") ? "eval/" + name.dropFirst("eval_".count) : "train/" + name
  }
}
