import Foundation

/// What a server says about a request that it does not answer, in whatever shape it says it.
///
/// Read are the objects of OpenAI (`error`), of FastAPI (`detail`, a text or a list with places), of
/// Google (a list, with a time to wait), of Mistral, vLLM and Anthropic (`message`), what
/// OpenRouter hands on from others (`metadata.raw`), and plain or marked-up text.
public struct ServerWords: Sendable, Equatable {
  /// One line, at most 2,000 characters; may be empty where there is a code.
  public var message = ""
  /// Codes, types and status words: `insufficient_quota`, `RESOURCE_EXHAUSTED`.
  public var codes: [String] = []
  /// What the server calls wrong, by its name in the request.
  public var parameter: String?
  /// The largest value that is allowed, where it is said as a number of its own.
  public var limit: Int?
  /// A status inside the body, as gateways write that answer with 200.
  public var status: Int?
  public var wait: Duration?

  static let longest = 2_000

  /// The body of an answer with a bad status; nil where it says nothing.
  public init?(_ body: Data) {
    if let value = WireValue(body) {
      self.init(value)
    } else {
      self.init()
      let text = String(decoding: body.prefix(1 << 16), as: UTF8.self)
      add(text.drop(while: \.isWhitespace).hasPrefix("<") ? Self.withoutMarkup(text) : text)
      guard !message.isEmpty else { return nil }
    }
  }

  private init() {}

  /// Nil where it says nothing.
  public init?(_ value: WireValue) {
    self.init()
    read(value, depth: 0)
    guard !message.isEmpty || !codes.isEmpty else { return nil }
  }

  // MARK: Shapes

  private mutating func read(_ value: WireValue, depth: Int) {
    guard depth < 8 else { return }
    switch value {
    case .text(let text): add(text)
    case .list(let items): for item in items.prefix(8) { read(item, depth: depth + 1) }
    case .object(let members):
      for key in ["code", "type", "status"] {
        switch members[key] {
        case .text(let text)?: addCode(text)
        case .number(let number)?:
          if (100..<600).contains(number) {
            status = status ?? Int(number)
          } else {
            addCode("\(number)")
          }
        default: break
        }
      }
      parameter = parameter ?? members["param"]?.text ?? members["parameter"]?.text
      readPlace(members)
      readWait(members)
      let keys = ["error", "errors", "message", "detail", "msg", "error_description", "error_msg"]
      for key in keys { members[key].map { read($0, depth: depth + 1) } }
      // What the provider behind a gateway said; the gateway's own words say little.
      if case .object(let metadata)? = members["metadata"], case .text(let raw)? = metadata["raw"] {
        read(WireValue(Data(raw.utf8)) ?? .text(raw), depth: depth + 1)
      }
    case .null, .boolean, .number: break
    }
  }

  /// FastAPI says where in the request, and the bound that was passed.
  private mutating func readPlace(_ members: [String: WireValue]) {
    if case .list(let place)? = members["loc"], let name = place.last?.text {
      parameter = parameter ?? name
      if members["msg"]?.text != nil { add(name) }
    }
    if case .object(let context)? = members["ctx"] {
      let bound = context["le"] ?? context["limit_value"]
      limit = limit ?? bound?.count(upTo: 1_000_000)
    }
  }

  /// Google says how long to wait among the details, as `34.07s`.
  private mutating func readWait(_ members: [String: WireValue]) {
    guard case .list(let details)? = members["details"] else { return }
    for detail in details {
      guard let text = detail["retryDelay"]?.text, text.hasSuffix("s"),
        let seconds = Double(text.dropLast()), seconds >= 0, seconds < 1e9
      else { continue }
      wait = .seconds(seconds)
    }
  }

  private mutating func addCode(_ code: String) {
    guard code != "error", code.utf8.count <= 100 else { return }
    codes.append(Self.line(code))
  }

  /// What is said twice is kept once.
  private mutating func add(_ text: String) {
    let line = Self.line(text)
    guard !line.isEmpty, !message.contains(line) else { return }
    let whole = message.isEmpty ? line : "\(message): \(line)"
    message = String(whole.prefix(Self.longest))
  }

  /// One line: white space is one blank each, and control characters are shown as everywhere, by
  /// their Unicode pictures, C1 and bidirectional ones by `�`.
  public static func line(_ text: String) -> String {
    let printable = text.unicodeScalars.prefix(2 * longest).map { Character(symbol(for: $0)) }
    return String(printable).split(separator: " ").joined(separator: " ")
  }

  private static func symbol(for scalar: Unicode.Scalar) -> Unicode.Scalar {
    switch scalar.value {
    case 0x09...0x0D, 0x85, 0x2028, 0x2029: " "
    case 0x00..<0x20: Unicode.Scalar(0x2400 + scalar.value) ?? "\u{FFFD}"
    case 0x7F: "\u{2421}"
    case 0x80..<0xA0, 0x061C, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069: "\u{FFFD}"
    default: scalar
    }
  }

  private static func withoutMarkup(_ text: String) -> String {
    var result = ""
    var isTag = false
    for character in text {
      switch character {
      case "<": isTag = true
      case ">":
        isTag = false
        result += " "
      default: if !isTag { result.append(character) }
      }
    }
    return result
  }
}
