/// Files that are no text, told by their first bytes, each with what to do about it.
enum ForeignFile {
  /// What follows the file's name in the message; nil for what may be text.
  static func kind(of bytes: ArraySlice<UInt8>) -> String? {
    for (magic, kind) in kinds where bytes.starts(with: magic) { return kind }
    let start = bytes.prefix(64).map { (0x41...0x5A).contains($0) ? $0 + 0x20 : $0 }
    for tag in ["<!doctype html", "<html"] where start.starts(with: tag.utf8) {
      return "is a web page, not data; download the file itself"
    }
    // The length of the header in eight bytes, then the header.
    let length = bytes.prefix(8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    if bytes.count > 9, length < 100 << 20, bytes.dropFirst(8).starts(with: Array("{\"".utf8)) {
      return "is a safetensors file, which holds weights; give a file of rows"
    }
    return nil
  }

  static func python(_ reading: String, _ writing: String) -> String {
    "convert it: python3 -c \"\(reading)('IN')\(writing)\""
  }

  private static let kinds: [(magic: [UInt8], kind: String)] = [
    (
      Array("ARROW1".utf8),
      "is an Arrow file, which is not read; "
        + python(
          "import pandas; pandas.read_feather",
          ".to_json('OUT.jsonl', orient='records', lines=True)")
    ),
    // An Arrow stream, as `datasets` caches it, begins with the mark of a message.
    (
      [0xFF, 0xFF, 0xFF, 0xFF],
      "is an Arrow stream, which is not read; "
        + python("import datasets; datasets.Dataset.from_file", ".to_json('OUT.jsonl')")
    ),
    (Array("PK\u{03}\u{04}".utf8), "is a ZIP archive; unpack it, and give the files in it"),
    (Array("BZh".utf8), "is bzip2 data; unpack it, or pack it as gzip, zstd or xz"),
    ([0x37, 0x7A, 0xBC, 0xAF], "is a 7z archive; unpack it, and give the files in it"),
    (
      Array("SQLite format 3\0".utf8),
      "is an SQLite database; write its table as CSV: sqlite3 -header -csv FILE 'SELECT …' > OUT.csv"
    ),
    ([0x80, 0x02], "is a pickle, which can run code and is not read; write it as JSON Lines"),
    ([0x80, 0x03], "is a pickle, which can run code and is not read; write it as JSON Lines"),
    ([0x80, 0x04], "is a pickle, which can run code and is not read; write it as JSON Lines"),
    ([0x80, 0x05], "is a pickle, which can run code and is not read; write it as JSON Lines"),
    ([0x93] + Array("NUMPY".utf8), "is a NumPy array; give a file of rows"),
    ([0x89] + Array("HDF".utf8), "is an HDF5 file; give a file of rows"),
    ([0xFF, 0xFE], "is UTF-16 text; save it as UTF-8"),
    ([0xFE, 0xFF], "is UTF-16 text; save it as UTF-8"),
    (
      Array("version https://git-lfs".utf8),
      "is a pointer of Git LFS, not the file itself; fetch it: git lfs pull"
    ),
  ]
}
