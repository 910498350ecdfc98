#!/bin/sh
# Install Debian packages: as root, or by sudo where that asks for no password.
set -eu
run=""
[ "$(id -u)" = 0 ] || run="sudo -n"
export DEBIAN_FRONTEND=noninteractive
$run apt-get update -qq
$run apt-get install -qq -y --no-install-recommends "$@"
