#!/bin/sh
# Makes the font that PDF pages are set in: Noto Sans CJK TC with the characters of Big5.
#
# Needs Debian's fonts-noto-cjk (1:20220127+repack1-1) and fontTools 4.63.0; the same versions give
# the same bytes. What a font of the system has beyond it, `--font` gives.
set -eu
cd "$(dirname "$0")"
font=${1:-/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc}
characters=$(mktemp)
trap 'rm -f "$characters"' EXIT
python3 characters.py > "$characters"
# Face 3 is TC. Hints are for screens of few pixels, and a sixth of the size.
pyftsubset "$font" --font-number=3 --text-file="$characters" --no-hinting --name-IDs=0,1,2,3,4,5,6,13,14 \
  --layout-features=ccmp,kern,locl,mark,mkmk,halt,palt,vert --output-file=NotoSansCJKtc-Big5.otf
