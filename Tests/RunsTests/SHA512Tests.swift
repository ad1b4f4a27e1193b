import Testing

@testable import Runs

@Suite struct SHA512Tests {
  @Test func `the standard's examples have their digests`() {
    // FIPS 180-4's example "abc", and the empty message: first and last bytes.
    let abc = SHA512.digest(of: Array("abc".utf8))
    #expect(abc.count == 64)
    #expect(Array(abc.prefix(8)) == [0xDD, 0xAF, 0x35, 0xA1, 0x93, 0x61, 0x7A, 0xBA])
    let none = SHA512.digest(of: [UInt8]())
    #expect(Array(none.suffix(4)) == [0xF9, 0x27, 0xDA, 0x3E])
  }
}
