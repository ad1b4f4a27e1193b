/// Listens to what a reader asks of a section that holds little or nothing, which is how the help
/// learns the keys: the reader's own calls are their only list.
final class KeyObserver {
  /// Which keys that are not written pretend to be.
  enum Presence: Equatable {
    case none, all
    /// One key, the sections around it, and everything below it.
    case only(String)
  }

  let presence: Presence
  /// In the order of the calls.
  private(set) var order: [String] = []
  private(set) var declared: [String: KeyDeclaration] = [:]
  /// Keys that were asked for as if they might be missing.
  private(set) var optional: [String] = []

  init(_ presence: Presence) {
    self.presence = presence
  }

  func pretends(_ path: String) -> Bool {
    if !optional.contains(path) { optional.append(path) }
    switch presence {
    case .none: return false
    case .all: return true
    case .only(let key):
      return path == key || path.hasPrefix(key + ".") || key.hasPrefix(path + ".")
    }
  }

  func ask(_ path: String) {
    if !order.contains(path) { order.append(path) }
  }

  /// The first declaration of a key stands; a later one may only add what it means.
  func declare(_ declaration: KeyDeclaration) {
    ask(declaration.path)
    if declared[declaration.path] == nil {
      declared[declaration.path] = declaration
    } else if declared[declaration.path]?.about.isEmpty ?? false {
      declared[declaration.path]?.about = declaration.about
    }
  }
}
