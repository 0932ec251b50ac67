#include "harness/chart.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <fstream>
#include <limits>

#include "harness/die.h"

namespace roost::bench {
namespace {

constexpr double kWidth = 420;
constexpr double kHeight = 300;
constexpr double kLeft = 60;
constexpr double kRight = 20;
constexpr double kTop = 40;
constexpr double kBottom = 50;
constexpr std::array kColours = {"#1f5fa8", "#c2571a", "#3a8a3a", "#7a4fa3", "#8a8a8a"};

/// Whole decades around the values.
struct Axis {
  int first;  // powers of ten
  int last;
  double begin;  // on the page
  double end;

  [[nodiscard]] double at(double value) const {
    return begin + (end - begin) * (std::log10(value) - first) / (last - first);
  }
};

template <typename Value>
Axis axis_over(const Panel& panel, Value value, double begin, double end) {
  double least = std::numeric_limits<double>::max();
  double most = 0;
  for (const Series& series : panel.series) {
    for (const auto& point : series.points) {
      least = std::min(least, value(point));
      most = std::max(most, value(point));
    }
  }
  Axis axis{static_cast<int>(std::floor(std::log10(least))),
            static_cast<int>(std::ceil(std::log10(most))), begin, end};
  if (axis.first >= axis.last) axis.last = axis.first + 1;
  return axis;
}

std::string number(double value) {
  if (value >= 1e6) return fmt::format("{:g} M", value / 1e6);
  if (value >= 1e3) return fmt::format("{:g} k", value / 1e3);
  return fmt::format("{:g}", value);
}

std::string text(double x, double y, const char* anchor, const std::string& what) {
  return fmt::format(R"(<text x="{:.1f}" y="{:.1f}" text-anchor="{}">{}</text>)"
                     "\n",
                     x, y, anchor, what);
}

std::string line(double x1, double y1, double x2, double y2) {
  return fmt::format(R"(<path d="M{:.1f} {:.1f}L{:.1f} {:.1f}" stroke="#ddd"/>)"
                     "\n",
                     x1, y1, x2, y2);
}

std::string draw(const Panel& panel, const std::string& x_title) {
  const Axis x =
      axis_over(panel, [](const auto& point) { return point.first; }, kLeft, kWidth - kRight);
  const Axis y =
      axis_over(panel, [](const auto& point) { return point.second; }, kHeight - kBottom, kTop);
  std::string out = text(kLeft, 20, "start", panel.title);
  for (int decade = x.first; decade <= x.last; ++decade) {
    const double at = x.at(std::pow(10, decade));
    out += line(at, y.begin, at, y.end);
    out += text(at, y.begin + 16, "middle", number(std::pow(10, decade)));
  }
  for (int decade = y.first; decade <= y.last; ++decade) {
    const double at = y.at(std::pow(10, decade));
    out += line(x.begin, at, x.end, at);
    out += text(x.begin - 6, at + 4, "end", number(std::pow(10, decade)));
  }
  out += text((x.begin + x.end) / 2, kHeight - 12, "middle", x_title);
  for (std::size_t i = 0; i < panel.series.size(); ++i) {
    const Series& series = panel.series[i];
    if (series.points.empty()) continue;
    const char* colour = kColours.at(i % kColours.size());
    std::string path;
    for (const auto& [at, value] : series.points) {
      path += fmt::format("{}{:.1f} {:.1f}", path.empty() ? "M" : "L", x.at(at), y.at(value));
      out += fmt::format(R"(<circle cx="{:.1f}" cy="{:.1f}" r="3" fill="{}"/>)"
                         "\n",
                         x.at(at), y.at(value), colour);
    }
    out += fmt::format(R"(<path d="{}" fill="none" stroke="{}" stroke-width="2"/>)"
                       "\n",
                       path, colour);
    out += fmt::format(
        R"(<g fill="{}">{}</g>)"
        "\n",
        colour, text(x.begin + 8, kTop + 14 + 15 * static_cast<double>(i), "start", series.name));
  }
  return out;
}

}  // namespace

void write_chart(const std::filesystem::path& path, const std::string& x_title,
                 const std::vector<Panel>& panels) {
  std::ofstream file(path);
  const double width = kWidth * static_cast<double>(panels.size());
  file << fmt::format(
      R"(<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {0} {1}" width="{0}" height="{1}" font-family="sans-serif" font-size="12">)"
      "\n<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n",
      width, kHeight);
  for (std::size_t i = 0; i < panels.size(); ++i) {
    file << fmt::format("<g transform=\"translate({} 0)\">\n{}</g>\n",
                        kWidth * static_cast<double>(i), draw(panels[i], x_title));
  }
  file << "</svg>\n";
  if (!file.flush()) die("cannot write {}", path.string());
}

}  // namespace roost::bench
