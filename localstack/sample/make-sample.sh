#!/bin/sh
# Makes arpeggio.mp4, the video that `npm start` converts: 20 s of moving colours and of a plucked
# C, A minor, F, G, from ffmpeg's generators alone, so that nobody else has rights in it.
# Needs an ffmpeg with libx264; run it only to change the sample.
set -eu
cd "$(dirname "$0")"

chord='mod(floor(t/2),4)'
root="if(eq($chord,0),0,if(eq($chord,1),-3,if(eq($chord,2),-7,-5)))"
third="if(eq($chord,1),3,4)"
step='mod(floor(t*4),8)'
interval="if(eq($step,0),0,if(eq($step,1)+eq($step,7),$third,if(eq($step,2)+eq($step,6),7,if(eq($step,4),12+$third,12))))"
frequency="(261.63*pow(2,(($root)+($interval))/12))"
sound="0.5*exp(-6*mod(t,0.25))*(sin(2*PI*t*$frequency)+0.3*sin(4*PI*t*$frequency))"

ffmpeg -hide_banner -loglevel error -y \
  -f lavfi -i "gradients=size=480x270:rate=12:speed=0.03:nb_colors=4:seed=7:duration=20" \
  -f lavfi -i "aevalsrc=$(printf %s "$sound" | sed 's/,/\\,/g'):sample_rate=44100:duration=20" \
  -c:v libx264 -pix_fmt yuv420p -b:v 40k -preset veryslow \
  -c:a aac -b:a 96k -movflags +faststart -fflags +bitexact -flags:v +bitexact -flags:a +bitexact \
  -metadata title="Arpeggio" -metadata artist="Tapedeck" -metadata album="Samples" -metadata date=2026 \
  arpeggio.mp4
