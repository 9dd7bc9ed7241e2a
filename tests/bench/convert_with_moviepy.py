"""Converts a video's audio as the replaced system did, at LAME's V2."""

import sys

from moviepy import VideoFileClip

clip = VideoFileClip(sys.argv[1])
clip.audio.write_audiofile(
    sys.argv[2], codec="libmp3lame", ffmpeg_params=["-q:a", "2"], logger=None
)
clip.close()
