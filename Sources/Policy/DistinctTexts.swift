/// Texts without repetition, each at the place where it was first met.
///
/// They are told apart by their bytes, as tokens are: `String` holds two spellings of one word (é as one
/// code point or as two) for the same text, and a model does not.
public struct DistinctTexts {
  public private(set) var texts: [String] = []
  private var places: [[UInt8]: Int] = [:]

  public init() {}

  /// The place of a text, which is added where it is new.
  public mutating func place(of text: String) -> Int {
    let bytes = Array(text.utf8)
    if let place = places[bytes] { return place }
    places[bytes] = texts.count
    texts.append(text)
    return texts.count - 1
  }
}
