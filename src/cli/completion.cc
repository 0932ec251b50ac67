#include "cli/completion.h"

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <cstdio>
#include <memory>
#include <string>

#include "cli/completion/places.h"
#include "cli/completion/scripts.h"

namespace roost::cli {

Run completion(CLI::App& app) {
  const auto shell = std::make_shared<std::string>();
  app.add_option("SHELL", *shell, "whose")
      ->required()
      ->check(CLI::IsMember({"bash", "zsh", "fish"}));
  app.footer(
      "They are installed with Roost; where they are not, let the shell read them when it starts:\n"
      "  bash, zsh   source <(roost completion bash), or zsh\n"
      "  fish        roost completion fish | source");
  return [shell, &app] {
    const std::vector<Place> all = places(*app.get_parent());
    const std::string script = *shell == "bash"  ? bash_completion(all)
                               : *shell == "zsh" ? zsh_completion(all)
                                                 : fish_completion(all);
    std::fputs(script.c_str(), stdout);
    return ExitCode::kDone;
  };
}

}  // namespace roost::cli
