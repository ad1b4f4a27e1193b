import Runs

/// Names of systems or judges with what they stand for: one name of several contents is shown with a
/// part of each content's hash.
struct SharedNames {
  private var contents: [ByteText: [String]] = [:]
  private var order: [String] = []

  /// - Parameter hash: of the content, in hexadecimal digits.
  mutating func add(_ name: String, _ hash: String) {
    let key = ByteText(name)
    if contents[key] == nil { order.append(name) }
    if contents[key]?.contains(hash) != true { contents[key, default: []].append(hash) }
  }

  /// The name alone where it stands for one content.
  func shown(_ name: String, _ hash: String) -> String {
    guard let all = contents[ByteText(name)], all.count > 1 else { return name }
    return "\(name) (\(hash.prefix(8)))"
  }

  var remarks: [RowRemark] {
    order.compactMap { name in
      let all = contents[ByteText(name)] ?? []
      return all.count > 1 ? .sharedName(name, shown: all.map { shown(name, $0) }) : nil
    }
  }
}
