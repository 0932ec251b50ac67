#include "client/test_memory.h"

#include <gtest/gtest.h>
#include <malloc.h>

#include <atomic>
#include <cstdlib>
#include <cstring>
#include <new>

namespace {

std::atomic<std::size_t> in_use = 0;  // secret commands have a thread of their own
roost::client::test_memory::Search* search = nullptr;

}  // namespace

void* operator new(std::size_t size) {
  void* memory = std::malloc(size);
  if (memory == nullptr) std::abort();
  in_use += ::malloc_usable_size(memory);
  return memory;
}
void operator delete(void* memory) noexcept {
  if (memory == nullptr) return;
  const std::size_t size = ::malloc_usable_size(memory);
  in_use -= size;
  if (search != nullptr) search->look_through(memory, size);
  std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept { operator delete(memory); }

namespace roost::client::test_memory {

std::size_t octets_in_use() { return in_use; }

void Search::begin() { search = this; }

Search::~Search() { search = nullptr; }

void Search::look_through(const void* block, std::size_t size) {
  for (const std::string& octets : octets_) {
    if (::memmem(block, size, octets.data(), octets.size()) != nullptr) ++found_;
  }
}

namespace {

TEST(TestMemory, FindsWhatIsNotWiped) {
  Search look({"not to be found"});
  look.begin();
  {
    const std::string octets = "this is not to be found anywhere";
    asm volatile("" : : "r"(octets.data()) : "memory");  // or nobody needs to write it
  }
  EXPECT_EQ(look.found(), 1U);
}

}  // namespace
}  // namespace roost::client::test_memory
