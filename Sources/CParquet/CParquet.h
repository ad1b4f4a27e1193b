// What reads Parquet, as Swift sees it: a library of its own that is loaded when the first such file
// is opened, so that programs start without it and run where it is not. Every exception of the
// library behind it is caught; nothing here throws or ends the process.
#ifndef PLUMB_CPARQUET_H
#define PLUMB_CPARQUET_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// An open file.
typedef struct plumb_parquet_file plumb_parquet_file;

enum plumb_parquet_outcome {
  // `text` is the row as a JSON object of one line.
  PLUMB_PARQUET_ROW = 0,
  // No row is left.
  PLUMB_PARQUET_END = 1,
  // The row has a value that JSON cannot hold: `text` says which, `column` where. Rows follow.
  PLUMB_PARQUET_BAD = 2,
  // The file cannot be read on: `text` says why.
  PLUMB_PARQUET_FAILED = 3,
};

// Bytes are valid until the next call for the same file; neither text ends with a zero.
typedef struct {
  int32_t outcome;
  const char *text;
  size_t text_count;
  const char *column;
  size_t column_count;
} plumb_parquet_row;

// The functions of the library.
typedef struct {
  // The layout of this header; see PLUMB_PARQUET_VERSION.
  int32_t version;
  // What reads, as in "Arrow 26.0.0".
  const char *library;
  // Opens a file of Parquet.
  //
  // Of the columns only those named in `wanted` are decoded, and the others are null in every row; all
  // where `wanted` is null. On failure gives null and writes why into `problem`, ended by a zero.
  plumb_parquet_file *(*open)(
      const char *path, const char *const *wanted, size_t wanted_count, char *problem,
      size_t capacity);
  // The next row, in the order of the file.
  plumb_parquet_row (*next)(plumb_parquet_file *file);
  void (*close)(plumb_parquet_file *file);
} plumb_parquet_functions;

#define PLUMB_PARQUET_VERSION 1

// The only symbol that is looked up in the library.
#define PLUMB_PARQUET_SYMBOL "plumb_parquet"
const plumb_parquet_functions *plumb_parquet(void);

#ifdef __cplusplus
}
#endif

#endif
