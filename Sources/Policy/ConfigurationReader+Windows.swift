import Foundation
import Runs

extension ConfigurationReader {
  /// `sliding_window`: how far each token looks back, itself among them; null is to the first.
  func window(default fallback: Int?) throws(PolicyError) -> Int? {
    if isNull("sliding_window") { return nil }
    guard present("sliding_window") else { return fallback }
    let window = try integer("sliding_window")
    guard window > 0 else { throw fail("sliding_window is \(window); it must be above 0") }
    return window
  }

  /// The window of each layer, as `layer_types` says, or where it is absent by a rule; empty where no
  /// layer has one.
  func windows(
    _ window: Int?, layers: Int, where isWindowed: (Int) -> Bool
  ) throws(PolicyError) -> [Int?] {
    var chosen = (0..<max(0, layers)).map { window != nil && isWindowed($0) }
    if present("layer_types") {
      let kinds = ["full_attention": false, "sliding_attention": true]
      let types = keys["layer_types"]?.array?.map { $0.string.flatMap { kinds[$0] } } ?? []
      let found = types.compactMap(\.self)
      guard found.count == types.count else { throw unsupported("layer_types") }
      guard found.count == layers else {
        throw fail("layer_types has \(found.count) entries for \(layers) layers")
      }
      chosen = found
    }
    guard chosen.contains(true) else { return [] }
    guard let window else {
      throw fail("layer_types has sliding_attention, but there is no sliding_window")
    }
    return chosen.map { $0 ? window : nil }
  }

  /// Windows from `max_window_layers` on, where `use_sliding_window` is true.
  func upperWindows(layers: Int) throws(PolicyError) -> [Int?] {
    let first = try integer("max_window_layers", default: 28)
    let chosen = try flag("use_sliding_window", default: false)
    return try windows(chosen ? window(default: 4096) : nil, layers: layers) { $0 >= first }
  }
}

extension ModelConfiguration {
  private var firstWindow: Int? { windows.compactMap(\.self).first }

  func writeWindow(into keys: inout [String: Any]) {
    keys["sliding_window"] = firstWindow ?? NSNull()
  }

  func writeLayerTypes(into keys: inout [String: Any]) {
    keys["layer_types"] = (0..<layers).map {
      window(layer: $0) == nil ? "full_attention" : "sliding_attention"
    }
  }

  /// Of families in which a file may name a window and not use it.
  func writeChosenWindows(into keys: inout [String: Any]) {
    keys["use_sliding_window"] = firstWindow != nil
    guard firstWindow != nil else { return }
    writeWindow(into: &keys)
    writeLayerTypes(into: &keys)
  }
}
