// Work shared among libtorch's own threads.
#include "Parallel.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <ATen/TensorIterator.h>

#include <algorithm>

void ctorch::inParallel(
    int64_t count, int64_t grain, c10::function_ref<void(int64_t, int64_t)> body) {
  if (count <= 0) return;
  int64_t parts = std::min<int64_t>(at::get_num_threads(), (count + grain - 1) / grain);
  if (parts < 2 || at::in_parallel_region()) return body(0, count);
  // `at::parallel_for` is a template, serial unless its caller is compiled with GCC's OpenMP; a
  // TensorIterator runs its loop inside libtorch, on the threads that all other kernels use.
  auto indices = at::arange(parts, at::kLong);
  const auto *first = indices.const_data_ptr<int64_t>();
  auto iterator = at::TensorIteratorConfig()
                      .set_check_mem_overlap(false)
                      .check_all_same_dtype(false)
                      .resize_outputs(false)
                      .add_output(indices)
                      .build();
  iterator.for_each(
      [&](char **data, const int64_t *, int64_t length) {
        int64_t part = reinterpret_cast<int64_t *>(data[0]) - first;
        body(part * count / parts, (part + length) * count / parts);
      },
      /*grain_size=*/1);
}
