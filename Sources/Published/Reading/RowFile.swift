import Corpus
import Runs

/// Reads every row of a JSON Lines or JSON list file as one type.
enum RowFile {
  static func read<Row>(
    _ path: String, _ convert: (FieldReader) throws(PublishedError) -> Row
  ) throws(PublishedError) -> [Row] {
    var rows: [Row] = []
    var problems: [RowProblem] = []
    var total = 0
    func note(_ found: [RowProblem], _ count: Int) {
      total += count
      problems += found.prefix(max(0, 20 - problems.count))
    }
    do {
      try RecordReader(path: path).forEach { record in
        do throws(PublishedError) {
          rows.append(try convert(FieldReader(record)))
        } catch {
          guard case .rows(let found, let count) = error else { throw error }
          note(found, count)
        }
        return true
      } problem: {
        note([$0], 1)
      }
    } catch let error as PublishedError {
      throw error
    } catch let error as CorpusError {
      throw .unreadable(error)
    } catch {
      throw .content(file: path, problem: "cannot be read: \(error)", advice: "check the disk")
    }
    guard total == 0 else { throw .rows(problems, total: total) }
    return rows
  }

  /// A file that holds one object.
  static func object(_ path: String) throws(PublishedError) -> FieldReader {
    do {
      guard let object = try DataFile.json(path).object else {
        throw PublishedError.content(
          file: path, problem: "is not one JSON object", advice: "give the file of results")
      }
      return FieldReader(
        file: path, position: JSONPosition(line: 1, column: 1), object: object, prefix: "")
    } catch let error as CorpusError {
      throw .unreadable(error)
    } catch let error as PublishedError {
      throw error
    } catch {
      throw .content(file: path, problem: "cannot be read: \(error)", advice: "check the disk")
    }
  }
}
