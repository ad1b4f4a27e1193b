// Parquet by Apache Arrow, behind the C header that Swift knows.
//
// Files come from strangers: memory, sizes and depths are bounded here, and whatever Arrow finds wrong
// becomes a text.
#include "CParquet.h"

#include <arrow/api.h>
#include <arrow/io/file.h>
#include <arrow/util/config.h>
#include <arrow/util/float16.h>
#include <arrow/util/utf8.h>
#include <parquet/arrow/reader.h>
#include <parquet/arrow/schema.h>
#include <parquet/exception.h>
#include <parquet/file_reader.h>
#include <parquet/properties.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace {

// The most memory that a file may need at once. Pages hold about a megabyte and rows are taken 64 at a
// time, so that nothing but a file made to fill a memory comes near.
constexpr int64_t most_memory = int64_t{1} << 30;
// As the longest line of JSON Lines.
constexpr size_t longest_row = size_t{64} << 20;
constexpr int64_t rows_of_a_batch = 64;
// Of texts and lists in the file's own description.
constexpr int32_t longest_name = 16 << 20;
constexpr int32_t most_entries = 200'000;
constexpr int32_t deepest_schema = 64;

// What JSON cannot hold, found in a row.
struct BadValue {
  std::string reason;
};

// What ends the reading of a file.
struct Failure {
  std::string reason;
};

std::string first_line(std::string text) {
  text = text.substr(0, text.find('\n'));
  return text.size() > 200 ? text.substr(0, 200) + "…" : text;
}

[[noreturn]] void fail(const arrow::Status &status) {
  if (status.IsOutOfMemory()) {
    throw Failure{"needs more than 1 GB of memory for a part of it; write it with smaller row groups"};
  }
  throw Failure{"is no Parquet that can be read (" + first_line(status.message()) +
                "); copy it again"};
}

void check(const arrow::Status &status) {
  if (!status.ok()) fail(status);
}

template <typename Value> Value taken(arrow::Result<Value> result) {
  if (!result.ok()) fail(result.status());
  return std::move(result).ValueUnsafe();
}

// Calls `body`, and gives what is wrong where it throws.
template <typename Body> std::string problem_of(Body body) noexcept {
  try {
    try {
      body();
      return {};
    } catch (const Failure &failure) {
      return failure.reason;
    } catch (const parquet::ParquetStatusException &error) {
      try {
        fail(error.status());
      } catch (const Failure &failure) {
        return failure.reason;
      }
    } catch (const std::bad_alloc &) {
      return "needs more memory than there is";
    } catch (const std::exception &error) {
      return "is no Parquet that can be read (" + first_line(error.what()) + "); copy it again";
    } catch (...) {
      return "cannot be read as Parquet";
    }
  } catch (...) {
    // No memory for a message; a short text needs none.
    return "no memory";
  }
}

// MARK: Types

// Why a column's type cannot be a row's value; empty where it can.
std::string objection(const arrow::DataType &type) {
  switch (type.id()) {
  case arrow::Type::NA:
  case arrow::Type::BOOL:
  case arrow::Type::INT8:
  case arrow::Type::INT16:
  case arrow::Type::INT32:
  case arrow::Type::INT64:
  case arrow::Type::UINT8:
  case arrow::Type::UINT16:
  case arrow::Type::UINT32:
  case arrow::Type::UINT64:
  case arrow::Type::HALF_FLOAT:
  case arrow::Type::FLOAT:
  case arrow::Type::DOUBLE:
  case arrow::Type::STRING:
  case arrow::Type::LARGE_STRING:
  case arrow::Type::STRING_VIEW:
  case arrow::Type::DECIMAL32:
  case arrow::Type::DECIMAL64:
  case arrow::Type::DECIMAL128:
  case arrow::Type::DECIMAL256:
  case arrow::Type::DATE32:
  case arrow::Type::DATE64:
  case arrow::Type::TIME32:
  case arrow::Type::TIME64:
  case arrow::Type::TIMESTAMP:
    return {};
  case arrow::Type::DICTIONARY:
    return objection(*static_cast<const arrow::DictionaryType &>(type).value_type());
  case arrow::Type::EXTENSION:
    return objection(*static_cast<const arrow::ExtensionType &>(type).storage_type());
  case arrow::Type::MAP: {
    const auto &map = static_cast<const arrow::MapType &>(type);
    switch (map.key_type()->id()) {
    case arrow::Type::STRING:
    case arrow::Type::LARGE_STRING:
    case arrow::Type::STRING_VIEW:
      return objection(*map.item_type());
    default:
      return "a map whose keys are no texts (" + first_line(map.key_type()->ToString()) + ")";
    }
  }
  case arrow::Type::LIST:
  case arrow::Type::LARGE_LIST:
  case arrow::Type::FIXED_SIZE_LIST:
  case arrow::Type::STRUCT:
    for (const auto &field : type.fields()) {
      auto reason = objection(*field->type());
      if (!reason.empty()) return reason;
    }
    return {};
  case arrow::Type::BINARY:
  case arrow::Type::LARGE_BINARY:
  case arrow::Type::BINARY_VIEW:
  case arrow::Type::FIXED_SIZE_BINARY:
    return "bytes that are not marked as text";
  default:
    return "values of the type " + first_line(type.ToString());
  }
}

// MARK: JSON

class Writer {
public:
  const std::string &text() const { return text_; }
  void clear() { text_.clear(); }

  void put(std::string_view part) {
    if (text_.size() + part.size() > longest_row) {
      throw BadValue{"the row is longer than 64 MB"};
    }
    text_ += part;
  }

  void quote(std::string_view value) {
    if (!arrow::util::ValidateUTF8(value)) throw BadValue{"is not UTF-8"};
    put("\"");
    size_t start = 0;
    for (size_t place = 0; place < value.size(); place++) {
      const auto byte = static_cast<unsigned char>(value[place]);
      if (byte >= 0x20 && byte != '"' && byte != '\\') continue;
      put(value.substr(start, place - start));
      start = place + 1;
      switch (byte) {
      case '"': put("\\\""); break;
      case '\\': put("\\\\"); break;
      case '\n': put("\\n"); break;
      case '\r': put("\\r"); break;
      case '\t': put("\\t"); break;
      default: {
        static const char *digits = "0123456789abcdef";
        const char escape[] = {'\\', 'u', '0', '0', digits[byte >> 4], digits[byte & 15]};
        put({escape, sizeof escape});
      }
      }
    }
    put(value.substr(start));
    put("\"");
  }

  template <typename Number> void integer(Number value) {
    char digits[32];
    const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
    put({digits, static_cast<size_t>(end - digits)});
  }

  void number(double value) {
    if (!std::isfinite(value)) {
      throw BadValue{std::isnan(value) ? "is not a number (NaN)" : "is infinite"};
    }
    char digits[64];
    const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
    const std::string_view found{digits, static_cast<size_t>(end - digits)};
    put(found);
    // A whole number of a column of fractions stays one.
    if (found.find_first_of(".e") == std::string_view::npos) put(".0");
  }

private:
  std::string text_;
};

void write(Writer &writer, const arrow::Array &array, int64_t place);

template <typename List>
void write_list(Writer &writer, const List &list, int64_t place) {
  writer.put("[");
  const int64_t start = list.value_offset(place);
  const int64_t count = list.value_length(place);
  for (int64_t index = 0; index < count; index++) {
    if (index > 0) writer.put(",");
    write(writer, *list.values(), start + index);
  }
  writer.put("]");
}

void write_map(Writer &writer, const arrow::MapArray &map, int64_t place) {
  writer.put("{");
  const int64_t start = map.value_offset(place);
  const int64_t count = map.value_length(place);
  for (int64_t index = 0; index < count; index++) {
    if (index > 0) writer.put(",");
    write(writer, *map.keys(), start + index);
    writer.put(":");
    write(writer, *map.items(), start + index);
  }
  writer.put("}");
}

void write_struct(Writer &writer, const arrow::StructArray &values, int64_t place) {
  writer.put("{");
  for (int index = 0; index < values.num_fields(); index++) {
    if (index > 0) writer.put(",");
    writer.quote(values.type()->field(index)->name());
    writer.put(":");
    write(writer, *values.field(index), place);
  }
  writer.put("}");
}

template <typename Typed> const Typed &as(const arrow::Array &array) {
  return static_cast<const Typed &>(array);
}

void write(Writer &writer, const arrow::Array &array, int64_t place) {
  if (place < 0 || place >= array.length()) throw Failure{"holds lists that end behind their values"};
  if (array.IsNull(place)) return writer.put("null");
  switch (array.type_id()) {
  case arrow::Type::NA: return writer.put("null");
  case arrow::Type::BOOL:
    return writer.put(as<arrow::BooleanArray>(array).Value(place) ? "true" : "false");
  case arrow::Type::INT8: return writer.integer(int{as<arrow::Int8Array>(array).Value(place)});
  case arrow::Type::INT16: return writer.integer(as<arrow::Int16Array>(array).Value(place));
  case arrow::Type::INT32: return writer.integer(as<arrow::Int32Array>(array).Value(place));
  case arrow::Type::INT64: return writer.integer(as<arrow::Int64Array>(array).Value(place));
  case arrow::Type::UINT8: return writer.integer(unsigned{as<arrow::UInt8Array>(array).Value(place)});
  case arrow::Type::UINT16: return writer.integer(as<arrow::UInt16Array>(array).Value(place));
  case arrow::Type::UINT32: return writer.integer(as<arrow::UInt32Array>(array).Value(place));
  case arrow::Type::UINT64: return writer.integer(as<arrow::UInt64Array>(array).Value(place));
  case arrow::Type::HALF_FLOAT:
    return writer.number(
        arrow::util::Float16::FromBits(as<arrow::HalfFloatArray>(array).Value(place)).ToDouble());
  case arrow::Type::FLOAT: return writer.number(as<arrow::FloatArray>(array).Value(place));
  case arrow::Type::DOUBLE: return writer.number(as<arrow::DoubleArray>(array).Value(place));
  case arrow::Type::STRING: return writer.quote(as<arrow::StringArray>(array).GetView(place));
  case arrow::Type::LARGE_STRING:
    return writer.quote(as<arrow::LargeStringArray>(array).GetView(place));
  case arrow::Type::STRING_VIEW:
    return writer.quote(as<arrow::StringViewArray>(array).GetView(place));
  case arrow::Type::DECIMAL32:
    return writer.put(as<arrow::Decimal32Array>(array).FormatValue(place));
  case arrow::Type::DECIMAL64:
    return writer.put(as<arrow::Decimal64Array>(array).FormatValue(place));
  case arrow::Type::DECIMAL128:
    return writer.put(as<arrow::Decimal128Array>(array).FormatValue(place));
  case arrow::Type::DECIMAL256:
    return writer.put(as<arrow::Decimal256Array>(array).FormatValue(place));
  case arrow::Type::DATE32:
  case arrow::Type::DATE64:
  case arrow::Type::TIME32:
  case arrow::Type::TIME64:
  case arrow::Type::TIMESTAMP: {
    // ISO 8601, as JSON writers give it: Arrow puts a blank between day and time.
    auto text = taken(array.GetScalar(place))->ToString();
    if (const auto blank = text.find(' '); blank != std::string::npos) text[blank] = 'T';
    return writer.quote(text);
  }
  case arrow::Type::DICTIONARY: {
    const auto &coded = as<arrow::DictionaryArray>(array);
    return write(writer, *coded.dictionary(), coded.GetValueIndex(place));
  }
  case arrow::Type::EXTENSION:
    return write(writer, *as<arrow::ExtensionArray>(array).storage(), place);
  case arrow::Type::LIST: return write_list(writer, as<arrow::ListArray>(array), place);
  case arrow::Type::LARGE_LIST: return write_list(writer, as<arrow::LargeListArray>(array), place);
  case arrow::Type::FIXED_SIZE_LIST:
    return write_list(writer, as<arrow::FixedSizeListArray>(array), place);
  case arrow::Type::MAP: return write_map(writer, as<arrow::MapArray>(array), place);
  case arrow::Type::STRUCT: return write_struct(writer, as<arrow::StructArray>(array), place);
  default: throw Failure{"holds values of the type " + first_line(array.type()->ToString())};
  }
}

} // namespace

// MARK: Files

struct plumb_parquet_file {
  arrow::CappedMemoryPool pool{arrow::system_memory_pool(), 0};
  std::unique_ptr<parquet::arrow::FileReader> reader;
  // Names of the columns, and where each stands in a batch; −1 for one that is not decoded.
  std::vector<std::pair<std::string, int>> columns;
  std::vector<int> leaves;
  std::unique_ptr<arrow::RecordBatchReader> batches;
  std::shared_ptr<arrow::RecordBatch> batch;
  int group = -1;
  int64_t left_in_group = 0;
  int64_t place = 0;
  Writer row;
  std::string message;
  std::string column;

  plumb_parquet_file()
      : pool(
            arrow::system_memory_pool(),
            arrow::system_memory_pool()->bytes_allocated() + most_memory) {}

  void open(const char *path, const std::set<std::string_view> *wanted) {
    arrow::util::InitializeUTF8();
    auto input = taken(arrow::io::ReadableFile::Open(path, &pool));
    parquet::ReaderProperties properties(&pool);
    properties.enable_buffered_stream();
    properties.set_buffer_size(1 << 20);
    properties.set_thrift_string_size_limit(longest_name);
    properties.set_thrift_container_size_limit(most_entries);
    properties.set_schema_depth_limit(deepest_schema);
    parquet::ArrowReaderProperties arrow_properties(/*use_threads=*/false);
    arrow_properties.set_batch_size(rows_of_a_batch);
    arrow_properties.set_pre_buffer(false);
    auto file = parquet::ParquetFileReader::Open(std::move(input), properties);
    reader = taken(parquet::arrow::FileReader::Make(&pool, std::move(file), arrow_properties));
    std::shared_ptr<arrow::Schema> schema;
    check(reader->GetSchema(&schema));
    const auto &manifest = reader->manifest();
    if (manifest.schema_fields.size() != static_cast<size_t>(schema->num_fields())) {
      throw Failure{"describes its columns in two ways that differ; copy it again"};
    }
    int position = 0;
    for (int index = 0; index < schema->num_fields(); index++) {
      const auto &field = schema->field(index);
      const bool is_wanted = wanted == nullptr || wanted->count(field->name()) > 0;
      if (is_wanted) {
        const auto reason = objection(*field->type());
        if (!reason.empty()) {
          throw Failure{"its column " + first_line(field->name()) + " holds " + reason +
                        ", which no row of text is made of; write the file without it"};
        }
        add_leaves(manifest.schema_fields[index]);
      }
      columns.emplace_back(field->name(), is_wanted ? position++ : -1);
    }
  }

  void add_leaves(const parquet::arrow::SchemaField &field) {
    if (field.is_leaf()) leaves.push_back(field.column_index);
    for (const auto &child : field.children) add_leaves(child);
  }

  // Goes to the next row; false behind the last.
  bool advance() {
    place++;
    while (batch == nullptr || place >= batch->num_rows()) {
      place = 0;
      batch = nullptr;
      if (batches != nullptr) batch = next_batch();
      if (batch != nullptr) {
        if (batch->num_rows() > left_in_group) {
          throw Failure{"its row group " + std::to_string(group + 1) +
                        " holds more rows than it says; copy it again"};
        }
        left_in_group -= batch->num_rows();
        continue;
      }
      if (left_in_group > 0) {
        throw Failure{"its row group " + std::to_string(group + 1) + " lacks " +
                      std::to_string(left_in_group) + " rows; copy it again"};
      }
      batches = nullptr;
      if (++group >= reader->num_row_groups()) return false;
      left_in_group = reader->parquet_reader()->metadata()->RowGroup(group)->num_rows();
      if (left_in_group < 0) throw Failure{"has a row group of fewer rows than none; copy it again"};
      if (left_in_group > 0) batches = taken(reader->GetRecordBatchReader({group}, leaves));
    }
    return true;
  }

  std::shared_ptr<arrow::RecordBatch> next_batch() {
    auto found = taken(batches->Next());
    if (found == nullptr) return nullptr;
    check(found->Validate());
    int decoded = 0;
    for (const auto &[name, position] : columns) decoded += position >= 0;
    if (found->num_columns() != decoded) throw Failure{"gives other columns than it describes"};
    return found;
  }

  void write_row() {
    row.clear();
    row.put("{");
    bool is_first = true;
    for (const auto &[name, position] : columns) {
      if (!is_first) row.put(",");
      is_first = false;
      column = name;
      row.quote(name);
      row.put(":");
      if (position < 0) {
        row.put("null");
      } else {
        write(row, *batch->column(position), place);
      }
    }
    row.put("}");
  }

  plumb_parquet_row next() noexcept {
    plumb_parquet_row result{};
    bool is_bad = false;
    bool is_there = false;
    message = problem_of([&] {
      is_there = advance();
      if (!is_there) return;
      try {
        write_row();
      } catch (const BadValue &bad) {
        is_bad = true;
        throw Failure{bad.reason};
      }
    });
    if (message.empty()) {
      result.outcome = is_there ? PLUMB_PARQUET_ROW : PLUMB_PARQUET_END;
      result.text = row.text().data();
      result.text_count = is_there ? row.text().size() : 0;
      return result;
    }
    result.outcome = is_bad ? PLUMB_PARQUET_BAD : PLUMB_PARQUET_FAILED;
    result.text = message.data();
    result.text_count = message.size();
    result.column = column.data();
    result.column_count = column.size();
    return result;
  }
};

namespace {

plumb_parquet_file *open_file(
    const char *path, const char *const *wanted, size_t wanted_count, char *problem,
    size_t capacity) {
  std::unique_ptr<plumb_parquet_file> file;
  const auto message = problem_of([&] {
    std::set<std::string_view> names;
    for (size_t index = 0; wanted != nullptr && index < wanted_count; index++) {
      names.insert(wanted[index]);
    }
    file = std::make_unique<plumb_parquet_file>();
    file->open(path, wanted == nullptr ? nullptr : &names);
  });
  if (message.empty()) return file.release();
  if (capacity > 0) {
    const auto count = std::min(message.size(), capacity - 1);
    std::memcpy(problem, message.data(), count);
    problem[count] = 0;
  }
  return nullptr;
}

plumb_parquet_row next_row(plumb_parquet_file *file) { return file->next(); }

void close_file(plumb_parquet_file *file) {
  try {
    delete file;
  } catch (...) {
    // Nothing is left to do with it.
  }
}

const plumb_parquet_functions functions = {
    PLUMB_PARQUET_VERSION, "Arrow " ARROW_VERSION_STRING, open_file, next_row, close_file,
};

} // namespace

const plumb_parquet_functions *plumb_parquet(void) { return &functions; }
