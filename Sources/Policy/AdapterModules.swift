import Foundation
import Runs

/// Which modules of a base model an `adapter_config.json` means: PEFT builds adapters for these, and
/// leaves out what the weights' file holds of others.
///
/// Source: PEFT 0.21, `tuners_utils.check_target_module_exists`.
struct AdapterModules: Equatable, Sendable {
  /// A list of names, or one text that is a regular expression of whole paths.
  private enum Names: Equatable, Sendable {
    case list([String])
    case pattern(String)

    init?(_ value: JSONValue?) {
      if let text = value?.string {
        self = .pattern(text)
      } else if let items = value?.array {
        self = .list(items.compactMap(\.string))
      } else {
        return nil
      }
    }

    /// nil for a pattern that cannot be read.
    func match(_ module: String) -> Bool? {
      switch self {
      case .list(let names): return names.contains { AdapterSettings.names($0, module) }
      case .pattern(let pattern):
        guard let expression = try? NSRegularExpression(pattern: "^(?:\(pattern))$") else {
          return nil
        }
        let whole = NSRange(module.startIndex..., in: module)
        return expression.firstMatch(in: module, range: whole) != nil
      }
    }
  }

  private var targets: Names?
  private var excluded: Names?
  /// nil for all.
  private var layers: [Int]?

  /// All of them.
  init() {}

  init(_ keys: JSONObject) {
    targets = Names(keys["target_modules"])
    if targets == .pattern("all-linear") { targets = nil }
    excluded = Names(keys["exclude_modules"])
    if excluded == .list([]) { excluded = nil }
    if let value = keys["layers_to_transform"] {
      layers = value.integer.map { [$0] } ?? value.array?.compactMap(\.integer)
    }
  }

  /// The key by which PEFT leaves a module out; nil for one that it means.
  func leavesOut(_ module: String) -> String? {
    if let excluded, excluded.match(module) != false { return "exclude_modules" }
    if let targets, targets.match(module) != true { return "target_modules" }
    let layer = module.split(separator: ".").lazy.compactMap { Int($0) }.first
    if let layers, let layer, !layers.contains(layer) { return "layers_to_transform" }
    return nil
  }
}
