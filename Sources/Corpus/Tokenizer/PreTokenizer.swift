/// A step that cuts text into the pieces within which tokens merge.
enum PreTokenizer: Sendable {
  /// - mapsBytes: whether each byte becomes a character of the byte-level alphabet here; false
  ///   where this is the last step and the model reads bytes directly, which is the same.
  case byteLevel(addPrefixSpace: Bool, pattern: Pattern?, mapsBytes: Bool)
  case split(TextMatcher, PieceList.Behavior, invert: Bool)
  case metaspace(replacement: [UInt8], scheme: MetaspaceScheme, splits: Bool)
  /// Cuts in front of each marker that follows something else, for a model whose ids that leaves
  /// as they are: short pieces repeat, and are looked up.
  case boundaries(marker: [UInt8])
  case sequence([PreTokenizer])

  /// The pattern of GPT-2. Source: Radford et al. 2019, the published encoder.
  static let gpt2 =
    #"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"#

  func apply(to list: inout PieceList) {
    switch self {
    case .byteLevel(let addPrefixSpace, let pattern, let mapsBytes):
      if addPrefixSpace {
        list.rewrite { piece, _ in piece.first == 0x20 ? Array(piece) : [0x20] + piece }
      }
      if let pattern { list.split(.pattern(pattern), .isolated) }
      if mapsBytes {
        list.rewrite { piece, _ in piece.flatMap { ByteAlphabet.encoded[Int($0)] } }
      }
    case .split(let matcher, let behavior, let invert):
      list.split(matcher, behavior, invert: invert)
    case .metaspace(let replacement, let scheme, let splits):
      list.rewrite { piece, isFirst in
        var text: [UInt8] = []
        text.reserveCapacity(piece.count + piece.count / 2 + replacement.count)
        for byte in piece {
          if byte == 0x20 { text += replacement } else { text.append(byte) }
        }
        let wanted = scheme == .always || scheme == .first && isFirst
        return wanted && !text.starts(with: replacement) ? replacement + text : text
      }
      if splits { list.split(.literal(replacement), .mergedWithNext) }
    case .boundaries(let marker): list.cut(before: marker)
    case .sequence(let steps):
      for step in steps { step.apply(to: &list) }
    }
  }
}

/// Where a replacement of blanks is put in front of text that does not begin with one.
enum MetaspaceScheme: String {
  case always, first, never
}

extension PreTokenizer {
  /// Whether a text leaves this step in one piece.
  var keepsWhole: Bool {
    if case .metaspace(_, _, let splits) = self { !splits } else { false }
  }

  /// Whether some step treats the beginning of the whole text in its own way.
  var knowsStart: Bool {
    switch self {
    case .metaspace(_, let scheme, _): scheme == .first
    case .sequence(let steps): steps.contains(where: \.knowsStart)
    case .byteLevel, .split, .boundaries: false
    }
  }

  /// Whether the pieces that leave this step are raw bytes of a byte-level model.
  var endsInBytes: Bool {
    switch self {
    case .byteLevel(_, _, let mapsBytes): !mapsBytes
    case .sequence(let steps): steps.last?.endsInBytes ?? false
    case .split, .metaspace, .boundaries: false
    }
  }
}
