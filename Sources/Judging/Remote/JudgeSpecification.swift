/// A judge as it is typed: `KIND`, `KIND:MODEL`, `KIND:MODEL@URL` or `KIND:FOLDER`.
public struct JudgeSpecification: Sendable, Equatable {
  public enum Kind: Sendable, Equatable {
    /// Nothing is asked.
    case computed(String)
    /// A server of the form with this name.
    case remote(api: String, model: String, address: String)
    /// A model in this process.
    case local(LocalKind, folder: String)
  }

  /// What a model in this process does.
  public enum LocalKind: String, Sendable, CaseIterable {
    /// Reads a template and writes a verdict, or gives labels their probabilities.
    case model
    /// Gives each candidate a reward.
    case reward
  }

  public let kind: Kind

  static let apis: [any RemoteAPI.Type] = [ChatAPI.self, CompletionsAPI.self, AnthropicAPI.self]
  static let computed = ["longer", "shorter", "rouge-l", "first"]

  /// - Throws: ``JudgingError/setting(_:)``; the message never holds the address, in which somebody
  ///   may have put a key.
  public init(_ text: String) throws(JudgingError) {
    if Self.computed.contains(text) {
      kind = .computed(text)
      return
    }
    let word = String(text.prefix { $0 != ":" && $0 != "@" })
    if let local = LocalKind(rawValue: word) {
      let folder = text.dropFirst(word.utf8.count + 1)
      guard !folder.isEmpty else {
        throw .setting("the judge '\(word)' wants a model's folder: --judge \(word):FOLDER")
      }
      kind = .local(local, folder: String(folder))
      return
    }
    guard let api = Self.api(word) else {
      let kinds = Self.apis.map { $0.name } + LocalKind.allCases.map(\.rawValue)
      let all = (kinds + Self.computed).joined(separator: ", ")
      throw .setting("there is no judge of the kind '\(word.prefix(40))'; there are \(all)")
    }
    var rest = text.dropFirst(word.utf8.count)
    guard rest.first == ":" else {
      throw .setting(
        "the judge '\(word)' wants a model: --judge \(word):MODEL, or with @URL behind")
    }
    rest = rest.dropFirst()
    var address = api.defaultAddress
    // Names of models may hold @, addresses begin with their scheme.
    for mark in ["@https://", "@http://"] {
      guard let place = rest.firstRange(of: mark) else { continue }
      address = String(rest[rest.index(after: place.lowerBound)...])
      rest = rest[..<place.lowerBound]
      break
    }
    // Names of models hold no scheme: an address is meant that begins otherwise.
    if rest.contains("://") {
      throw .setting(
        "the judge '\(word):MODEL@URL' wants an address that begins with http:// or https://")
    }
    guard !rest.isEmpty else { throw .setting("the judge '\(word):' lacks its model's name") }
    kind = .remote(api: word, model: String(rest), address: address)
  }

  /// The form of servers with this name.
  public static func api(_ name: String) -> (any RemoteAPI.Type)? {
    apis.first { $0.name == name }
  }

  /// Whether its model lies in this process.
  public var isLocal: Bool {
    if case .local = kind { true } else { false }
  }

  /// How folders call it: `longer`, `chat-MODEL`, `reward-NAME`; never with an address.
  public var folderName: String {
    switch kind {
    case .computed(let name): name
    case .remote(let api, let model, _): "\(api)-\(model)"
    case .local(let kind, let folder):
      "\(kind.rawValue)-\(folder.split(separator: "/").last { $0 != "." && $0 != ".." } ?? "")"
    }
  }

  /// A judge that asks nobody; nil for those that do.
  public var computedJudge: (any Judge)? {
    guard case .computed(let name) = kind else { return nil }
    switch name {
    case "longer": return LengthJudge()
    case "shorter": return LengthJudge(prefersLonger: false)
    case "rouge-l": return RougeJudge()
    default: return ScriptedJudge.first
    }
  }
}
