import Foundation

/// Takes the folders of a machine out of a record: of an absolute path its last part stays.
///
/// A path begins with a slash behind a quotation mark, a blank or what opens a list, and has two parts
/// or more; addresses of servers (`http://…`) are none.
enum MachinePaths {
  private static let openers = Set("\"'` \t\n=,[({:<>".utf8)
  private static let closers = Set("\"'`\t\n,])}<>|;".utf8)

  /// Nil where there is nothing to take out.
  static func hidden(in data: Data) -> Data? {
    let bytes = [UInt8](data)
    var kept: [UInt8] = []
    var place = 0
    var isChanged = false
    while place < bytes.count {
      guard bytes[place] == 0x2F, place == 0 || openers.contains(bytes[place - 1]),
        place + 1 < bytes.count, isPart(bytes[place + 1])
      else {
        kept.append(bytes[place])
        place += 1
        continue
      }
      // Blanks may belong to a name only inside quotation marks, and a path ends at the line's end.
      let isQuoted = place > 0 && (bytes[place - 1] == 0x22 || bytes[place - 1] == 0x27)
      var end = place + 1
      while end < bytes.count, !closers.contains(bytes[end]), isQuoted || bytes[end] != 0x20,
        bytes[end] != 0x5C
      {
        end += 1
      }
      let parts = bytes[place..<end].split(separator: 0x2F)
      guard parts.count > 1, let last = parts.last else {
        kept += bytes[place..<end]
        place = end
        continue
      }
      kept += last
      place = end
      isChanged = true
    }
    return isChanged ? Data(kept) : nil
  }

  private static func isPart(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2E, 0x5F, 0x2D, 0x7E, 0x80...: true
    default: false
    }
  }
}
