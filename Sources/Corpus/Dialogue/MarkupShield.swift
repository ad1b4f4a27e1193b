import Runs

/// Keeps what people wrote from passing for the markup of special tokens while a template renders it.
///
/// `<|im_end|>` in a question is text; in what the template puts around it, a token. Markup in contents is
/// hidden behind characters that nobody uses, and comes back when the special tokens have been found.
struct MarkupShield {
  /// Private use, at the end of Unicode.
  private static let first: UInt32 = 0x10F000

  /// Markup of special tokens, the longest first.
  private let markup: [[UInt8]]
  /// What stands for each of the markup that was met, in bytes, and what it stands for.
  private var hidden: [(sign: [UInt8], bytes: [UInt8])] = []

  init(_ markup: [String]) {
    self.markup = markup.filter { !$0.isEmpty }.map { Array($0.utf8) }
      .sorted { ($1.count, $0.description) < ($0.count, $1.description) }
  }

  var isEmpty: Bool { hidden.isEmpty }

  mutating func hide(_ text: String) -> String {
    var bytes = Array(text.utf8)
    for token in markup {
      let found = Self.places(of: token, in: bytes)
      guard !found.isEmpty, let scalar = Unicode.Scalar(Self.first + UInt32(hidden.count)) else {
        continue
      }
      let sign = Array(String(scalar).utf8)
      hidden.append((sign, token))
      bytes = Self.replacing(found, of: token.count, by: sign, in: bytes)
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// A turn whose words, those in its other fields included, pass for nothing else.
  mutating func hide(_ turn: Turn) -> Turn {
    Turn(turn.role, hide(turn.content), fields: turn.fields.map { hide($0) })
  }

  mutating func hide(_ input: TemplateInput?) -> TemplateInput? {
    guard let input else { return nil }
    return TemplateInput(
      tools: input.tools.map { hide($0) }, documents: input.documents.map { hide($0) },
      variables: input.variables)
  }

  /// The text as it was written.
  func restored(_ bytes: [UInt8]) -> [UInt8] {
    // Markup that was hidden later may stand inside what an earlier sign stands for, not the reverse.
    hidden.reversed().reduce(bytes) { bytes, one in
      let found = Self.places(of: one.sign, in: bytes)
      return Self.replacing(found, of: one.sign.count, by: one.bytes, in: bytes)
    }
  }

  private static func places(of part: [UInt8], in bytes: [UInt8]) -> [Int] {
    guard let first = part.first, bytes.count >= part.count else { return [] }
    var places: [Int] = []
    var at = 0
    while at <= bytes.count - part.count {
      if bytes[at] == first, bytes[at..<at + part.count].elementsEqual(part) {
        places.append(at)
        at += part.count
      } else {
        at += 1
      }
    }
    return places
  }

  private static func replacing(
    _ places: [Int], of count: Int, by other: [UInt8], in bytes: [UInt8]
  ) -> [UInt8] {
    guard !places.isEmpty else { return bytes }
    var result: [UInt8] = []
    var at = 0
    for place in places {
      result += bytes[at..<place]
      result += other
      at = place + count
    }
    return result + bytes[at...]
  }
}
