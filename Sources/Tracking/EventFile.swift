import Foundation
import Runs

/// Step records as TensorBoard's event file: TFRecords that hold protocol buffers `Event`.
///
/// Records hold no clock: the wall time of a step is the beginning of 1970 and as many seconds as its
/// number. Values are float32, as the format has them, not-a-number and infinities among them.
///
/// Source: TensorFlow's `event.proto` and `summary.proto`: Event {1 wall_time, 2 step, 3 file_version,
/// 5 summary}, Summary {1 value}, Value {1 tag, 2 simple_value}.
enum EventFile {
  static let name = "events.out.tfevents.0.plumb"

  static func bytes(_ records: [StepRecord]) -> Data {
    var file = Data()
    append(event(step: nil, field: 3, Data("brain.Event:2".utf8)), to: &file)
    for record in records {
      var summary = Data()
      for (name, value) in record.metrics.sorted(by: { $0.key < $1.key }) {
        var scalar = Data()
        append(field: 1, Data(MetricName.tag(name).utf8), to: &scalar)
        scalar.append(0x15)
        append(Float(value).bitPattern, to: &scalar)
        append(field: 1, scalar, to: &summary)
      }
      append(event(step: record.step, field: 5, summary), to: &file)
    }
    return file
  }

  private static func event(step: Int?, field: UInt8, _ content: Data) -> Data {
    var event = Data([0x09])
    append(Double(step ?? 0).bitPattern, to: &event)
    if let step {
      event.append(0x10)
      append(varint: UInt64(step), to: &event)
    }
    append(field: field, content, to: &event)
    return event
  }

  /// Length and data, each with its check.
  private static func append(_ event: Data, to file: inout Data) {
    var length = Data()
    append(UInt64(event.count), to: &length)
    file.append(length)
    append(CRC32C.masked(length), to: &file)
    file.append(event)
    append(CRC32C.masked(event), to: &file)
  }

  /// A field of bytes, whose wire type is 2.
  private static func append(field: UInt8, _ content: Data, to message: inout Data) {
    message.append(field << 3 | 2)
    append(varint: UInt64(content.count), to: &message)
    message.append(content)
  }

  private static func append(varint value: UInt64, to message: inout Data) {
    var rest = value
    while rest > 0x7F {
      message.append(UInt8(rest & 0x7F) | 0x80)
      rest >>= 7
    }
    message.append(UInt8(rest))
  }

  private static func append(_ value: some FixedWidthInteger, to data: inout Data) {
    withUnsafeBytes(of: value.littleEndian) { data.append(contentsOf: $0) }
  }
}
