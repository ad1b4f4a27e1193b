import Policy

/// A policy that is loaded when it is first needed: not at all where all its work is done.
final class LazyModel {
  private let load: () throws -> PolicyReader
  private var loaded: PolicyReader?

  init(_ load: @escaping () throws -> PolicyReader) { self.load = load }

  func reader() throws -> PolicyReader {
    if let loaded { return loaded }
    let reader = try load()
    loaded = reader
    return reader
  }

  func model() throws -> LanguageModel { try reader().model }
}
