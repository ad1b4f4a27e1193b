/// A section of which some settings are lists of what to try, and so stands for several sections.
///
/// Lists cross; `sweep: zip` beside the settings pairs lists of one length. Settings drawn at random
/// are drawn together.
public struct Sweep {
  /// More sections than anybody runs: a mistake in a product of lists is told before it is made.
  public static let most = 10_000

  /// In the order of the file; empty for a section without sweeps.
  public let axes: [SweepAxis]
  /// Whether all lists could be read; what else the section holds is not worth reading otherwise.
  public let isSound: Bool
  let node: RecipeNode
  let place: RecipePlace

  /// Every choice of one option of each axis, the last axis fastest.
  public var choices: [[Int]] {
    axes.reduce([[]]) { choices, axis in
      choices.flatMap { choice in (0..<axis.count).map { choice + [$0] } }
    }
  }

  /// The section's value with one option of each axis in the places of the lists.
  func node(_ choice: [Int]) -> RecipeNode {
    var chosen = node
    if case .mapping(let entries) = chosen.content {
      chosen.content = .mapping(entries.filter { $0.key != SweepReader.key })
    }
    for (axis, option) in zip(axes, choice) {
      for (path, value) in zip(axis.paths, axis.options[option].nodes) {
        chosen.replace(path[...], with: value)
      }
    }
    return chosen
  }
}

extension RecipeNode {
  fileprivate mutating func replace(_ path: ArraySlice<String>, with value: RecipeNode) {
    guard let key = path.first else {
      self = value
      return
    }
    guard case .mapping(var entries) = content,
      let index = entries.firstIndex(where: { $0.key == key })
    else { return }
    entries[index].value.replace(path.dropFirst(), with: value)
    content = .mapping(entries)
  }
}
