import Policy

/// A model that is loaded when it is first needed: not at all where all its work is done.
final class LazyModel {
  private let load: () throws -> LanguageModel
  private var loaded: LanguageModel?

  init(_ load: @escaping () throws -> LanguageModel) { self.load = load }

  func model() throws -> LanguageModel {
    if let loaded { return loaded }
    let model = try load()
    loaded = model
    return model
  }
}
