// What `fortnight doctor` finds on the daemon's host: whether its user may read what it has to
// follow, and how near it is to the limits of the system.
#pragma once

#include <sys/types.h>

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "tools/client/findings.h"

namespace fortnight::client {

// The process at the other end of a unix socket.
struct DaemonProcess {
  pid_t pid = 0;
  uid_t user = 0;
  std::set<gid_t> groups;
};

// Nothing if no process of this host listens there.
std::optional<DaemonProcess> daemon_at(const std::string& socket);

// Directories and files of a source's pattern that the process may not enter or read: the first one
// of each path that matches.
std::vector<Finding> closed_paths(const DaemonProcess& daemon, const std::string& source,
                                  const std::string& pattern);
// Descriptors of the process, inotify instances, and whether the clock is synchronised. What this
// user may not look at is left out.
std::vector<Finding> limits_reached(const DaemonProcess& daemon);

}  // namespace fortnight::client
