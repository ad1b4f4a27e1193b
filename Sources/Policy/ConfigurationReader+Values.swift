import Corpus
import Runs

/// The values of keys, each of the type that it must have.
extension ConfigurationReader {
  func present(_ key: String) -> Bool {
    guard let value = keys[key] else { return false }
    return value != .null
  }

  /// The key is there, and says null.
  func isNull(_ key: String) -> Bool { keys[key] == .null }

  func fail(_ problem: String) -> PolicyError {
    .configuration(file: file, problem: problem)
  }

  func unsupported(_ key: String) -> PolicyError {
    let way = ConfigurationKeys.waysOut[key].map { "; \($0)" } ?? ""
    return fail("has \(key), which Plumb does not support\(way)")
  }

  func value(_ key: String) throws(PolicyError) -> JSONValue {
    guard let value = keys[key], value != .null else { throw fail("\(key) is missing") }
    return value
  }

  func number(_ key: String, of value: JSONValue) throws(PolicyError) -> Double {
    guard let number = value.number else { throw fail("\(key) is not a number") }
    return number
  }

  func integer(_ key: String, of item: JSONValue) throws(PolicyError) -> Int {
    let value = try number(key, of: item)
    guard value == value.rounded(), abs(value) < 1e12 else {
      throw fail("\(key) is \(value); it must be a whole number")
    }
    return Int(value)
  }

  func integer(_ key: String, default fallback: Int? = nil) throws(PolicyError) -> Int {
    if let fallback, !present(key) { return fallback }
    return try integer(key, of: value(key))
  }

  func number(
    _ key: String, default fallback: Double? = nil
  ) throws(PolicyError) -> Double {
    if let fallback, !present(key) { return fallback }
    return try number(key, of: value(key))
  }

  func flag(_ key: String, default fallback: Bool) throws(PolicyError) -> Bool {
    guard present(key) else { return fallback }
    guard let flag = keys[key]?.boolean else { throw fail("\(key) is not true or false") }
    return flag
  }

  func text(_ key: String, default fallback: String) throws(PolicyError) -> String {
    guard present(key) else { return fallback }
    guard let text = keys[key]?.string else { throw fail("\(key) is not a text") }
    return text
  }

  func mapping(_ key: String) throws(PolicyError) -> JSONObject? {
    guard present(key) else { return nil }
    guard let mapping = keys[key]?.object else { throw fail("\(key) is not an object") }
    return mapping
  }

  /// A number that frequencies are scaled by.
  func factor(_ key: String) throws(PolicyError) -> Double {
    let value = try number(key)
    guard value > 0, value.isFinite else { throw fail("\(key) is \(value); it must be above 0") }
    return value
  }

  func require(
    _ key: String, _ allowed: [String], default fallback: String
  ) throws(PolicyError) {
    let value = try text(key, default: fallback)
    if !allowed.contains(value) {
      throw fail("\(key) is \(value); supported: \(allowed.joined(separator: ", "))")
    }
  }

  func activation(_ key: String, default fallback: Activation) throws(PolicyError) -> Activation {
    let name = try text(key, default: fallback.names[0])
    guard let activation = Activation(name: name) else {
      let known = Activation.allCases.flatMap(\.names).joined(separator: ", ")
      throw fail("\(key) is \(name); supported: \(known)")
    }
    return activation
  }
}
