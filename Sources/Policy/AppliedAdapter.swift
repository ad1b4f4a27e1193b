import Runs

/// What a decoder knows of the adapter that changes it, beside the adapter's weights.
struct AppliedAdapter {
  let file: AdapterFile
  /// Products that it adds to, by their paths.
  let modules: [String]
  /// Where the frozen weights lie.
  let base: ModelPlace
  /// What they are stored as.
  let frozenTypes: StoredTypes
  /// nil where nothing is left out.
  let dropout: AdapterDropout?

  var settings: AdapterSettings { file.settings }
}
