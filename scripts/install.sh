#!/bin/sh
# Installs the Debian packages behind the commands named, if a command is
# missing: install.sh COMMAND=PACKAGE… A command with slashes is a file, or a
# pattern that a file must match.
set -eu
have() {
	case $1 in
	*/*) set -- $1 && [ -e "$1" ] ;;
	*) command -v "$1" >/dev/null 2>&1 ;;
	esac
}
missing=
for pair in "$@"; do
	have "${pair%%=*}" || missing="$missing ${pair#*=}"
done
[ -n "$missing" ] || exit 0
sudo=
[ "$(id -u)" = 0 ] || sudo=sudo
echo "installing$missing"
$sudo apt-get update -qq
DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq $missing >/dev/null
