#include "cli/commands.h"

int main(int argc, char** argv) { return roost::cli::run(roost::cli::commands(), argc, argv); }
