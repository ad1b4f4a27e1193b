import CCrypto
import Foundation
import Glibc

/// SHA-256 (FIPS 180-4), as 64 lower-case hexadecimal digits.
public final class SHA256 {
  private let context: OpaquePointer

  /// A hash of nothing yet; feed it with ``update(_:)``.
  public init() {
    guard let context = EVP_MD_CTX_new(),
      EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1
    else {
      // Only an exhausted heap or an OpenSSL built without SHA-256 ends here.
      fatalError("OpenSSL cannot start a SHA-256 digest")
    }
    self.context = context
  }

  deinit { EVP_MD_CTX_free(context) }

  public func update(_ bytes: UnsafeRawBufferPointer) {
    guard let base = bytes.baseAddress, !bytes.isEmpty else { return }
    EVP_DigestUpdate(context, base, bytes.count)
  }

  /// The digest of all bytes so far; the hash must not be used afterwards.
  public func finish() -> String {
    var digest = [UInt8](repeating: 0, count: 32)
    EVP_DigestFinal_ex(context, &digest, nil)
    let digits = Array("0123456789abcdef".utf8)
    return String(
      decoding: digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }

  public static func hex(of data: Data) -> String {
    let hash = SHA256()
    data.withUnsafeBytes { hash.update($0) }
    return hash.finish()
  }

  /// The digest of the text's UTF-8 bytes.
  public static func hex(of text: String) -> String { hex(of: Data(text.utf8)) }

  /// The digest of a file's content, read in pieces of 1 MiB.
  public static func hex(ofFile url: URL) throws(RunError) -> String {
    try hex(of: OpenFile(reading: url.filePath))
  }

  static func hex(of file: OpenFile) throws(RunError) -> String {
    let hash = SHA256()
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 64)
    defer { buffer.deallocate() }
    var offset = 0
    while true {
      let count = try file.read(into: buffer, at: offset)
      hash.update(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
      offset += count
      if count < buffer.count { return hash.finish() }
    }
  }
}
