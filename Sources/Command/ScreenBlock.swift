/// A few lines of a terminal that are written over in place.
public struct ScreenBlock {
  private let width: Int
  private let write: (String) -> Void
  private var height = 0

  /// - Parameters:
  ///   - width: columns; longer lines are cut.
  ///   - write: receives text for the stream; nil for standard output.
  public init(width: Int, write: ((String) -> Void)? = nil) {
    self.width = width
    self.write = write ?? StandardStream.output.write
  }

  /// Puts these lines in the place of those that are there; foreign text in them does no harm.
  public mutating func show(_ lines: [String]) {
    var text = height > 0 ? "\u{1B}[\(height)A\r" : "\r"
    for line in lines {
      text += ForeignText.printable(line).prefix(max(1, width - 1)) + "\u{1B}[K\n"
    }
    write(text + "\u{1B}[J")
    height = lines.count
  }
}
