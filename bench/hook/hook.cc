// What a watcher starts when mail comes: writes the time of its own start, as eight octets of
// CLOCK_MONOTONIC, to the FIFO that it is told, and reads what it is given.
#include <fcntl.h>
#include <time.h>
#include <unistd.h>

#include <cstdint>

int main(int argc, char** argv) {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  const std::int64_t nanoseconds = now.tv_sec * INT64_C(1'000'000'000) + now.tv_nsec;
  const int fifo = argc == 2 ? open(argv[1], O_WRONLY | O_CLOEXEC) : -1;
  if (fifo < 0 || write(fifo, &nanoseconds, sizeof nanoseconds) != sizeof nanoseconds) return 1;
  char ignored[4096];
  while (read(STDIN_FILENO, ignored, sizeof ignored) > 0) {
  }
  return 0;
}
