/// The families that Plumb reads, trains and writes.
enum Families {
  static let all: [any ModelFamily] = [
    GPT2(), GPTNeoX(), Llama(), Mistral(), Qwen2(), Qwen3(), SmolLM3(), Phi3(), Gemma2(), OLMo2(),
  ]

  static var names: [String] { all.map(\.type) }

  static subscript(type: String) -> (any ModelFamily)? { all.first { $0.type == type } }
}

extension ModelConfiguration {
  /// A family of decoders, by its `model_type`.
  public struct Architecture: RawRepresentable, CaseIterable, Hashable, Sendable {
    public let rawValue: String

    public init?(rawValue: String) {
      guard Families[rawValue] != nil else { return nil }
      self.rawValue = rawValue
    }

    private init(_ family: any ModelFamily) { rawValue = family.type }

    public static var allCases: [Architecture] { Families.all.map { Architecture($0) } }

    /// Learned positions, LayerNorm, biases, GELU, weights stored `[in, out]`.
    public static let gpt2 = Architecture(GPT2())
    /// Rotary positions, RMSNorm, gated SiLU, grouped-query attention.
    public static let llama = Architecture(Llama())
  }

  var family: any ModelFamily {
    guard let family = Families[architecture.rawValue] else {
      preconditionFailure("no family is called \(architecture.rawValue)")
    }
    return family
  }
}
