#pragma once
#include <spawn.h>

// What glibc declares only under _GNU_SOURCE, which Swift's own Glibc module is built without.

// The child starts in `folder`.
int lode_spawn_set_folder(posix_spawn_file_actions_t *actions, const char *folder);

// The child gets no descriptor from `first` on.
int lode_spawn_close_from(posix_spawn_file_actions_t *actions, int first);

// The flag that gives the child a session of its own.
short lode_spawn_own_session(void);
