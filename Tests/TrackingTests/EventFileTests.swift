import Foundation
import Runs
import Testing

@testable import Tracking

@Suite struct EventFileTests {
  /// The vectors of RFC 3720, appendix B.4, and the usual check of nine digits.
  @Test func `the check is Castagnoli's`() {
    #expect(CRC32C.of([UInt8](repeating: 0, count: 32)) == 0x8A91_36AA)
    #expect(CRC32C.of([UInt8](repeating: 0xFF, count: 32)) == 0x62A8_AB43)
    #expect(CRC32C.of(0..<32) == 0x46DD_794E)
    #expect(CRC32C.of("123456789".utf8) == 0xE306_9283)
  }

  /// By hand: wall time 3 (field 1, 64 bits), step 3 (field 2), summary (field 5) of one value with its
  /// tag (field 1) and the float 0.5 (field 2, 32 bits).
  @Test func `an event is the protocol buffer of its step`() {
    let bytes = [UInt8](EventFile.bytes([StepRecord(step: 3, metrics: ["loss": 0.5])]))
    let head = 12 + 9 + 2 + 13 + 4
    let value: [UInt8] = [0x0A, 10] + Array("train/loss".utf8) + [0x15, 0, 0, 0, 0x3F]
    let summary: [UInt8] = [0x0A, UInt8(value.count)] + value
    let event: [UInt8] =
      [0x09, 0, 0, 0, 0, 0, 0, 0x08, 0x40, 0x10, 3, 0x2A, UInt8(summary.count)] + summary
    #expect(Array(bytes[head..<head + 8]) == [UInt8(event.count), 0, 0, 0, 0, 0, 0, 0])
    #expect(Array(bytes[(head + 12)..<(head + 12 + event.count)]) == event)
    #expect(bytes.count == head + 12 + event.count + 4)
    // The first record says which format follows.
    #expect(String(decoding: bytes[(12 + 11)..<(12 + 24)], as: UTF8.self) == "brain.Event:2")
  }

  @Test func `metrics of evaluations stand apart`() {
    #expect(MetricName.tag("eval_kl") == "eval/kl")
    #expect(MetricName.tag("rewards/margins") == "train/rewards/margins")
  }
}
