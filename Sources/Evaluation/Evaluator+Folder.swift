extension Evaluator {
  /// The name of the folder, below an evaluation's, that holds the work on a policy.
  public static func folderName(of policy: String) -> String { WorkFolder.name(of: policy) }
}
