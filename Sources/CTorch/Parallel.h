// Work shared among libtorch's own threads.
#pragma once

#include <c10/util/FunctionRef.h>

#include <cstdint>

namespace ctorch {

/// Calls `body(begin, end)` for parts that cover `0..<count`, each of about `grain` or more. The
/// parts depend only on the number of threads.
void inParallel(int64_t count, int64_t grain, c10::function_ref<void(int64_t, int64_t)> body);

}  // namespace ctorch
