// Charts for the documents: lines over a logarithmic axis, as SVG.
#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace roost::bench {

struct Series {
  std::string name;
  std::vector<std::pair<double, double>> points;  // ascending by the first; both above 0
};
struct Panel {
  std::string title;  // with the unit of its values
  std::vector<Series> series;
};

/// One panel beside the other, each with both axes logarithmic. Dies if the file cannot be written.
void write_chart(const std::filesystem::path& path, const std::string& x_title,
                 const std::vector<Panel>& panels);

}  // namespace roost::bench
