extension RecipeValue {
  /// The member of an object; nil where there is none.
  public subscript(key: String) -> RecipeValue? {
    guard case .object(let members) = self else { return nil }
    return members[key]
  }

  /// Every scalar and list below, by its path, in the order of the paths.
  public var leaves: [(path: String, value: String)] {
    guard case .object(let members) = self else { return [] }
    return members.keys.sorted().flatMap { key -> [(path: String, value: String)] in
      guard let value = members[key] else { return [] }
      guard case .object = value else {
        var json = ""
        value.append(to: &json)
        return [(path: key, value: json)]
      }
      return value.leaves.map { (path: "\(key).\($0.path)", value: $0.value) }
    }
  }

  /// Every text under one of these keys, by itself or in a list, here or in an object below, with
  /// the path to it, in the order of the paths.
  public func texts(of keys: Set<String>) -> [(path: String, text: String)] {
    guard case .object(let members) = self else { return [] }
    return members.keys.sorted().flatMap { key -> [(path: String, text: String)] in
      guard let value = members[key] else { return [] }
      if case .string(let text) = value { return keys.contains(key) ? [(key, text)] : [] }
      if case .list(let elements) = value, keys.contains(key) {
        return elements.compactMap { element in
          guard case .string(let text) = element else { return nil }
          return (key, text)
        }
      }
      return value.texts(of: keys).map { (path: "\(key).\($0.path)", text: $0.text) }
    }
  }
}
