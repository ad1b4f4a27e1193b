#include <sqlite3.h>
#include <sys/vfs.h>

// SQLITE_TRANSIENT is a number cast to a function pointer, which Swift does not import; it makes
// SQLite copy the bytes, so that they may go out of scope.
static inline int plumb_sqlite_bind_text(
    sqlite3_stmt *statement, int index, const char *bytes, int count) {
  return sqlite3_bind_text(statement, index, bytes, count, SQLITE_TRANSIENT);
}

static inline int plumb_sqlite_bind_blob(
    sqlite3_stmt *statement, int index, const void *bytes, int count) {
  return sqlite3_bind_blob(statement, index, bytes, count, SQLITE_TRANSIENT);
}

// Swift's Glibc has no statfs(2), which tells the file systems where write-ahead logging cannot
// work; 0 where the kernel does not say.
static inline long plumb_file_system_type(const char *path) {
  struct statfs status;
  return statfs(path, &status) == 0 ? (long)status.f_type : 0;
}
