// Work shared among libtorch's own threads.
#include "Parallel.h"

#include "Guard.h"

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

int ctorch_for_each(int64_t count, void *context, void (*body)(void *, int64_t)) {
  return ctorch::status([&] {
    ctorch::inParallel(count, 1, [&](int64_t begin, int64_t end) {
      for (int64_t index = begin; index < end; index++) body(context, index);
    });
  });
}
