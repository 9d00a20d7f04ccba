#!/bin/sh
# Installs Debian packages for commands that are missing:
# install.sh COMMAND=PACKAGE… A command with slashes is a file, or a pattern that
# a file must match.
set -eu
have() {
	case $1 in
	*/*) set -- $1 && [ -e "$1" ] ;;
	*) command -v "$1" >/dev/null 2>&1 ;;
	esac
}
missing= packages=
for pair in "$@"; do
	have "${pair%%=*}" && continue
	missing="$missing ${pair%%=*}"
	packages="$packages ${pair#*=}"
done
[ -n "$missing" ] || exit 0
echo "missing:$missing"
if ! command -v apt-get >/dev/null 2>&1; then
	echo "This system has no apt-get. Install what provides these commands, then run make again." >&2
	exit 1
fi
sudo=
[ "$(id -u)" = 0 ] || sudo=sudo
echo "installing these Debian packages with ${sudo:+$sudo }apt-get:$packages"
$sudo apt-get update -qq
DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq $packages >/dev/null
