#!/usr/bin/env bash
# Drives pipe.jar in every mode with real pipes and the JDK's client, and compares bytes.
# Usage: modes.sh PIPE_JAR WORK_FOLDER
set -euo pipefail
jar=$1
work=$2
here=$(cd "$(dirname "$0")" && pwd)
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
"${java}c" -d "$work" "$here/Cat.java"
gateway=
client=
producer=
reader=

finish() {
  [ -z "$gateway" ] || kill "$gateway" 2>/dev/null || true
  [ -z "$client" ] || kill "$client" 2>/dev/null || true
  [ -z "$reader" ] || kill "$reader" 2>/dev/null || true
  [ -z "$producer" ] || kill "$producer" 2>/dev/null || true
}
trap finish EXIT

# start OPTIONS...: starts a gateway and sets $port
start() {
  rm -f "$work/err"
  "$java" -Xmx64m -jar "$jar" --port 0 --pipein "$work/in" --pipeout "$work/out" "$@" \
    <&0 2>"$work/err" &
  gateway=$!
  await "pipe on" "$work/err"
  port=$(sed -n 's/^pipe on wss\?:\/\/[^ ]*:\([0-9]*\)$/\1/p' "$work/err")
}

# await TEXT FILE: waits until a file contains a text
await() {
  for _ in $(seq 200); do
    if grep -q "$1" "$2" 2>/dev/null; then return; fi
    sleep 0.05
  done
  echo "no '$1' in $2:" >&2
  cat "$2" >&2
  exit 1
}

# cat_client MESSAGES [KIND <FILE]: connects a client that prints to $work/got
cat_client() {
  : >"$work/got"
  "$java" -cp "$work" Cat "ws://localhost:$port/" "$@" <&0 >"$work/got" &
  client=$!
  await ready "$work/got"
}

# stop: the client has what it waits for, the gateway ends with 0 and leaves no pipe
stop() {
  wait "$client"
  client=
  kill "$gateway"
  wait "$gateway"
  gateway=
  if [ -e "$work/in" ] || [ -e "$work/out" ]; then
    echo "a pipe was left behind" >&2
    exit 1
  fi
}

# same WHAT WANTED GOT
same() {
  if ! cmp "$2" "$3"; then
    echo "$1 differs" >&2
    exit 1
  fi
  echo "$1: ok"
}

# word NUMBER: four bytes, big-endian
word() {
  printf "\\x$(printf %02x $(($1 >> 24 & 255)))\\x$(printf %02x $(($1 >> 16 & 255)))"
  printf "\\x$(printf %02x $(($1 >> 8 & 255)))\\x$(printf %02x $(($1 & 255)))"
}

printf 'gr\xc3\xbc\xc3\x9fe \xf0\x9f\x98\x80' >"$work/text"
head -c 100000 /dev/urandom >"$work/random"
size=$(stat -c %s "$work/text")

start
cat_client 1
cat "$work/text" >"$work/in"
{ echo ready; echo "text $size"; cat "$work/text"; } >"$work/wanted"
stop
same "raw, in" "$work/wanted" "$work/got"

start
head -c "$size" "$work/out" >"$work/read" &
reader=$!
cat_client 0 text <"$work/text"
wait "$reader"
stop
same "raw, out" "$work/text" "$work/read"

start --lines
cat_client 3
{ printf 'one\ntw'; sleep 0.2; printf 'o\r\n\n'; } >"$work/in"
printf 'ready\ntext 3\nonetext 3\ntwotext 0\n' >"$work/wanted"
stop
same "lines, in" "$work/wanted" "$work/got"

start --lines
: >"$work/log"
tail -f "$work/log" >"$work/in" &
producer=$!
cat_client 3
echo one >>"$work/log"
for line in two three; do echo "$line" >>"$work/log"; done
printf 'ready\ntext 3\nonetext 3\ntwotext 5\nthree' >"$work/wanted"
wait "$client"
client=
kill "$producer"
producer=
kill "$gateway"
wait "$gateway"
gateway=
same "lines, tail -f" "$work/wanted" "$work/got"

start --lines
head -n 1 "$work/out" >"$work/read" &
reader=$!
cat_client 0 text <"$work/text"
wait "$reader"
stop
{ cat "$work/text"; echo; } >"$work/wanted"
same "lines, out" "$work/wanted" "$work/read"

start --lengths --binary
cat_client 1
{ word 100000; cat "$work/random"; } >"$work/in"
{ printf 'ready\nbinary 100000\n'; cat "$work/random"; } >"$work/wanted"
stop
same "lengths, in" "$work/wanted" "$work/got"

start --lengths
head -c 100004 "$work/out" >"$work/read" &
reader=$!
cat_client 0 binary <"$work/random"
wait "$reader"
stop
{ word 100000; cat "$work/random"; } >"$work/wanted"
same "lengths, out" "$work/wanted" "$work/read"

start --strict
cat_client 2
{
  word 0; word 2; word 100000; cat "$work/random"
  word 1; word 1; word "$size"; cat "$work/text"
} >"$work/in"
{ printf 'ready\nbinary 100000\n'; cat "$work/random"; echo "text $size"; cat "$work/text"; } \
  >"$work/wanted"
stop
same "strict, in" "$work/wanted" "$work/got"

start --strict --addr 127.0.0.1
head -c $((58 + 12 + 100000 + 12)) "$work/out" >"$work/read" &
reader=$!
cat_client 0 binary <"$work/random"
wait "$reader"
stop
{
  word 1; word 16; word 46; printf 127.0.0.1; head -c 37 /dev/zero
  word 1; word 2; word 100000; cat "$work/random"
  word 1; word 8; word 0
} >"$work/wanted"
same "strict, out" "$work/wanted" "$work/read"

start --echo-mode
cat_client 1 binary <"$work/random"
{ printf 'ready\nbinary 100000\n'; cat "$work/random"; } >"$work/wanted"
stop
same "echo" "$work/wanted" "$work/got"

mkfifo "$work/stdin"
exec 3<>"$work/stdin"
start --std --lines <"$work/stdin" >"$work/read"
cat_client 1 text <"$work/text"
echo hello >&3
wait "$client"
client=
printf 'ready\ntext 5\nhello' >"$work/wanted"
same "stdin" "$work/wanted" "$work/got"
kill "$gateway"
wait "$gateway"
gateway=
{ cat "$work/text"; echo; } >"$work/wanted"
same "stdout" "$work/wanted" "$work/read"
