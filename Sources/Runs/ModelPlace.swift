import Foundation

/// Where a model lies, as an adapter's folder names its base.
public enum ModelPlace: Equatable, Sendable {
  /// By its name on the Hugging Face hub.
  case hub(String)
  /// By its whole path, which other programs find.
  case folder(URL)
  /// By the way from the adapter's folder: both belong to one run, which may be moved.
  case beside(URL)

  /// `base_model_name_or_path` in an adapter's folder.
  public func name(from folder: URL) -> String {
    switch self {
    case .hub(let name): return name
    case .folder(let url): return url.standardizedFileURL.path
    case .beside(let url):
      let here = folder.standardizedFileURL.pathComponents
      let there = url.standardizedFileURL.pathComponents
      let common = zip(here, there).prefix { $0 == $1 }.count
      let up = Array(repeating: "..", count: here.count - common)
      return (up + there.dropFirst(common)).joined(separator: "/")
    }
  }
}
