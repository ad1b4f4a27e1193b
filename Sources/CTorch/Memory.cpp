// Where tensors of the processor live: blocks of the system's, kept for the next tensors of their size.
//
// The C library's heap keeps freed memory in pieces, few of which fit the next tensor, so that a training
// whose lengths differ grows far beyond what it has in use. Here the process never has more than the most
// that was in use at a time.
#include <c10/core/CPUAllocator.h>
#include <c10/util/Exception.h>

#include <sys/mman.h>

#include <cstdlib>
#include <list>
#include <map>
#include <mutex>
#include <unordered_map>

#ifdef __GLIBC__
#include <malloc.h>
#endif

#include "Guard.h"

namespace {

/// Smaller tensors are the C library's.
constexpr size_t leastBlock = size_t(256) << 10;
/// So much may be kept even where less was ever in use.
constexpr size_t leastKept = size_t(64) << 20;

/// The size of the block that `bytes` lie in: at most an eighth larger.
size_t blockSize(size_t bytes) {
  size_t step = leastBlock / 8;
  while (step * 16 < bytes) step *= 2;
  return (bytes + step - 1) / step * step;
}

class Blocks final : public c10::Allocator {
 public:
  static Blocks &shared() {
    // Tensors of static objects may be freed after everything else.
    static Blocks *blocks = new Blocks();
    return *blocks;
  }

  c10::DataPtr allocate(size_t bytes) override {
    c10::Device cpu(c10::DeviceType::CPU);
    if (bytes == 0) return {nullptr, nullptr, &freeSmall, cpu};
    if (bytes < leastBlock) {
      void *place = nullptr;
      if (posix_memalign(&place, 64, bytes) != 0) refuse(bytes);
      return {place, place, &freeSmall, cpu};
    }
    void *place = take(bytes);
    return {place, place, &freeBlock, cpu};
  }

  c10::DeleterFnPtr raw_deleter() const override { return &freeAny; }

  void copy_data(void *to, const void *from, size_t bytes) const override {
    default_copy_data(to, from, bytes);
  }

  /// Gives back what is kept, and forgets how much was in use.
  void restart() {
    std::lock_guard<std::mutex> lock(mutex);
    while (!free.empty()) unmapOldest();
    peak = used;
    most = std::max(leastKept, used);
  }

  size_t highest() {
    std::lock_guard<std::mutex> lock(mutex);
    return peak;
  }

 private:
  struct Block {
    void *place;
    size_t size;
  };

  std::mutex mutex;
  /// Those in use, by place.
  std::unordered_map<void *, size_t> taken;
  /// Those kept, the last freed first, and where those of each size are in that order.
  std::list<Block> free;
  std::map<size_t, std::list<std::list<Block>::iterator>> bySize;
  size_t used = 0, kept = 0, peak = 0;
  /// The most that was in use at a time, and so may be kept.
  size_t most = leastKept;

  void *take(size_t bytes) {
    size_t size = blockSize(bytes);
    std::lock_guard<std::mutex> lock(mutex);
    auto same = bySize.find(size);
    void *place = same == bySize.end() ? nullptr : pick(same).place;
    if (place == nullptr) {
      most = std::max(most, used + size);
      if (used + kept + size > most) place = remade(size);
      if (place == nullptr) place = map(size);
      while (place == nullptr && !free.empty()) {
        unmapOldest();
        place = map(size);
      }
      if (place == nullptr) refuse(bytes);
    }
    taken.emplace(place, size);
    used += size;
    peak = std::max(peak, used);
    most = std::max(most, used);
    return place;
  }

  using Sizes = std::map<size_t, std::list<std::list<Block>::iterator>>;

  /// Takes the block of a size that was freed last out of those kept.
  Block pick(Sizes::iterator found) {
    auto position = found->second.front();
    Block block = *position;
    found->second.pop_front();
    if (found->second.empty()) bySize.erase(found);
    free.erase(position);
    kept -= block.size;
    return block;
  }

  void keep(Block block) {
    kept += block.size;
    free.push_front(block);
    bySize[block.size].push_front(free.begin());
  }

  /// A block made of one that is kept: cut off a larger one, or a smaller one grown, whose pages need not be
  /// cleared. Others go back to the system where there would be too much.
  void *remade(size_t size) {
    auto larger = bySize.lower_bound(size);
    if (larger != bySize.end()) {
      Block block = pick(larger);
      char *rest = static_cast<char *>(block.place) + size;
      if (block.size - size >= leastBlock) {
        keep({rest, block.size - size});
      } else if (block.size > size) {
        munmap(rest, block.size - size);
      }
      return block.place;
    }
#ifdef MREMAP_MAYMOVE
    if (!free.empty()) {
      Block block = pick(std::prev(bySize.end()));
      while (!free.empty() && used + kept + size > most) unmapOldest();
      void *place = mremap(block.place, block.size, size, MREMAP_MAYMOVE);
      if (place != MAP_FAILED) return place;
      munmap(block.place, block.size);
    }
#endif
    while (!free.empty() && used + kept + size > most) unmapOldest();
    return nullptr;
  }

  /// Whether this was a block.
  bool give(void *place) {
    std::lock_guard<std::mutex> lock(mutex);
    auto found = taken.find(place);
    if (found == taken.end()) return false;
    size_t size = found->second;
    taken.erase(found);
    used -= size;
    keep({place, size});
    return true;
  }

  void unmapOldest() {
    auto [place, size] = free.back();
    auto found = bySize.find(size);
    found->second.pop_back();
    if (found->second.empty()) bySize.erase(found);
    free.pop_back();
    kept -= size;
    munmap(place, size);
  }

  static void *map(size_t size) {
    void *place =
        mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return place == MAP_FAILED ? nullptr : place;
  }

  [[noreturn]] static void refuse(size_t bytes) {
    C10_THROW_ERROR(
        Error, "can't allocate memory: you tried to allocate " +
                               std::to_string(bytes) + " bytes.");
  }

  static void freeSmall(void *place) { std::free(place); }
  static void freeBlock(void *place) { shared().give(place); }
  static void freeAny(void *place) {
    if (!shared().give(place)) std::free(place);
  }
};

}  // namespace

void ctorch_keep_memory(void) {
  c10::SetCPUAllocator(&Blocks::shared(), /*priority=*/1);
#ifdef __GLIBC__
  mallopt(M_MMAP_THRESHOLD, 64 << 20);
  mallopt(M_TRIM_THRESHOLD, 256 << 20);
  // Without them no large request merges all small free pieces first.
  mallopt(M_MXFAST, 0);
#endif
}

void ctorch_release_memory(void) {
  Blocks::shared().restart();
#ifdef __GLIBC__
  malloc_trim(0);
#endif
}

int64_t ctorch_peak_tensor_memory(void) {
  return static_cast<int64_t>(Blocks::shared().highest());
}
