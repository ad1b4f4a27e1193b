import Foundation
import HTTP
import Judging
import Policy
import Recipe

/// How a policy in a server is asked, and what it is held against.
public struct ServingSettings: Sendable, Equatable {
  /// Which requests the server understands.
  public enum Kind: String, Sendable, CaseIterable {
    /// `/completions` in OpenAI's form, as nearly all servers have it.
    case openai
    /// vLLM's tokens in, tokens out: `/inference/v1/generate`.
    case vllm
    /// SGLang's `/generate`.
    case sglang
  }

  public var name: ServerName
  public var kind = Kind.openai
  /// The largest mean difference from the checkpoint's log-probabilities, in nats a token.
  ///
  /// 0.05: bfloat16 has 8 bits of mantissa, so that logits of usual size differ by some hundredths of a nat
  /// between kernels, with a mean of about 0.02; other weights are usually further away.
  public var bound = 0.05
  public var transport = TransportSettings()
  /// What the server does not take, as far as it is known beforehand.
  public var dialect = Dialect()

  /// Samples that a server is held against its checkpoint with.
  public static let checked = 32

  public init(_ name: ServerName) { self.name = name }

  /// Parts of a request that a user may leave out.
  static let parts: [Dialect.Part] = [.promptIDs, .tokenIDs, .probabilities, .seed]

  /// - Parameter base: the folder that relative paths start from.
  public init(_ name: ServerName, from section: Section, base: String) {
    self.init(name)
    kind = section.choice(
      "kind", default: .openai,
      about: "Requests: openai (/completions), vllm (/inference/v1/generate), sglang (/generate).")
    bound = section.double(
      "bound", default: bound, above: 0, atMost: 100,
      about: "Largest mean difference from the checkpoint's log-probabilities, in nats a token.")
    let omitted = section.strings(
      "omit", default: [], among: Self.parts.map(\.rawValue),
      about: "Parts of requests that the server does not take."
    ).compactMap(Dialect.Part.init)
    dialect = Dialect(omitting: omitted)
    transport = TransportSettings(from: section, base: base)
  }

  /// The address without the part that only OpenAI's form has.
  var root: String {
    guard kind != .openai else { return name.address }
    var text = name.address
    while text.hasSuffix("/") { text.removeLast() }
    return text.hasSuffix("/v1") ? String(text.dropLast(3)) : text
  }
}

extension ServingSettings {
  /// What keeps the server from being asked at all: its address, its key, its price; nil for nothing.
  /// Nothing is sent.
  public func problem(environment: [String: String]) -> String? {
    do {
      let endpoint = try Endpoint(root, allowsPlain: transport.allowsPlain)
      _ = try KeyRing(transport.keyVariables, environment: environment)
        .key(of: endpoint, isOnly: true, byCustom: ServerLine.customKey(of: endpoint))
      if let file = transport.certificates, !FileManager.default.isReadableFile(atPath: file) {
        return "ca_file \(file) cannot be read; check the path"
      }
      return nil
    } catch {
      return "\(error)"
    }
  }
}
