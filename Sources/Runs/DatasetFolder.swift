import Foundation

/// Where a data set lies that people name as the Hugging Face hub does: in the hub's cache on this
/// machine, which is only read.
public enum DatasetFolder {
  /// - Parameter name: `organisation/dataset`.
  /// - Returns: the newest download, or nil where there is none.
  public static func find(
    _ name: String, environment: [String: String] = ProcessInfo.processInfo.environment
  ) -> URL? {
    guard name.contains("/"), ModelFolder.isHubName(name) else { return nil }
    return ModelFolder.snapshot(of: name, in: ModelFolder.cache(environment), kind: "datasets")
  }

  /// The cache's folder, for messages.
  public static func cache(
    _ environment: [String: String] = ProcessInfo.processInfo.environment
  ) -> String { ModelFolder.cache(environment).path }
}
