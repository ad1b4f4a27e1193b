import CCrypto
import Foundation

/// SHA-512 (FIPS 180-4).
///
/// Plumb identifies content by ``SHA256``; this one is for the rules of others that rest on it.
public enum SHA512 {
  /// The 64 bytes of the digest.
  public static func digest(of bytes: some Sequence<UInt8>) -> [UInt8] {
    let bytes = Array(bytes)
    var digest = [UInt8](repeating: 0, count: 64)
    guard EVP_Digest(bytes, bytes.count, &digest, nil, EVP_sha512(), nil) == 1 else {
      // Only an exhausted heap or an OpenSSL built without SHA-512 ends here.
      fatalError("OpenSSL cannot make a SHA-512 digest")
    }
    return digest
  }
}
