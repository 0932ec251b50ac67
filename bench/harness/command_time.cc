#include "harness/command_time.h"

#include "harness/samples.h"

namespace roost::bench {

ImapClient::Responses measure_command(Server& server, ImapClient& client, size_t repeats,
                                      const std::string& name, std::string_view command,
                                      Figures& figures) {
  Samples again;
  Samples cpu;
  ImapClient::Responses responses;
  const double first = time_of([&] { responses = client.command(command); });
  for (size_t i = 0; i < repeats; ++i) {
    const auto before = server.cpu_time();
    again.add(time_of([&] { client.command(command); }));
    cpu.add(milliseconds(server.cpu_time() - before));
  }
  figures.push_back({name + ", first", first, "ms"});
  figures.push_back({name + ", again", again.percentile(0.5), "ms"});
  figures.push_back({name + ", server CPU", cpu.percentile(0.5), "ms"});
  return responses;
}

}  // namespace roost::bench
