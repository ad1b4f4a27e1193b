import Foundation
import HTTP
import Judging
import Runs

/// The form in which a kind of server takes prompts and gives completions.
protocol ServingForm: Sendable {
  /// Behind the address, with a slash.
  static var path: String { get }
  /// What of a request it has at all, and some of its servers do not take.
  static var parts: Set<Dialect.Part> { get }

  static func body(_ call: ServedCall) throws -> Data

  /// Reads strictly what a completion is made of.
  static func reply(_ body: WireValue, to call: ServedCall) throws(BadReply) -> ServedReply
}

extension ServingSettings.Kind {
  var form: any ServingForm.Type {
    switch self {
    case .openai: CompletionsForm.self
    case .vllm: VLLMForm.self
    case .sglang: SGLangForm.self
    }
  }
}

/// JSON whose keys are those of the server, and which may hold lists of ids.
enum WireBody {
  static func encode(_ value: some Encodable) throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.keyEncodingStrategy = .convertToSnakeCase
    return try encoder.encode(value)
  }
}

extension WireValue {
  /// A list of ids; nil for anything else.
  var ids: [Int]? {
    guard let list else { return nil }
    let found = list.compactMap { $0.count(upTo: Int(Int32.max)) }
    return found.count == list.count ? found : nil
  }

  /// The first member of these names that is there.
  func first(of keys: String...) -> WireValue? { keys.lazy.compactMap { self[$0] }.first }

  /// Numbers, nil where one is null or something else; of something that is no list nil.
  var optionalNumbers: [Double?]? { list?.map(\.number) }
}

/// `token_id:12`, as vLLM writes a token where it was told to.
func writtenID(_ token: String) -> Int? {
  guard token.hasPrefix("token_id:") else { return nil }
  return Int(token.dropFirst("token_id:".count))
}
